from odoo import fields, models

from .window import list_window

PAIRABLE = ("confirmed", "progress", "to_close", "done")


class SerialPairedOrderMixin(models.AbstractModel):
    """An order whose units and parts are scanned: what was scanned is what it uses."""

    _name = "serial.paired.order.mixin"
    _description = "Order with Paired Parts"

    serial_paired_count = fields.Integer(
        string="Units with Parts", compute="_compute_serial_paired_count"
    )
    serial_can_pair = fields.Boolean(compute="_compute_serial_can_pair")

    def _compute_serial_paired_count(self):
        groups = (
            self.env["serial.part"]
            .sudo()
            ._read_group(
                [("production_id", "in", self.ids), ("removed_at", "=", False)],
                ["production_id"],
                ["lot_id:count_distinct"],
            )
        )
        counts = dict(groups)
        for order in self:
            order.serial_paired_count = counts.get(order._origin, 0)

    def _compute_serial_can_pair(self):
        for order in self:
            order.serial_can_pair = (
                order.product_tracking == "serial" and order.state in PAIRABLE
            )

    # === ACTIONS === #

    def action_pair_parts(self):
        """Open the screen where units and their parts are scanned."""
        self.ensure_one()
        self.check_access("write")
        action = self.env["ir.actions.client"]._for_xml_id(
            "serial_dossier.serial_pairing_action"
        )
        context = {"active_model": self._name, "active_id": self.id}
        return {**action, "context": context}

    def action_view_serial_parts(self):
        """Open the parts that this order built into its units."""
        self.ensure_one()
        return list_window(
            "serial.part",
            self.env._("Parts: %(order)s", order=self.name),
            [("production_id", "=", self.id)],
            "list",
            create=False,
            search_default_group_unit=1,
        )

    # === CONSUMED AS SCANNED === #

    def _consume_paired(self):
        """Have the orders produce the units and consume the parts that were scanned."""
        for order in self:
            paired = order._get_paired_components()
            if not paired or order.state == "done":
                continue
            if order.qty_producing != len(order.lot_producing_ids):
                order.qty_producing = len(order.lot_producing_ids)
                order._set_qty_producing()
            for move in order.move_raw_ids:
                order._consume_scanned(move, paired.get(move.product_id, []))

    def _get_paired_components(self):
        """Return {product: serials} that sit in the units of this order."""
        groups = (
            self.env["serial.part"]
            .sudo()
            ._read_group(
                [
                    ("lot_id", "in", self.lot_producing_ids.ids),
                    ("component_lot_id.product_id.tracking", "=", "serial"),
                    ("removed_at", "=", False),
                ],
                ["component_lot_id"],
            )
        )
        components = self.env["stock.lot"].union(*(lot for (lot,) in groups))
        return components.grouped("product_id") if components else {}

    def _consume_scanned(self, move, scanned):
        """Give a move the scanned serials in place of those that were reserved."""
        if not scanned or move.state in ("done", "cancel"):
            return
        reserved = move.lot_ids - scanned
        room = int(max(move.product_uom_qty, len(scanned))) - len(scanned)
        if scanned - move.lot_ids or len(reserved) > room:
            move.lot_ids = scanned | reserved[:room]
        move.picked = True
