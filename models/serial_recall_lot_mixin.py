from odoo import fields, models


class SerialRecallLotMixin(models.AbstractModel):
    """The recalls of a serial on its dossier."""

    _name = "serial.recall.lot.mixin"
    _description = "Recalls of a Serial"

    recall_unit_ids = fields.One2many("serial.recall.unit", "lot_id", readonly=True)
    recall_count = fields.Integer(string="Recalls", compute="_compute_recall_count")

    def _compute_recall_count(self):
        groups = (
            self.env["serial.recall.unit"]
            .sudo()
            ._read_group(
                [
                    ("lot_id", "in", self.ids),
                    ("recall_state", "in", ("active", "closed")),
                ],
                ["lot_id"],
                ["__count"],
            )
        )
        counts = dict(groups)
        for lot in self:
            lot.recall_count = counts.get(lot._origin, 0)

    def action_view_recalls(self):
        """Open the recalls of this unit."""
        self.ensure_one()
        recalls = self.recall_unit_ids.recall_id.filtered(
            lambda recall: recall.state in ("active", "closed")
        )
        return recalls._get_records_action(name=self.env._("Recalls"))
