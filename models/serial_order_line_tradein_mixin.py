from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

CREDIT_PRODUCTS = ("product_tradein_credit", "product_tradein_subsidy")
_FIXED = {
    *("price_unit", "product_uom_qty", "discount", "tax_ids", "product_id"),
    *("serial_tradein_id", "linked_line_id"),
}


class SerialOrderLineTradeinMixin(models.AbstractModel):
    """Order lines by which a trade-in pays: what stands there, its claim says."""

    _name = "serial.order.line.tradein.mixin"
    _description = "Trade-ins on Order Lines"

    serial_tradein_id = fields.Many2one(
        "serial.tradein",
        string="Trade-in",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The claim that this line is the credit of.",
    )

    @api.model
    def _get_credit_products(self):
        """Return the products that stand for credits of trade-ins."""
        products = self.env["product.product"]
        for name in CREDIT_PRODUCTS:
            products |= self.env.ref(f"serial_dossier.{name}")
        return products

    @api.constrains("product_id", "serial_tradein_id")
    def _check_credit_has_claim(self):
        products = self._get_credit_products()
        if any(
            line.product_id in products and not line.serial_tradein_id for line in self
        ):
            raise ValidationError(
                self.env._(
                    "A trade-in is credited from its claim, not by hand: use Apply a "
                    "Trade-in."
                )
            )

    # === COMPUTE === #

    def _get_ordinary(self):
        return self.filtered(lambda line: not line.serial_tradein_id)

    def _compute_tax_ids(self):
        """Leave credits untaxed, whatever taxes their product was given since."""
        ordinary = self._get_ordinary()
        (self - ordinary).tax_ids = False
        return super(SerialOrderLineTradeinMixin, ordinary)._compute_tax_ids()

    def _compute_price_unit(self):
        return super(
            SerialOrderLineTradeinMixin, self._get_ordinary()
        )._compute_price_unit()

    def _compute_name(self):
        return super(SerialOrderLineTradeinMixin, self._get_ordinary())._compute_name()

    def _compute_discount(self):
        ordinary = self._get_ordinary()
        (self - ordinary).discount = 0
        return super(SerialOrderLineTradeinMixin, ordinary)._compute_discount()

    def _can_be_invoiced_alone(self):
        return super()._can_be_invoiced_alone() and not self.serial_tradein_id

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            for vals in vals_list:
                vals.pop("serial_tradein_id", None)
        return super().create(vals_list)

    def write(self, vals):
        is_fixed = "serial_tradein_id" in vals or (
            _FIXED & vals.keys() and self.filtered("serial_tradein_id")
        )
        if is_fixed and not self.env.su:
            raise UserError(
                self.env._("What a trade-in is worth, only its claim can change.")
            )
        return super().write(vals)

    def unlink(self):
        """Take the credit off with the line of the new unit, or with its own."""
        claims = self.env["serial.tradein"]._get_claims_of(self)
        claims |= self.sudo().serial_tradein_id.filtered(
            lambda claim: claim.state == "credited"
        )
        if claims and not self.env.context.get("serial_releasing_credit"):
            claims.with_context(serial_releasing_credit=True)._release_credit()
        return super(SerialOrderLineTradeinMixin, self.exists()).unlink()
