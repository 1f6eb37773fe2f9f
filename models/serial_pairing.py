from odoo import api, models
from odoo.exceptions import AccessError

from ..core import genuine, pairing, serial_list
from .serial_part_change_mixin import Change

GROUPS = ("serial_dossier.serial_dossier_group_user", "mrp.group_mrp_user")


class SerialPairing(models.AbstractModel):
    """A bench with a scanner: units get their parts, one scan after the other.

    Each call answers with all that the screen shows. Who makes goods may pair them,
    with or without rights to dossiers; that is checked first, then `sudo` acts.
    """

    _name = "serial.pairing"
    _inherit = ["serial.pairing.state.mixin", "serial.pairing.store.mixin"]
    _description = "Pairing of Units and Parts"

    @api.model
    def get_state(self, production_id=False, lot_id=False):
        """Return what the screen shows."""
        return self._get_state(*self._get_records(production_id, lot_id))

    @api.model
    def scan(self, text, production_id=False, lot_id=False):
        """Take what was scanned: a unit, or a part of the unit in hand."""
        order_sudo, unit_sudo = self._get_records(production_id, lot_id)
        text = serial_list.clean(text)
        if not text:
            return self._get_state(order_sudo, unit_sudo)
        found = self.env["serial.part"]._find_parts([text])[text]
        meant = pairing.meaning(
            self._get_candidates(found), self._get_bench(order_sudo, unit_sudo)
        )
        if meant.kind == "unit":
            unit_sudo, message = self._take_unit(order_sudo, unit_sudo, meant.lot_id)
        elif meant.kind == "batch":
            message = self._pair_batch(order_sudo, unit_sudo, meant.lot_id)
        elif meant.kind == "part":
            message = self._pair(order_sudo, unit_sudo, text, found)
        else:
            message = self._say("danger", text, self._get_words(meant.reason))
        return self._get_state(order_sudo, unit_sudo, message)

    @api.model
    def take_out(self, part_id, production_id=False, lot_id=False):
        """Take back what was scanned by mistake."""
        order_sudo, unit_sudo = self._get_records(production_id, lot_id)
        part_sudo = unit_sudo.part_ids.filtered(
            lambda part: part.id == part_id and part.source == "pairing"
        )
        if part_sudo:
            name = part_sudo.display_name
            self._unpair(order_sudo, unit_sudo, part_sudo)
            message = self._say("success", name, self.env._("Taken out again."))
        else:
            message = None
        return self._get_state(order_sudo, unit_sudo, message)

    # === WHO AND WHERE === #

    def _get_records(self, production_id, lot_id):
        """Return order and unit (sudo), after checking that the user may pair them."""
        user = self.env.user
        if not any(map(user.has_group, GROUPS)):
            raise AccessError(
                self.env._("Only those who make goods pair units and parts.")
            )
        order = self.env["mrp.production"].browse(production_id or ())
        unit = self.env["stock.lot"].browse(lot_id or ())
        # whoever keeps dossiers may pair for an order without rights to orders
        for record in (order.sudo(), unit.sudo()):
            company = record.company_id
            if company and company not in self.env.companies:
                raise AccessError(self.env._("It belongs to another company."))
        return order.sudo(), unit.sudo()

    def _get_bench(self, order_sudo, unit_sudo):
        component_ids = frozenset()
        if order_sudo:
            component_ids = frozenset(order_sudo.move_raw_ids.product_id.ids)
        elif unit_sudo:
            component_ids = self.env["serial.part"]._get_component_ids(unit_sudo)
        return pairing.Bench(
            order_sudo.product_id.id or None,
            unit_sudo.product_id.id or None,
            component_ids,
        )

    def _get_candidates(self, found):
        lots = self.env["stock.lot"].sudo().browse(one.lot_id for one in found.serials)
        return [
            pairing.Candidate(
                lot.id,
                lot.product_id.id,
                lot.product_id.tracking == "lot",
                bool(lot.stage),
            )
            for lot in lots
        ]

    # === SCANNED === #

    def _take_unit(self, order_sudo, unit_sudo, lot_id):
        """Return the unit in hand after a unit was scanned, and what to say."""
        lot_sudo = unit_sudo.browse(lot_id)
        reason = pairing.refuse_unit(
            lot_sudo.stage,
            order_sudo.state or "",
            lot_sudo in order_sudo.lot_producing_ids,
            order_sudo.product_qty - len(order_sudo.lot_producing_ids),
            self._is_elsewhere(order_sudo, lot_sudo),
        )
        if reason:
            message = self._say("danger", lot_sudo.name, self._get_words(reason))
            return unit_sudo, message
        return lot_sudo, self._say(
            "success", lot_sudo.name, self.env._("Now scan its parts.")
        )

    def _is_elsewhere(self, order_sudo, lot_sudo):
        domain = [
            ("lot_producing_ids", "in", lot_sudo.ids),
            ("state", "in", ("confirmed", "progress", "to_close")),
            ("id", "!=", order_sudo.id),
        ]
        return bool(order_sudo and order_sudo.search_count(domain, limit=1))

    def _pair(self, order_sudo, unit_sudo, text, found):
        """Build a part into the unit in hand if it may; return what to say."""
        parts = self.env["serial.part"]
        belonging = self._get_bench(order_sudo, unit_sudo).component_ids
        judgement = genuine.judge(text, found, unit_sudo.id, belonging)
        unknown = judgement.status == "unknown"
        if judgement.stops or (unknown and self._knows_all(order_sudo)):
            message = self._say_judgement(judgement)
            return {**message, "type": "danger"}
        if judgement.is_built_in:
            return self._say("warning", judgement.name, self._get_words("in_this_unit"))
        product_sudo = (
            self.env["product.product"].sudo().browse(judgement.product_id or ())
        )
        reason = self._refuse(order_sudo, unit_sudo, product_sudo, judgement)
        if reason:
            words = self._get_words(reason, product=product_sudo.display_name)
            return self._say("danger", judgement.name, words)
        row = parts._prepare_part(unit_sudo, Change(), judgement)
        self._store(order_sudo, unit_sudo, row)
        if judgement.status == "genuine":
            return self._say("success", judgement.name, product_sudo.display_name or "")
        return self._say_judgement(judgement)

    def _knows_all(self, order_sudo):
        """Tell whether stock keeps serials of all that an order builds in."""
        products = order_sudo.move_raw_ids.product_id
        return bool(products) and all(one.tracking != "none" for one in products)

    def _refuse(self, order_sudo, unit_sudo, product_sudo, judgement):
        needs = self._get_needs(order_sudo, unit_sudo)
        have = unit_sudo.part_ids.filtered(
            lambda part: not part.removed_at and part.product_id == product_sudo
        )
        consumed = order_sudo.move_raw_ids.move_line_ids.lot_id
        return pairing.refuse_part(
            needs.get(product_sudo),
            len(have),
            order_sudo.state == "done",
            not judgement.component_lot_id
            or judgement.component_lot_id in consumed.ids,
        )

    def _pair_batch(self, order_sudo, unit_sudo, lot_id):
        """Record that the unit in hand has some of a batch."""
        batch_sudo = unit_sudo.browse(lot_id)
        belonging = self._get_bench(order_sudo, unit_sudo).component_ids
        if belonging and batch_sudo.product_id.id not in belonging:
            words = self.env._(
                "It is no part of this product: %(product)s.",
                product=batch_sudo.product_id.display_name,
            )
            return self._say("danger", batch_sudo.name, words)
        if batch_sudo in self._get_built_in(unit_sudo).component_lot_id:
            words = self._get_words("in_this_unit")
            return self._say("warning", batch_sudo.name, words)
        row = {
            "lot_id": unit_sudo.id,
            "component_lot": batch_sudo.name,
            "component_lot_id": batch_sudo.id,
            "product_id": batch_sudo.product_id.id,
        }
        self._store(order_sudo, unit_sudo, row)
        return self._say("success", batch_sudo.name, batch_sudo.product_id.display_name)
