from odoo import models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..core import serial_list
from ..core.aggregation import STOCK


class SerialPickingScanMixin(models.AbstractModel):
    """A delivery filled by scanning: a pallet, a carton, a unit.

    What was scanned is picked; what stock had reserved in its place makes room.
    """

    _name = "serial.picking.scan.mixin"
    _description = "Scanning onto Deliveries"

    def serial_scan(self, text):
        """Put what a scan names on this transfer; return what to say.

        :return: dict `type` (success, warning, danger), `name`, `text`
        """
        self.ensure_one()
        self.check_access("write")
        text = (text or "").strip()[: serial_list.MAX_TEXT]
        name = serial_list.clean(text)
        if self.state in ("done", "cancel"):
            return self._say("danger", name, self.env._("The transfer is over."))
        try:
            with self.env.cr.savepoint():
                return self._scan(text)
        except UserError as error:
            return self._say("danger", name, str(error))

    def _scan(self, text):
        package = self.env["stock.package"]._find_package(text)
        if package:
            return self._scan_package(package)
        lot_ids = self.env["stock.lot"]._find_units([text])[text].lot_ids
        lots = self.env["stock.lot"].browse(lot_ids)
        if len(lots) == 1:
            return self._scan_unit(lots)
        if lots:
            words = self.env._("Several units have this number: scan the code instead.")
        else:
            words = self.env._("Nothing is known by this number.")
        return self._say("danger", serial_list.clean(text), words)

    # === CARTONS AND PALLETS === #

    def _scan_package(self, package):
        """Put all that a package holds on this transfer."""
        quants = package.contained_quant_ids.filtered(lambda one: one.quantity > 0)
        self._ensure_packed_here(package, quants)
        boxes = package | package.all_children_package_ids
        mine = self.move_line_ids.filtered(lambda line: line.package_id in boxes)
        if self._holds_picked(mine, quants):
            words = self.env._("It is on this transfer already.")
            return self._say("warning", package.name, words)
        self._ensure_wanted(quants.product_id)
        self._make_room(quants, mine)
        return self._tell_scanned(package.name, self._reserve_packages(package))

    def _ensure_packed_here(self, package, quants):
        if package.serial_state == "open":
            raise UserError(self.env._("It is being packed still: close it first."))
        if not quants:
            raise UserError(self.env._("It is empty."))
        self._ensure_here(quants)

    def _ensure_here(self, quants):
        """Refuse what lies elsewhere than where this transfer takes from."""
        places = quants.location_id
        if not all(place.usage in STOCK for place in places):
            raise UserError(self.env._("It is not in stock here."))
        if not all(place._child_of(self.location_id) for place in places):
            raise UserError(
                self.env._(
                    "It lies in %(place)s, and this transfer takes from %(source)s.",
                    place=places[:1].display_name,
                    source=self.location_id.display_name,
                )
            )

    def _holds_picked(self, lines, quants):
        picked = lines.filtered("picked")
        return bool(picked) and quants.lot_id <= picked.lot_id

    def _ensure_wanted(self, products):
        """Refuse products that nobody ordered, if there is an order at all."""
        wanted = self.move_ids.filtered(lambda move: move.product_uom_qty > 0)
        strange = products - wanted.product_id
        if wanted and strange:
            raise UserError(
                self.env._(
                    "This transfer is not for %(products)s.",
                    products=", ".join(strange.mapped("display_name")),
                )
            )

    # === UNITS === #

    def _scan_unit(self, lot):
        lines = self.move_line_ids.filtered(lambda line: line.lot_id == lot)
        if lines.filtered("picked"):
            words = self.env._("It is on this transfer already.")
            return self._say("warning", lot.name, words)
        quants = lot.quant_ids.filtered(
            lambda quant: quant.quantity > 0 and quant.location_id.usage in STOCK
        )
        if not quants:
            raise UserError(self.env._("It is not in stock here."))
        self._ensure_here(quants)
        self._ensure_wanted(lot.product_id)
        if not lines:
            self._make_room(quants, lines)
            self._add_unit(quants[0])
        lines = self.move_line_ids.filtered(lambda line: line.lot_id == lot)
        message = self._tell_scanned(lot.name, lines)
        carton = quants.package_id
        if carton and message["type"] == "success":
            words = self.env._(
                "Taken out of the carton %(carton)s.", carton=carton.name
            )
            return self._say("warning", lot.name, words)
        return message

    def _add_unit(self, quant):
        self.env["stock.move.line"].create(
            {
                "picking_id": self.id,
                "product_id": quant.product_id.id,
                "product_uom_id": quant.product_uom_id.id,
                "quantity": quant.quantity,
                "location_id": quant.location_id.id,
                "location_dest_id": self.location_dest_id.id,
                "lot_id": quant.lot_id.id,
                "package_id": quant.package_id.id,
                "owner_id": quant.owner_id.id,
            }
        )

    # === BOTH === #

    def _make_room(self, quants, mine):
        """Let go of what stock had reserved, as far as it is no longer needed.

        :param mine: lines that already draw on what was scanned
        """
        for product, of_product in quants.grouped("product_id").items():
            moves = self.move_ids.filtered(lambda one, p=product: one.product_id == p)
            lines = moves.move_line_ids
            picked = lines.filtered("picked")
            left = sum(moves.mapped("product_qty"))
            left -= sum(picked.mapped("quantity_product_uom"))
            left -= sum(of_product.mapped("quantity"))
            self._let_go((lines - picked), mine, left)

    def _let_go(self, lines, mine, left):
        """Unreserve lines until at most `left` of them stay; those of `mine` first."""
        gone = lines & mine
        rest = (lines - mine).sorted(lambda line: (bool(line.package_id), line.id))
        kept = 0
        for line in rest:
            kept += line.quantity_product_uom
            if kept > max(left, 0):
                gone |= line
        gone.unlink()

    def _tell_scanned(self, name, lines):
        """Mark lines as picked, after asking whether they may leave; say how many."""
        lines.write({"picked": True})
        self.env["serial.binding"]._ensure_deliverable(
            SQL("line.id = ANY(%s)", lines.ids)
        )
        over = self._get_over(lines.product_id)
        if over:
            words = self.env._(
                "%(units)s units; %(over)s more than this transfer asks for.",
                units=len(lines),
                over=f"{over:g}",
            )
            return self._say("warning", name, words)
        words = self.env._("%(units)s units are on this transfer.", units=len(lines))
        return self._say("success", name, words)

    def _get_over(self, products):
        over = 0
        for product in products:
            moves = self.move_ids.filtered(lambda one, p=product: one.product_id == p)
            picked = moves.move_line_ids.filtered("picked")
            asked = sum(moves.mapped("product_qty"))
            done = sum(picked.mapped("quantity_product_uom"))
            over += max(0, done - asked) if asked else 0
        return over

    def _say(self, kind, name, text):
        return {"type": kind, "name": name, "text": text}
