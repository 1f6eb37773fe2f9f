from odoo import api, fields, models

from .window import form_window

# What of a purchase speaks against somebody without a further look.
PROVES = ("other", "unauthorized")


class SerialDiversionPurchase(models.Model):
    """A unit bought to see where it comes from: store, price, photos, seal, custody."""

    _name = "serial.diversion.purchase"
    _inherit = [
        "serial.number.mixin",
        "mail.thread",
        "mail.activity.mixin",
        "serial.guarded.mixin",
        "serial.kept.file.mixin",
        "serial.purchase.trace.mixin",
    ]
    _description = "Test Purchase"
    _order = "id desc"
    _number_prefix = "DP"
    # What the code proves is found, not typed.
    _guarded_fields = frozenset(
        {
            "lot_id",
            "picking_id",
            "partner_id",
            "region_id",
            "shipped_at",
            "seller_partner_id",
            "result",
        }
    )

    case_id = fields.Many2one(
        "serial.diversion.case", index="btree_not_null", tracking=True, copy=False
    )
    lead_id = fields.Many2one(
        "serial.diversion.lead", index="btree_not_null", copy=False
    )
    listing_id = fields.Many2one(
        "serial.diversion.listing",
        index="btree_not_null",
        copy=False,
        ondelete="set null",
    )
    store_id = fields.Many2one(
        "serial.channel.store",
        index="btree_not_null",
        tracking=True,
        help="Empty: nobody we know answers for it.",
    )
    seller = fields.Char(
        string="Store as Shown", help="What the store calls itself, and where it is."
    )
    url = fields.Char(string="Link")
    product_id = fields.Many2one("product.product", index="btree_not_null")
    order_number = fields.Char(tracking=True, copy=False)
    price = fields.Monetary(tracking=True)
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        default=lambda self: self.env.company.currency_id,
    )
    bought_at = fields.Datetime(
        string="Bought on", required=True, default=fields.Datetime.now, tracking=True
    )
    buyer_id = fields.Many2one(
        "res.users",
        required=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
        tracking=True,
        help="Never named to the other side.",
    )
    seal = fields.Char(
        string="Seal Number", tracking=True, help="Of the bag that it is kept in."
    )
    custody_ids = fields.One2many(
        "serial.diversion.custody", "purchase_id", string="Custody Log", copy=False
    )
    attachment_ids = fields.Many2many(
        "ir.attachment",
        "serial_diversion_purchase_attachment_rel",
        string="Photos and Receipts",
        tracking=True,
        copy=False,
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    state = fields.Selection(
        [("ordered", "Ordered"), ("received", "Received"), ("traced", "Traced")],
        compute="_compute_state",
        store=True,
    )

    # === COMPUTE === #

    @api.depends("result", "custody_ids.action")
    def _compute_state(self):
        for purchase in self:
            actions = set(purchase.custody_ids.mapped("action"))
            if purchase.result:
                purchase.state = "traced"
            else:
                purchase.state = "received" if actions - {"ordered"} else "ordered"

    @api.onchange("listing_id")
    def _onchange_listing_id(self):
        """Take over what the listing says."""
        listing = self.listing_id
        if listing:
            self.update(listing._prepare_purchase_vals())

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        purchases = super().create(vals_list)
        purchases.filtered("typed_code")._follow_code()
        return purchases

    def write(self, vals):
        result = super().write(vals)
        if {"typed_code", "store_id"} & vals.keys() and "result" not in vals:
            self._follow_code()
        return result

    def _follow_code(self):
        """Trace what was bought; what speaks against somebody is a case."""
        self._trace()
        self.filtered(lambda purchase: purchase.result in PROVES)._join_cases()

    # === ACTIONS === #

    def action_view_serial(self):
        """Open the unit's dossier."""
        self.ensure_one()
        return self.lot_id._get_records_action()

    def action_view_case(self):
        """Open the case that this purchase is evidence in."""
        self.ensure_one()
        return self.case_id._get_records_action()

    @api.model
    def _get_new_window(self, values):
        """Return a window with a new test purchase of some values."""
        self.check_access("create")
        return form_window(
            self._name,
            self.env._("Test Purchase"),
            "current",
            **{f"default_{name}": value for name, value in values.items()},
        )
