from odoo import fields, models


class MrpProduction(models.Model):
    _name = "mrp.production"
    _inherit = ["mrp.production", "serial.as.built.mixin", "serial.paired.order.mixin"]

    serial_part_ids = fields.One2many(
        "serial.part", "production_id", string="As-built Parts"
    )

    def _post_inventory(self, cancel_backorder=False):
        # Stock links parts and units in there: see write() of stock.move.line.
        orders = self.with_context(serial_link_exactly=True)
        result = super(MrpProduction, orders)._post_inventory(
            cancel_backorder=cancel_backorder
        )
        self._record_as_built()
        return result

    def pre_button_mark_done(self):
        self._consume_paired()
        return super().pre_button_mark_done()
