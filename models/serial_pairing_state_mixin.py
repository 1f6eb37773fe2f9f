from odoo import api, models

from ..core import genuine


class SerialPairingStateMixin(models.AbstractModel):
    """What the pairing screen shows: the order, the unit in hand, what it lacks."""

    _name = "serial.pairing.state.mixin"
    _description = "State of the Pairing Screen"

    def _get_state(self, order_sudo, unit_sudo, message=None):
        parts = unit_sudo.part_ids.filtered(lambda part: not part.removed_at)
        needs = self._get_needs(order_sudo, unit_sudo) if unit_sudo else {}
        return {
            "order": self._prepare_order(order_sudo),
            "unit": self._prepare_unit(order_sudo, unit_sudo, parts, needs),
            "message": message,
        }

    def _prepare_order(self, order_sudo):
        if not order_sudo:
            return False
        return {
            "id": order_sudo.id,
            "name": order_sudo.name,
            "product": order_sudo.product_id.display_name,
            "paired": order_sudo.serial_paired_count,
            "total": int(order_sudo.product_qty),
            "done": order_sudo.state == "done",
        }

    def _prepare_unit(self, order_sudo, unit_sudo, parts, needs):
        if not unit_sudo:
            return False
        missing = self._get_missing(parts, needs)
        return {
            "id": unit_sudo.id,
            "name": unit_sudo.name,
            "product": unit_sudo.product_id.display_name,
            "parts": [
                {
                    "id": part.id,
                    "name": part.display_name,
                    "product": part.product_id.display_name or "",
                    "removable": part.source == "pairing",
                }
                for part in parts.sorted("id")
            ],
            "missing": [
                {"product": product.display_name, "count": count}
                for product, count in missing.items()
            ],
            "complete": bool(needs) and not missing,
        }

    def _get_missing(self, parts, needs):
        """Return {product: how many a unit still lacks}."""
        have = parts.grouped("product_id")
        lacking = {
            product: need - len(have.get(product, parts.browse()))
            for product, need in needs.items()
        }
        return {product: count for product, count in lacking.items() if count > 0}

    @api.model
    def _get_needs(self, order_sudo, unit_sudo):
        """Return {component with serials: how many a unit has}, by order or bill."""
        if order_sudo:
            lines, made = order_sudo.move_raw_ids, order_sudo.product_qty
            amounts = [(line.product_id, line.product_uom_qty) for line in lines]
        else:
            product = unit_sudo.product_id
            bill = self.env["mrp.bom"].sudo()._bom_find(product)[product]
            made = bill.product_qty or 1
            amounts = [
                (line.product_id, line.product_qty) for line in bill.bom_line_ids
            ]
        needs = {}
        for product, amount in amounts:
            if product.tracking == "serial":
                needs[product] = needs.get(product, 0) + round(amount / (made or 1))
        return needs

    # === MESSAGES === #

    def _get_words(self, reason, **values):
        """Return a reason in words; {name} stands for what was scanned."""
        texts = {
            "ambiguous": self.env._("Several serials have this number: scan the code."),
            "scan_unit_first": self.env._(
                "No unit has this number. Scan a unit first, then its parts."
            ),
            "ended": self.env._("The unit has ended its life."),
            "not_of_order": self.env._("The order did not make this unit."),
            "made_already": self.env._("The unit was made already."),
            "in_other_order": self.env._("Another order makes this unit."),
            "order_full": self.env._("All units of the order are there already."),
            "has_enough": self.env._(
                "The unit has its %(product)s already. Take that one out first.",
                **values,
            )
            if "product" in values
            else "",
            "not_consumed": self.env._("The order did not consume this part."),
            "in_this_unit": self.env._("It is in this unit already."),
        }
        return texts[reason]

    def _say(self, kind, name, text):
        """Return a message: kind is success, warning or danger."""
        return {"type": kind, "name": name, "text": text}

    def _say_judgement(self, judgement):
        kind = "danger" if judgement.status in genuine.STOPS else "warning"
        return self._say(
            kind,
            judgement.name,
            self.env["serial.part"]._get_judgement_text(judgement),
        )
