from odoo import api, fields, models
from odoo.exceptions import UserError

from ..core import lifecycle


class SerialLotVoid(models.TransientModel):
    """Voids serials, or what a batch has unused, and says why."""

    _name = "serial.lot.void"
    _inherit = ["serial.lot.wizard.mixin"]
    _description = "Void Serials"

    batch_id = fields.Many2one("serial.batch", readonly=True)
    lot_count = fields.Integer(string="Serials to Void", compute="_compute_lot_count")
    refused_count = fields.Integer(compute="_compute_lot_count")

    @api.depends("lot_ids", "batch_id")
    def _compute_lot_count(self):
        sources = lifecycle.sources_of("void")
        for wizard in self:
            if wizard.batch_id:
                wizard.lot_count = wizard.batch_id._count_unused()
                wizard.refused_count = 0
                continue
            voidable = wizard.lot_ids.filtered(lambda lot: lot.stage in sources)
            wizard.lot_count = len(voidable)
            wizard.refused_count = len(wizard.lot_ids - voidable)

    def action_void(self):
        """Void, each serial with the reason in its dossier."""
        self.ensure_one()
        reason = (self.reason or "").strip()
        if not reason:
            raise UserError(self.env._("Say why these serials are void."))
        if self.batch_id:
            self.batch_id._start_voiding(reason)
        else:
            self.lot_ids.check_access("write")
            self.lot_ids._move_to_stage(
                "void", "voided", data={"private": {"reason": reason}}
            )
        return {"type": "ir.actions.act_window_close"}
