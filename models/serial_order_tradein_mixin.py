from odoo import fields, models
from odoo.exceptions import UserError

from .window import form_window


class SerialOrderTradeinMixin(models.AbstractModel):
    """Trade-ins that pay for a part of an order."""

    _name = "serial.order.tradein.mixin"
    _description = "Trade-ins on Orders"

    serial_tradein_count = fields.Integer(
        string="Trade-ins", compute="_compute_serial_tradein_count"
    )

    def _compute_serial_tradein_count(self):
        for order in self:
            order.serial_tradein_count = len(order._get_tradeins())

    def _get_tradeins(self):
        """Return the claims that pay for a part of these orders."""
        return self.sudo().order_line.serial_tradein_id

    # === ACTIONS === #

    def action_apply_tradein(self):
        """Ask for the voucher of the trade-in that pays for a part of this order."""
        self.ensure_one()
        self.check_access("write")
        if self.state not in ("draft", "sent", "sale") or self.locked:
            raise UserError(self.env._("The order can no longer be changed."))
        return form_window(
            "serial.tradein.apply",
            self.env._("Apply a Trade-in"),
            default_order_id=self.id,
        )

    def action_view_tradeins(self):
        """Open the claims that pay for a part of this order."""
        self.ensure_one()
        return (
            self._get_tradeins()
            .with_env(self.env)
            ._get_records_action(
                name=self.env._("Trade-ins of %(order)s", order=self.name)
            )
        )

    # === STEPS OF THE ORDER === #

    def action_confirm(self):
        """Grant subsidies by the prices that are agreed on now."""
        self.check_access("write")
        self._get_tradeins()._refresh_credit()
        return super().action_confirm()

    def _action_cancel(self):
        result = super()._action_cancel()
        self._get_tradeins()._release_credit()
        return result

    def copy_data(self, default=None):
        """Leave credits out of a copy: each is given once."""
        products = set(self.env["sale.order.line"]._get_credit_products().ids)
        data = super().copy_data(default)
        for vals in data:
            if "order_line" in vals:
                vals["order_line"] = [
                    command
                    for command in vals["order_line"]
                    if not (
                        len(command) == 3
                        and isinstance(command[2], dict)
                        and command[2].get("product_id") in products
                    )
                ]
        return data
