from odoo import fields, models


class SerialExtensionLineMixin(models.AbstractModel):
    """An order line that sells months on top of a unit's warranty."""

    _name = "serial.extension.line.mixin"
    _description = "Sold Extension on an Order Line"

    serial_lot_id = fields.Many2one(
        "stock.lot",
        string="Serial",
        index="btree_not_null",
        copy=False,
        ondelete="restrict",
        help="The unit whose warranty this line lengthens. Empty: those delivered for "
        "the line above.",
    )
    extension_ids = fields.One2many("serial.warranty.extension", "sale_line_id")

    def write(self, vals):
        """A confirmed line that names another serial lengthens that one's warranty."""
        done = super().write(vals)
        if "serial_lot_id" in vals:
            self.env["serial.warranty.extension"]._sell(self)
        return done

    def _action_launch_stock_rule(self, *, previous_product_uom_qty=False):
        """Sell extensions wherever an order is confirmed or a confirmed one grows."""
        done = super()._action_launch_stock_rule(
            previous_product_uom_qty=previous_product_uom_qty
        )
        self.env["serial.warranty.extension"]._sell(self)
        return done

    def _get_extension_months(self):
        """Return the months for one unit; two of a line that names one add up."""
        count = max(int(self.product_uom_qty), 1) if self.serial_lot_id else 1
        return count * self.product_id.serial_extension_months

    def _get_unsold_extensions(self):
        """Return the extensions that these lines sold once and do not any more: they
        name another serial or count by now."""
        unsold = self.env["serial.warranty.extension"]
        for line in self:
            sold = line._get_sold_extensions()
            if line.serial_lot_id and line.product_uom_qty > 0:
                months = line._get_extension_months()
                unsold |= sold.filtered(
                    lambda one, lot=line.serial_lot_id, months=months: (
                        (one.lot_id, one.months) != (lot, months)
                    )
                )
            else:
                unsold |= sold[: max(len(sold) - int(line.product_uom_qty), 0)]
        return unsold

    def _get_sold_extensions(self):
        """Return what this line sold, the newest first; not of units that came back."""
        return self.extension_ids.filtered(
            lambda one: one.state == "sold" and one.warranty_id.state != "void"
        )

    def _get_extended_lots(self):
        """Return the delivered serials that this line lengthens the warranty of: those
        of the line of units above it, one a piece sold."""
        lines = self.order_id.order_line.sorted(lambda line: (line.sequence, line.id))
        units = [line for line in lines if line.product_id.tracking == "serial"]
        at = list(lines).index(self)
        above = [line for line in units if list(lines).index(line) < at]
        of_units = (above[-1:] or units[:1] or [lines.browse()])[0]
        delivered = of_units.move_ids.move_line_ids.filtered(
            lambda line: line.state == "done" and line.location_dest_usage == "customer"
        ).lot_id
        taken = self._get_sold_extensions().lot_id
        free = int(self.product_uom_qty) - len(taken)
        still_there = (delivered - taken).filtered("shipped_at")
        return still_there[: max(free, 0)]
