from odoo import api, fields, models


class SerialExtensionOrderMixin(models.AbstractModel):
    """A sale order whose cancelling takes sold extensions back."""

    _name = "serial.extension.order.mixin"
    _description = "Sold Extensions of an Order"

    has_serial_extension = fields.Boolean(compute="_compute_has_serial_extension")

    @api.depends("order_line.product_id.serial_extension_months")
    def _compute_has_serial_extension(self):
        for order in self:
            months = order.order_line.mapped("product_id.serial_extension_months")
            order.has_serial_extension = any(months)

    def _action_cancel(self):
        done = super()._action_cancel()
        self.env["serial.warranty.extension"]._withdraw(self)
        return done
