from collections import defaultdict

from odoo import Command, models
from odoo.exceptions import UserError

from ..core.aggregation import STOCK


class SerialPackagePackMixin(models.AbstractModel):
    """Puts units into packages and takes them out, one stock move a product.

    What is told of it to the units' dossiers, stock moves themselves see to
    (`serial.package.note.mixin`): however units were packed.
    """

    _name = "serial.package.pack.mixin"
    _description = "Packing of Units"

    # === UNITS === #

    def _pack(self, lots):
        """Put units that lie in stock into this package."""
        self.ensure_one()
        self._move_quants(self._get_stock_quants(lots), self)

    def _unpack(self, lots=None):
        """Take units (all if None) out of these packages; they stay where they are."""
        quants = self.quant_ids.filtered(lambda quant: quant.quantity > 0)
        if lots is not None:
            quants = quants.filtered(lambda quant: quant.lot_id in lots)
        self._move_quants(quants, self.browse())

    def _get_stock_quants(self, lots):
        """Return the quants of units in stock; UserError names those that are not."""
        quants = self.env["stock.quant"].search(
            [
                ("lot_id", "in", lots.ids),
                ("quantity", ">", 0),
                ("location_id.usage", "in", STOCK),
            ]
        )
        missing = lots - quants.lot_id
        if missing:
            raise UserError(
                self.env._(
                    "These units are not in stock: %(serials)s",
                    serials=missing._get_name_list(missing),
                )
            )
        return quants

    def _move_quants(self, quants, package):
        """Move quants into a package, or out of theirs, where they lie.

        Core's `move_quants` makes a move a quant; here it is a move a product.
        """
        if not quants:
            return
        groups = defaultdict(quants.browse)
        for quant in quants:
            key = (quant.product_id, quant.location_id, quant.owner_id)
            groups[key] |= quant
        name = self.env._("Packed") if package else self.env._("Unpacked")
        moves = self.env["stock.move"].create(
            [
                self._prepare_move(group.with_context(inventory_name=name), package)
                for group in groups.values()
            ]
        )
        moves._action_done()

    def _prepare_move(self, quants, package):
        first = quants[0]
        place = first.location_id
        vals = first._get_inventory_move_values(
            sum(quants.mapped("quantity")), place, place, first.package_id, package
        )
        [(_command, _id, line)] = vals["move_line_ids"]
        vals["move_line_ids"] = [
            Command.create(
                {
                    **line,
                    "quantity": quant.quantity,
                    "lot_id": quant.lot_id.id,
                    "package_id": quant.package_id.id,
                }
            )
            for quant in quants
        ]
        return vals

    def unpack(self):
        """Core's button as well: of a pallet its cartons, of a carton its units."""
        result = None
        for package in self:
            lines = package.packing_line_ids
            lines.sudo().unlink()
            result = super(SerialPackagePackMixin, package).unpack()
        return result

    # === CARTONS === #

    def _stack(self, cartons):
        """Put cartons onto this pallet."""
        self.ensure_one()
        if self in cartons:
            raise UserError(self.env._("A package cannot hold itself."))
        cartons.write({"parent_package_id": self.id})

    def _unstack(self):
        """Take these cartons off their pallets."""
        self.filtered("parent_package_id").write({"parent_package_id": False})
