from collections import defaultdict

from odoo import models
from odoo.exceptions import UserError

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

    # === SCANNED === #

    def _reserve_packages(self, packages):
        """Take whole packages, and those in them, on this transfer; return their lines.

        They stand in for what was reserved of the same goods and not picked yet, whole
        cartons of it only. Another transfer that reserved them loses them when this one
        is validated, as with stock's own way to add packages.
        """
        self.ensure_one()
        self._ensure_within_reach(packages)
        taken = packages.search([("id", "child_of", packages.ids)])
        if self.state == "draft" and self.move_ids:
            self.action_confirm()
        self.action_add_entire_packs(packages.ids)
        lines = self.move_line_ids.filtered(lambda line: line.package_id in taken)
        self._free_exceeding(lines)
        return lines

    def _ensure_within_reach(self, packages):
        """Refuse packages that are empty or not where this transfer takes goods."""
        if self.state in ("done", "cancel"):
            raise UserError(
                self.env._(
                    "%(picking)s is done or cancelled: nothing can be added to it.",
                    picking=self.display_name,
                )
            )
        for package in packages:
            quants = package.contained_quant_ids.filtered(lambda quant: quant.quantity)
            elsewhere = quants.filtered(
                lambda quant: not quant.location_id._child_of(self.location_id)
            )
            if not quants:
                raise UserError(
                    self.env._("%(package)s is empty.", package=package.name)
                )
            if elsewhere:
                raise UserError(
                    self.env._(
                        "%(package)s is in %(location)s: %(picking)s takes from "
                        "%(origin)s.",
                        package=package.name,
                        location=elsewhere.location_id[:1].display_name,
                        picking=self.display_name,
                        origin=self.location_id.display_name,
                    )
                )

    def _free_exceeding(self, kept):
        """Free what was reserved besides these lines beyond what is asked for.

        A carton is freed whole or not at all; what was reserved last goes first.
        """
        freed = self.env["stock.move.line"]
        for move in kept.move_id:
            excess = move.quantity - move.product_uom_qty
            others = (move.move_line_ids - kept).filtered(lambda line: not line.picked)
            groups = others.grouped(lambda line: line.package_id or line)
            for lines in reversed(groups.values()):
                quantity = sum(lines.mapped("quantity"))
                if lines.picking_id == self and quantity <= excess:
                    excess -= quantity
                    freed |= lines
        freed.unlink()
