from odoo import api, fields, models
from odoo.exceptions import UserError


class SerialTradeinApply(models.TransientModel):
    """Sets a trade-in off against an order: scan the voucher, choose the new unit.

    Who sells sees of claims what a voucher says, and no more.
    """

    _name = "serial.tradein.apply"
    _description = "Apply a Trade-in"

    order_id = fields.Many2one("sale.order", required=True, readonly=True)
    currency_id = fields.Many2one("res.currency", compute="_compute_offer")
    voucher = fields.Char(
        help="Scan the square code on the voucher, or type its number."
    )
    line_id = fields.Many2one(
        "sale.order.line",
        string="New Unit",
        domain="[('order_id', '=', order_id), ('display_type', '=', False), "
        "('serial_tradein_id', '=', False)]",
    )
    is_found = fields.Boolean(compute="_compute_offer")
    about = fields.Char(string="Trade-in", compute="_compute_offer")
    value = fields.Monetary(string="Value of the Unit", compute="_compute_offer")
    subsidy = fields.Monetary(compute="_compute_offer")
    message = fields.Text(compute="_compute_offer")

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        order = self.env["sale.order"].browse(values.get("order_id"))
        goods = order.order_line.filtered(
            lambda line: not line.display_type and not line.serial_tradein_id
        )
        if "line_id" in fields_list and len(goods) == 1:
            values["line_id"] = goods.id
        return values

    @api.depends("voucher", "line_id")
    def _compute_offer(self):
        claims = self.env["serial.tradein"]
        for wizard in self:
            claim_sudo = claims._find_by_voucher(wizard.voucher)
            wizard.is_found = bool(claim_sudo)
            wizard.about = wizard.message = False
            wizard.value = wizard.subsidy = 0
            # What is shown is the claim's money; the order converts it.
            wizard.currency_id = claim_sudo.currency_id or wizard.order_id.currency_id
            if claim_sudo:
                wizard._show(claim_sudo)
            elif wizard.voucher:
                wizard.message = self.env._("No trade-in has this voucher.")

    def _show(self, claim_sudo):
        """Show what a claim comes to on the chosen line, or why it does not fit."""
        self.about = f"{claim_sudo.name}: {claim_sudo.product_id.display_name}"
        line_sudo = self.line_id.sudo()
        try:
            claim_sudo._ensure_can_credit()
            if not line_sudo:
                return
            claim_sudo._ensure_fits(line_sudo)
        except UserError as refusal:
            self.message = str(refusal)
            return
        self.value = claim_sudo._get_value()
        subsidy, reasons = claim_sudo._get_grant(line_sudo)
        self.subsidy = float(subsidy)
        if not subsidy:
            texts = self.env["serial.reason"]._get_texts(list(reasons))
            self.message = self.env._(
                "No subsidy on this unit: %(reasons)s", reasons=" ".join(texts)
            )

    def action_apply(self):
        """Set the trade-in off against the chosen line."""
        self.ensure_one()
        self.order_id.check_access("write")
        claim_sudo = self.env["serial.tradein"]._find_by_voucher(self.voucher)
        if not claim_sudo:
            raise UserError(self.env._("No trade-in has this voucher."))
        if self.line_id.order_id != self.order_id:
            raise UserError(self.env._("Choose the order line of the new unit."))
        claim_sudo._credit(self.line_id.sudo())
        return {"type": "ir.actions.act_window_close"}
