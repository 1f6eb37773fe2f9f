from odoo import api, models


class SerialExtensionBindMixin(models.AbstractModel):
    """Which unit a sold extension is for: the one its line names, else those delivered
    for the line of units above it."""

    _name = "serial.extension.bind.mixin"
    _description = "Binding of Sold Extensions"

    @api.model
    def _sell(self, lines):
        """Lengthen the warranties of units that lines of confirmed orders extend.

        What is not delivered yet waits for its delivery; what a line no longer sells
        is taken back.
        """
        lines_sudo = lines.sudo().filtered(
            lambda line: (
                line.product_id.serial_extension_months and line.state == "sale"
            )
        )
        self.sudo()._take_back(lines_sudo._get_unsold_extensions())
        lines_sudo = lines_sudo.filtered(lambda line: line.product_uom_qty > 0)
        named = lines_sudo.filtered("serial_lot_id")
        pairs = [(line, line.serial_lot_id) for line in named]
        for line in lines_sudo - named:
            pairs += [(line, lot) for lot in line._get_extended_lots()]
        self.sudo()._lengthen(pairs)

    @api.model
    def _sell_delivered(self, moves):
        """Lengthen the warranties of units that were delivered with an extension."""
        if not self.env["serial.warranty.policy"]._get_rules().has_extensions:
            return
        orders_sudo = moves.sudo().sale_line_id.order_id
        if orders_sudo:
            self._sell(
                orders_sudo.order_line.filtered(lambda line: not line.serial_lot_id)
            )

    def _lengthen(self, pairs):
        """Create extensions, and move the ends of the warranties they are for.

        :param pairs: (order line, serial)
        """
        known = self.search_fetch(
            [
                ("sale_line_id", "in", [line.id for line, _lot in pairs]),
                ("state", "=", "sold"),
            ],
            ["sale_line_id", "lot_id"],
        )
        known = {(one.sale_line_id, one.lot_id) for one in known}
        new = self.create(
            [
                {
                    "sale_line_id": line.id,
                    "lot_id": lot.id,
                    "months": line._get_extension_months(),
                    "company_id": line.company_id.id,
                }
                for line, lot in pairs
                if (line, lot) not in known
            ]
        )
        lot_ids = new.lot_id.ids
        if lot_ids:
            warranty_sudo = self.env["serial.warranty"].sudo()
            started = new.lot_id.filtered(lambda lot: lot.sale_date or lot.activated_at)
            warranty_sudo._stamp(started.ids, cause="extension")
            warranty_sudo._refresh(lot_ids)

    @api.model
    def _withdraw(self, orders):
        """Take back what cancelled orders had sold."""
        sold_sudo = self.sudo().search(
            [("sale_line_id.order_id", "in", orders.ids), ("state", "=", "sold")]
        )
        self.sudo()._take_back(sold_sudo)

    def _take_back(self, extensions):
        """Shorten the warranties that extensions had lengthened."""
        if extensions:
            extensions.write({"state": "withdrawn"})
            self.env["serial.warranty"].sudo()._refresh(extensions.lot_id.ids)
