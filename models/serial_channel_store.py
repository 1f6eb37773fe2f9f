from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..core.errors import SerialError
from ..core.web_address import read_url


class SerialChannelStore(models.Model):
    """A shop on a platform: whose it is, what it may sell, and until when."""

    _name = "serial.channel.store"
    _inherit = ["mail.thread", "mail.activity.mixin", "serial.store.import.mixin"]
    _description = "Store"
    _order = "platform_id, name, id"
    _rec_names_search = ["name", "store_id"]

    name = fields.Char(required=True, tracking=True)
    platform_id = fields.Many2one(
        "serial.channel.platform", required=True, index=True, ondelete="restrict"
    )
    store_id = fields.Char(
        string="Store ID", required=True, copy=False, help="What the platform calls it."
    )
    url = fields.Char(string="Link")
    partner_id = fields.Many2one(
        "res.partner",
        string="Distributor",
        required=True,
        index=True,
        tracking=True,
        ondelete="restrict",
        domain="[('channel_tier', '!=', False)]",
    )
    product_ids = fields.Many2many(
        "product.product",
        string="Authorised Products",
        help="Empty: all of them.",
    )
    date_from = fields.Date(
        string="Authorised from",
        tracking=True,
        help="The first day. Empty: since ever.",
    )
    date_to = fields.Date(
        string="Authorised until",
        tracking=True,
        help="The last day. Empty: without end.",
    )
    state = fields.Selection(
        [("running", "Running"), ("suspended", "Suspended")],
        default="running",
        required=True,
        tracking=True,
        help="A suspended store may sell nothing, whatever its dates.",
    )
    standing = fields.Selection(
        [
            ("planned", "Not yet"),
            ("running", "Authorised"),
            ("expired", "Expired"),
            ("suspended", "Suspended"),
        ],
        string="Authorisation",
        compute="_compute_standing",
    )
    active = fields.Boolean(default=True)
    note = fields.Text(groups="base.group_user")
    listing_ids = fields.One2many("serial.diversion.listing", "store_id")
    lead_ids = fields.One2many("serial.diversion.lead", "store_id")
    listing_count = fields.Integer(compute="_compute_counts")
    lead_count = fields.Integer(string="Open Leads", compute="_compute_counts")
    serial_import_id = fields.Many2one(
        "serial.import",
        string="File",
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups="base.group_user",
        help="The file that made or changed it last.",
    )
    is_in_my_channel = fields.Boolean(
        compute="_compute_is_in_my_channel", search="_search_is_in_my_channel"
    )

    _store_uniq = models.UniqueIndex(
        "(platform_id, store_id)", "This store is known already."
    )
    _dates_check = models.Constraint(
        "CHECK (date_to >= date_from)",
        "A store cannot be authorised until before it is.",
    )

    # === COMPUTE === #

    @api.depends("name", "platform_id.name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for store in self:
            name = store.name or store.store_id or ""
            platform = store.platform_id.sudo().name
            store.display_name = f"{name} ({platform})" if platform else name

    @api.depends("state", "date_from", "date_to")
    def _compute_standing(self):
        today = fields.Date.context_today(self)
        for store in self:
            if store.state == "suspended":
                store.standing = "suspended"
            elif store.date_from and store.date_from > today:
                store.standing = "planned"
            elif store.date_to and store.date_to < today:
                store.standing = "expired"
            else:
                store.standing = "running"

    def _compute_counts(self):
        opened = self.env["serial.diversion.lead"]._open_states
        for name, model, domain in (
            ("listing_count", "serial.diversion.listing", []),
            ("lead_count", "serial.diversion.lead", [("state", "in", opened)]),
        ):
            counts = self.env[model]._read_group(
                [("store_id", "in", self.ids), *domain], ["store_id"], ["__count"]
            )
            counts = {store.id: count for store, count in counts}
            for store in self:
                store[name] = counts.get(store.id, 0)

    @api.depends_context("uid")
    def _compute_is_in_my_channel(self):
        mine = self.env.user._get_channel_partner()._get_channel_subtree_ids()
        for store in self:
            store.is_in_my_channel = store.partner_id.id in mine

    def _search_is_in_my_channel(self, operator, value):
        if operator != "in":
            return NotImplemented
        mine = self.env.user._get_channel_partner()._get_channel_subtree_ids()
        domain = Domain("partner_id", "in", mine)
        return domain if True in value else ~domain

    # === CONSTRAINTS === #

    @api.constrains("url")
    def _check_url(self):
        self._ensure_urls(self.mapped("url"))

    @api.model
    def _ensure_urls(self, urls):
        """Refuse what is no web address: it would be shown as a link."""
        for url in filter(None, urls):
            try:
                read_url(url)
            except SerialError as error:
                raise ValidationError(
                    self.env._(
                        "A link starts with https:// or http:// — this one is none: "
                        "%(url)s",
                        url=url[:100],
                    )
                ) from error

    @api.constrains("partner_id")
    def _check_partner(self):
        if any(not store.partner_id.sudo().channel_tier for store in self):
            raise ValidationError(self.env._("The owner of a store is a distributor."))

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        stores = super().create([self._strip(vals) for vals in vals_list])
        self.env["serial.diversion.listing"]._adopt(stores)
        return stores

    def write(self, vals):
        result = super().write(self._strip(vals))
        if {"platform_id", "store_id"} & set(vals):
            self.env["serial.diversion.listing"]._adopt(self)
        return result

    @api.model
    def _strip(self, vals):
        """Return values with their texts free of blanks around them."""
        return {
            name: value.strip()
            if name in ("name", "store_id", "url") and isinstance(value, str)
            else value
            for name, value in vals.items()
        }

    # === ACTIONS === #

    def action_view_listings(self):
        """Open what was listed in this store."""
        return self._get_window("serial_diversion_listing_action")

    def action_view_prices(self):
        """Open the prices of this store over time as a graph."""
        return self._get_window("serial_diversion_listing_action_prices")

    def action_view_leads(self):
        """Open the leads about this store."""
        return self._get_window("serial_diversion_lead_action")

    def _get_window(self, action):
        self.ensure_one()
        window = self.env["ir.actions.act_window"]._for_xml_id(
            f"serial_dossier.{action}"
        )
        return {
            **window,
            "domain": [("store_id", "=", self.id)],
            "context": {"fill_temporal": False},
        }

    def action_suspend(self):
        """Let stores sell nothing until they are resumed."""
        self.write({"state": "suspended"})

    def action_resume(self):
        """Let suspended stores sell again."""
        self.write({"state": "running"})
