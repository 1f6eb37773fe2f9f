from collections import defaultdict

from odoo import models

from .serial_carton_line_mixin import CHECKED
from .stock_own import takes_over


class Carried:
    """The lines of transfers by the package they are taken from."""

    def __init__(self, pickings):
        self.lines = pickings.env["stock.move.line"]
        self.line_ids = defaultdict(list)
        for line in pickings.move_line_ids:
            self.line_ids[line.picking_id.id, line.package_id.id].append(line.id)

    def get_lines(self, packages, pickings):
        """Return the lines of these transfers that take from these packages."""
        return self.lines.browse(
            line_id
            for package_id in packages._ids
            for picking_id in pickings._ids
            for line_id in self.line_ids.get((picking_id, package_id), ())
        )

    def holds_whole(self, package, pickings):
        """Tell whether transfers take all that is in a package, and in those in it."""
        lines = self.get_lines(package | package.all_children_package_ids, pickings)
        return package._check_move_lines_map_quant(
            lines.filtered("product_id.is_storable")
        )


class SerialCartonPickingMixin(models.AbstractModel):
    """Tells whole packages on a transfer in one pass over its lines. Stock looks at all
    lines for each package, and again for each line it then writes.
    """

    _name = "serial.carton.picking.mixin"
    _description = "Whole Cartons of a Transfer"

    def _get_carried(self):
        return Carried(self)

    def _check_entire_pack(self):
        if not takes_over(
            self, "_check_entire_pack", "_check_move_lines_map_quant_package"
        ):
            super()._check_entire_pack()
            return
        carried = self._get_carried()
        for package in self.move_line_ids.package_id:
            lines = carried.get_lines(package, self)
            pickings = lines.picking_id
            if not pickings._is_single_transfer() or not carried.holds_whole(
                package, pickings
            ):
                continue
            to_pack = lines.filtered(
                lambda line: (
                    not line.result_package_id and line.state not in ("done", "cancel")
                )
            )
            if to_pack and package.package_type_id.package_use != "reusable":
                to_pack.with_context(**{CHECKED: True}).write(
                    {"result_package_id": package.id, "is_entire_pack": True}
                )
        self.move_line_ids.result_package_id._apply_package_dest_for_entire_packs()
