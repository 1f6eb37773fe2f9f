from odoo import api, fields, models
from odoo.exceptions import UserError


class SerialLotReinstate(models.TransientModel):
    """Takes back that serials were scrapped, and says why."""

    _name = "serial.lot.reinstate"
    _inherit = ["serial.lot.wizard.mixin"]
    _description = "Reinstate Serials"

    lot_count = fields.Integer(
        string="Serials to Reinstate", compute="_compute_lot_count"
    )
    refused_count = fields.Integer(compute="_compute_lot_count")

    @api.depends("lot_ids")
    def _compute_lot_count(self):
        for wizard in self:
            scrapped = wizard.lot_ids._origin._get_scrapped()
            wizard.lot_count = len(scrapped)
            wizard.refused_count = len(wizard.lot_ids) - len(scrapped)

    def action_reinstate(self):
        """Reinstate, each serial with the reason in its dossier."""
        self.ensure_one()
        reason = (self.reason or "").strip()
        if not reason:
            raise UserError(self.env._("Say why these serials are reinstated."))
        self.lot_ids.check_access("write")
        self.lot_ids._reinstate(reason)
        return {"type": "ir.actions.act_window_close"}
