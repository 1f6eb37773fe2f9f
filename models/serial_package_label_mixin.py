from odoo import models
from odoo.exceptions import UserError

from ..core import check_digit
from ..reports.sscc_label import SsccLabel


class SerialPackageLabelMixin(models.AbstractModel):
    """What a package's label says."""

    _name = "serial.package.label.mixin"
    _description = "Label of a Package"

    def _get_sscc_labels(self):
        """Return what the labels of these packages say; queries do not grow."""
        self._ensure_sscc()
        under_way = self._get_lines_under_way()
        inside = self._get_contents(under_way)
        rest = self.env._("and %(count)s more", count="{}")
        return [
            SsccLabel(
                sscc=package.name,
                title=self.env._("Pallet")
                if package._get_label_children()
                else self.env._("Carton"),
                facts=package._get_label_facts(
                    inside[package], under_way[package].picking_id.partner_id[:1]
                ),
                contents=tuple(
                    (product.display_name, f"{quantity:g} {product.uom_id.name}")
                    for product, quantity in inside[package]
                ),
                more=rest.format,
            )
            for package in self
        ]

    def _ensure_sscc(self):
        """Refuse packages whose name is no SSCC: nothing would read the label."""
        wrong = self.filtered(lambda one: not is_sscc(one.name))
        if wrong:
            raise UserError(
                self.env._(
                    "These packages have no SSCC as their name: %(names)s",
                    names=", ".join(wrong[:10].mapped("name")),
                )
            )

    def _get_label_children(self):
        return self.child_package_ids or self.child_package_dest_ids

    def _get_label_facts(self, contents, receiver):
        company = self.company_id or self.env.company
        children = self._get_label_children()
        weight = self.shipping_weight
        facts = [
            (self.env._("Sender"), company.name),
            (self.env._("Receiver"), receiver.display_name or ""),
            (self.env._("Cartons"), str(len(children)) if children else ""),
            (self.env._("Units"), f"{sum(quantity for _p, quantity in contents):g}"),
            (self.env._("Packed on"), str(self.pack_date or "")),
            (self.env._("Weight"), f"{weight:g} kg" if weight else ""),
        ]
        return tuple(fact for fact in facts if fact[1])

    def _get_lines_under_way(self):
        """Return {package: operations not done that fill it or what it will hold}."""
        below, every = self._get_all_children_package_dest_ids()
        lines = self.env["stock.move.line"].search(
            [
                ("result_package_id", "in", list(every)),
                ("state", "not in", ("done", "cancel")),
            ]
        )
        by_holder = lines.grouped("result_package_id")
        return {
            package: lines.browse().union(
                *(
                    by_holder.get(holder, lines.browse())
                    for holder in package | self.browse(below.get(package, ()))
                )
            )
            for package in self
        }

    def _get_contents(self, under_way):
        """Return {package: ((product, quantity), …)}, of stock, else of operations."""
        inside = {package.id: {} for package in self}
        groups = self.env["stock.quant"]._read_group(
            [("package_id", "child_of", self.ids)],
            ["package_id", "product_id"],
            ["quantity:sum"],
        )
        for holder, product, quantity in groups:
            for part in (holder.parent_path or f"{holder.id}/").split("/"):
                held = inside.get(int(part)) if part else None
                if held is not None:
                    held[product] = held.get(product, 0) + quantity
        for package in self.filtered(lambda one: not inside[one.id]):
            held = inside[package.id]
            for line in under_way[package]:
                held[line.product_id] = held.get(line.product_id, 0) + line.quantity
        return {package: tuple(inside[package.id].items()) for package in self}


def is_sscc(text):
    """Tell whether a text is an SSCC: 18 digits, the last a check digit."""
    digits = text or ""
    return (
        len(digits) == 18
        and digits.isascii()
        and digits.isdigit()
        and check_digit.mod_10(digits[:-1]) == digits[-1]
    )
