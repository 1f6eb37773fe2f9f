from odoo import models


class SerialExtensionOrderMixin(models.AbstractModel):
    """A sale order whose cancelling takes sold extensions back."""

    _name = "serial.extension.order.mixin"
    _description = "Sold Extensions of an Order"

    def _action_cancel(self):
        done = super()._action_cancel()
        self.env["serial.warranty.extension"]._withdraw(self)
        return done
