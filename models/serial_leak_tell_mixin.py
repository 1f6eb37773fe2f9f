from odoo import api, fields, models


class SerialLeakTellMixin(models.AbstractModel):
    """What a leak says, in words that need no statistics to be understood."""

    _name = "serial.leak.tell.mixin"
    _description = "Words of a Leak"

    summary = fields.Char(compute="_compute_summary")
    chance_text = fields.Char(string="By Chance", compute="_compute_numbers")
    odds_text = fields.Char(string="Evidence", compute="_compute_numbers")
    source_text = fields.Char(string="Located by", compute="_compute_source_text")

    @api.depends("kind", "key", "place", "n", "k", "expected", "p_value")
    @api.depends_context("lang")
    def _compute_summary(self):
        for leak in self:
            leak.summary = f"{leak.k} / {leak.n}"

    @api.depends("p_value", "odds")
    @api.depends_context("lang")
    def _compute_numbers(self):
        for leak in self:
            leak.chance_text = str(leak.p_value)
            leak.odds_text = str(leak.odds)

    @api.depends("sources")
    @api.depends_context("lang")
    def _compute_source_text(self):
        for leak in self:
            leak.source_text = ", ".join(leak.sources or [])

    def _get_group_name(self):
        """Return what people call the group."""
        self.ensure_one()
        names = {
            "carton": self.package_id.name,
            "shipment": self.picking_id.name,
            "batch": self.batch_id.name,
        }
        return names.get(self.kind) or f"{self.partner_id.name}, {self.window}"
