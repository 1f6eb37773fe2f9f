from odoo import fields, models
from odoo.exceptions import UserError


class SerialMarkLotMixin(models.AbstractModel):
    """The marks on a unit, and printing labels for units."""

    _name = "serial.mark.lot.mixin"
    _description = "Marks of a Serial"

    mark_ids = fields.One2many("serial.mark", "lot_id", readonly=True)
    mark_count = fields.Integer(string="Marks", compute="_compute_mark_count")

    def _compute_mark_count(self):
        groups = (
            self.env["serial.mark"]
            .sudo()
            ._read_group([("lot_id", "in", self.ids)], ["lot_id"], ["__count"])
        )
        counts = dict(groups)
        for lot in self:
            lot.mark_count = counts.get(lot._origin, 0)

    def action_view_marks(self):
        """Open the marks of this unit, those that ended too."""
        self.ensure_one()
        return self.mark_ids._get_records_action(name=self.env._("Marks"))

    def action_print_labels(self):
        """Prepare a job that prints labels of these units, and open it."""
        coded = self.filtered("stage")
        if not coded:
            raise UserError(self.env._("None of these serials is coded."))
        job = self.env["serial.label.job"].create(
            {
                "lot_ids": [fields.Command.set(coded.ids)],
                "company_id": (coded[0].company_id or self.env.company).id,
            }
        )
        return job._get_records_action(name=self.env._("Print Labels"))
