from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..core import depreciation

READY = ("received", "inspected")


class SerialTradeinCreditMixin(models.AbstractModel):
    """What the old unit is worth, set off against the order of a new one.

    The credit pays for goods, it makes them no cheaper: its lines bear no tax, and tax
    is due on the full price. Value and subsidy are lines apart: the one is ours to
    bear, the other an authority's.
    """

    _name = "serial.tradein.credit.mixin"
    _description = "Credit of a Trade-in"

    currency_id = fields.Many2one("res.currency", readonly=True)
    sale_line_id = fields.Many2one(
        "sale.order.line",
        string="Order Line of the New Unit",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    order_id = fields.Many2one(related="sale_line_id.order_id", string="Order")
    new_product_id = fields.Many2one(
        related="sale_line_id.product_id", string="New Product"
    )
    credit_line_ids = fields.One2many(
        "sale.order.line", "serial_tradein_id", string="Credit Lines", readonly=True
    )
    granted_value = fields.Monetary(
        string="Credited Value",
        readonly=True,
        copy=False,
        help="What was paid for the old unit, after its inspection.",
    )
    granted_subsidy = fields.Monetary(
        string="Credited Subsidy",
        readonly=True,
        copy=False,
        help="By the price that is really paid for the new unit.",
    )
    credited_at = fields.Datetime(readonly=True, copy=False)

    # === GATE === #

    def _ensure_can_credit(self):
        self.ensure_one()
        if self.state not in READY:
            raise UserError(
                self.env._(
                    "%(claim)s is %(state)s: a claim is credited once its old unit was "
                    "received, and only once.",
                    claim=self.name,
                    state=self._get_state_label().lower(),
                )
            )
        self._ensure_not_reported()
        if self.offer_state == "asked":
            raise UserError(
                self.env._(
                    "The consumer has not agreed to the new offer of %(claim)s yet.",
                    claim=self.name,
                )
            )

    def _ensure_fits(self, line):
        """Refuse an order line that this claim cannot be set off against."""
        if line.order_id.company_id != self.company_id:
            raise UserError(self.env._("The order is another company's."))
        if line.state not in ("draft", "sent", "sale") or line.order_id.locked:
            raise UserError(self.env._("The order can no longer be changed."))
        if line.display_type or line.serial_tradein_id or line.product_uom_qty <= 0:
            raise UserError(self.env._("Choose the order line of the new unit."))
        if len(self._get_claims_of(line)) >= line.product_uom_qty:
            raise UserError(
                self.env._("Each unit of this line has its trade-in already.")
            )

    @api.model
    def _get_claims_of(self, lines):
        """Return the claims that are set off against order lines."""
        return self.sudo().search([("sale_line_id", "in", lines.ids)])

    # === AMOUNTS === #

    def _get_value(self):
        """Return what is paid for the old unit: as agreed last."""
        agreed = self.offer_state == "agreed"
        return self.revised_value if agreed else self.value

    def _get_grant(self, line):
        """Return the subsidy on the new unit of a line, and codes of what shaped it."""
        product = line.product_id
        found = self.program_id._get_value_line(product, 0)
        if found.class_id != self.class_id:
            return depreciation.NOTHING, ("other_class",)
        price = line.currency_id._convert(
            line.price_total / line.product_uom_qty,
            self.currency_id,
            self.company_id,
            line.order_id.date_order or fields.Date.today(),
        )
        purchase = depreciation.Purchase(
            depreciation.exact(price), product.serial_energy_level or None
        )
        value = depreciation.exact(self._get_value())
        return depreciation.subsidy_on(self.class_id._get_subsidy(), purchase, value)

    # === CREDITED === #

    def _credit(self, line):
        """Set this claim off against an order line; the caller has checked rights."""
        self._ensure_can_credit()
        self._ensure_fits(line)
        subsidy, _reasons = self._get_grant(line)
        self.write(
            {
                "state": "credited",
                "sale_line_id": line.id,
                "granted_value": self._get_value(),
                "granted_subsidy": float(subsidy),
                "credited_at": fields.Datetime.now(),
            }
        )
        self._write_credit_lines()

    def _write_credit_lines(self):
        """Bring the credit lines of the order to what is granted."""
        wanted = {
            "product_tradein_credit": self.granted_value,
            "product_tradein_subsidy": self.granted_subsidy,
        }
        for name, amount in wanted.items():
            product = self.env.ref(f"serial_dossier.{name}")
            line = self.credit_line_ids.filtered(
                lambda one, product=product: one.product_id == product
            )
            vals = self._prepare_credit_vals(product, amount)
            if not amount:
                line.unlink()
            elif line:
                line.price_unit = vals["price_unit"]
            else:
                self.env["sale.order.line"].create(vals)
        order = self.order_id
        if order.currency_id.compare_amounts(order.amount_total, 0) < 0:
            raise UserError(
                self.env._(
                    "The credit of %(claim)s is more than order %(order)s comes to.",
                    claim=self.name,
                    order=order.name,
                )
            )

    def _prepare_credit_vals(self, product, amount):
        order = self.order_id
        price = self.currency_id._convert(
            amount,
            order.currency_id,
            self.company_id,
            order.date_order or fields.Date.today(),
        )
        product = product.with_context(lang=order.partner_id.lang)
        about = self.lot_id.product_id.display_name
        return {
            "order_id": order.id,
            "serial_tradein_id": self.id,
            "linked_line_id": self.sale_line_id.id,
            "product_id": product.id,
            "name": f"{product.name} {self.name}: {about}, {self.lot_id.name}",
            "product_uom_qty": 1,
            "price_unit": -price,
            "tax_ids": [Command.clear()],
            "sequence": self.sale_line_id.sequence,
        }

    def _refresh_credit(self):
        """Grant the subsidy anew: the price of the new unit may have changed."""
        for claim in self.filtered(lambda one: one.state == "credited"):
            subsidy, _reasons = claim._get_grant(claim.sale_line_id)
            claim.granted_subsidy = float(subsidy)
            claim._write_credit_lines()

    def _release_credit(self):
        """Take the credit off an order that comes to nothing; it can be used again."""
        for claim in self.filtered(lambda one: one.state == "credited"):
            lines = claim.credit_line_ids
            lines.filtered("qty_invoiced").product_uom_qty = 0
            kept = lines.filtered("qty_invoiced")
            (lines - kept).unlink()
            claim.write(
                {
                    "state": "inspected" if claim.inspected_at else "received",
                    "sale_line_id": False,
                    "granted_value": 0,
                    "granted_subsidy": 0,
                    "credited_at": False,
                }
            )
