from odoo import api, fields, models

from ..core.serial_list import MAX_TEXT


class SerialRecallEntry(models.Model):
    """A row of a list that a recall was made from, and what it was taken for."""

    _name = "serial.recall.entry"
    _description = "Row of a Recall's List"
    _order = "recall_id, row, id"
    _rec_name = "text"
    _log_access = False

    recall_id = fields.Many2one(
        "serial.recall", required=True, index=True, ondelete="cascade"
    )
    kind = fields.Selection(
        [("unit", "Unit"), ("component", "Component")], required=True
    )
    row = fields.Integer(help="Where it stands in the list.")
    text = fields.Char(string="Given", size=MAX_TEXT)
    lot_id = fields.Many2one("stock.lot", string="Serial", ondelete="cascade")
    problem = fields.Char()
    message = fields.Char(string="What Is Wrong", compute="_compute_message")

    _unit_idx = models.Index("(recall_id, lot_id) WHERE lot_id IS NOT NULL")

    @api.depends("problem")
    @api.depends_context("lang")
    def _compute_message(self):
        for entry in self:
            text = entry.problem and self.env["serial.reason"]._get_text(entry.problem)
            entry.message = text or ""
