from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class SerialLotRebind(models.TransientModel):
    """Binds serials to another distributor and region, and says why."""

    _name = "serial.lot.rebind"
    _inherit = ["serial.lot.wizard.mixin"]
    _description = "Re-bind Serials"

    partner_id = fields.Many2one(
        "res.partner",
        string="New Distributor",
        required=True,
        domain="[('channel_tier', '!=', False)]",
    )
    region_id = fields.Many2one(
        "serial.channel.region",
        string="New Target Region",
        required=True,
        compute="_compute_region_id",
        store=True,
        readonly=False,
    )
    lot_count = fields.Integer(string="Serials to Re-bind", compute="_compute_refused")
    refused_count = fields.Integer(compute="_compute_refused")
    refused_text = fields.Text(compute="_compute_refused")
    needs_manager = fields.Boolean(compute="_compute_refused")
    limit = fields.Integer(compute="_compute_refused")
    is_outside_contract = fields.Boolean(compute="_compute_is_outside_contract")

    # === COMPUTE === #

    @api.depends("partner_id")
    def _compute_region_id(self):
        for wizard in self:
            partner = wizard.partner_id.commercial_partner_id
            region = wizard.region_id.browse()
            wizard.region_id = partner._get_channel_region() if partner else region

    @api.depends("partner_id", "region_id")
    def _compute_is_outside_contract(self):
        for wizard in self:
            region, partner = wizard.region_id, wizard.partner_id.commercial_partner_id
            within = partner.channel_region_ids.filtered(
                lambda one, region=region: (region.parent_path or "").startswith(
                    one.parent_path
                )
            )
            wizard.is_outside_contract = region and partner and not within

    @api.depends("lot_ids", "partner_id", "region_id")
    @api.depends_context("uid", "company")
    def _compute_refused(self):
        for wizard in self:
            lots = wizard.lot_ids._origin
            refused, standing = wizard._get_refusals()
            wizard.lot_count = len(standing)
            wizard.refused_count = len(lots) - len(standing)
            wizard.refused_text = refused and lots._get_rebind_refusal_text(refused)
            wizard.limit = self.env.company.serial_rebind_limit
            wizard.needs_manager = (
                len(standing) > wizard.limit and not self._is_manager()
            )

    def _get_refusals(self):
        """Return what may not be re-bound like that; see `stock.lot`."""
        partner = self.partner_id.commercial_partner_id
        return self.lot_ids._origin._get_rebind_refusals(partner, self.region_id)

    def _is_manager(self):
        return self.env.user.has_group("serial_dossier.serial_dossier_group_manager")

    # === ACTIONS === #

    def action_leave_out(self):
        """Take the serials that cannot be re-bound off the list; ask again."""
        self.ensure_one()
        refused, _standing = self._get_refusals()
        for lots in refused.values():
            self.lot_ids -= lots
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Re-bind"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    def action_rebind(self):
        """Re-bind all of them, each with the reason in its dossier."""
        self.ensure_one()
        reason = (self.reason or "").strip()
        if not reason:
            raise UserError(self.env._("Say why these serials are re-bound."))
        partner = self.partner_id.commercial_partner_id
        if not partner.channel_tier:
            raise UserError(
                self.env._("%(partner)s is no distributor.", partner=partner.name)
            )
        limit = self.env.company.serial_rebind_limit
        if len(self.lot_ids) > limit and not self._is_manager():
            raise AccessError(
                self.env._(
                    "Only a manager may re-bind more than %(limit)s serials at a time.",
                    limit=limit,
                )
            )
        self.lot_ids.check_access("write")
        self.lot_ids._rebind(partner, self.region_id, reason)
        return {"type": "ir.actions.act_window_close"}
