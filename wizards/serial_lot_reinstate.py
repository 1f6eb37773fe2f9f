from odoo import api, fields, models
from odoo.exceptions import UserError


class SerialLotReinstate(models.TransientModel):
    """Takes back that serials were scrapped, and says why."""

    _name = "serial.lot.reinstate"
    _description = "Reinstate Serials"

    lot_ids = fields.Many2many("stock.lot", string="Serials")
    reason = fields.Char(required=True)
    lot_count = fields.Integer(
        string="Serials to Reinstate", compute="_compute_lot_count"
    )
    refused_count = fields.Integer(compute="_compute_lot_count")

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        context = self.env.context
        if context.get("active_model") == "stock.lot" and "lot_ids" in fields_list:
            values["lot_ids"] = [fields.Command.set(context.get("active_ids", []))]
        return values

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
