from odoo import models


class SerialCartonLinkMixin(models.AbstractModel):
    """Finds the moves of many lines that are added to a transfer, before they are made.

    Stock looks for the move of each line after it was made, and computes what all lines
    of the move come to each time.
    """

    _name = "serial.carton.link.mixin"
    _description = "Moves of Many Lines"

    def _link_to_moves(self, vals_list):
        """Set the move in the values of new lines, as stock would; return new moves."""
        moves = self.env["stock.move"]
        created = moves
        linkable, quantities = {}, {}
        for vals in vals_list:
            if not self._may_link(vals):
                continue
            key = vals["picking_id"], vals["product_id"]
            if key not in linkable:
                picking = self.env["stock.picking"].browse(vals["picking_id"])
                linkable[key] = picking.move_ids.filtered(
                    lambda move, vals=vals: move.product_id.id == vals["product_id"]
                )
                if not linkable[key]:
                    move_vals = self.new(vals)._prepare_stock_move_vals()
                    linkable[key] = moves.create(move_vals)
                    created |= linkable[key]
            self._choose_move(vals, linkable[key], quantities)
        return created

    def _may_link(self, vals):
        """Tell whether a new line is one of goods that has to find its move."""
        if vals.get("move_id") or not vals.get("picking_id"):
            return False
        product = self.env["product.product"].browse(vals.get("product_id"))
        # Kits have ways of their own to find a move.
        return bool(product and vals.get("product_uom_id") and not product.is_kits)

    def _choose_move(self, vals, moves, quantities):
        """Give a line to the first move that lacks goods, or else to the first one."""
        for move in moves:
            if move not in quantities:
                quantities[move] = move.quantity
        move = next(
            (move for move in moves if quantities[move] < move.product_qty), moves[0]
        )
        unit = self.env["uom.uom"].browse(vals["product_uom_id"])
        quantities[move] += unit._compute_quantity(
            vals.get("quantity", 0), move.product_uom, round=False
        )
        vals["move_id"] = move.id
