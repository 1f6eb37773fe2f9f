from odoo import api, fields, models

from .window import form_window

KINDS = [
    ("unit_surfaced", "Unit surfaced elsewhere"),
    ("unauthorized_store", "Unauthorised store"),
    ("under_floor", "Price under the floor"),
    ("code_guessing", "Codes guessed"),
    ("unknown_codes", "Codes that do not exist"),
]


class SerialDiversionLead(models.Model):
    """Something worth looking into: it accuses nobody, it says where to look."""

    _name = "serial.diversion.lead"
    _inherit = [
        "serial.number.mixin",
        "mail.thread",
        "mail.activity.mixin",
        "serial.guarded.mixin",
        "serial.lead.raise.mixin",
    ]
    _description = "Diversion Lead"
    _order = "last_seen_at desc, id desc"
    _number_prefix = "DL"
    _open_states = ("new", "open")
    _activity_type = "serial_dossier.mail_activity_type_lead"
    # What was seen is evidence: people judge it, they do not edit it.
    _guarded_fields = frozenset(
        {
            "state",
            "kind",
            "key",
            "lot_id",
            "product_id",
            "partner_id",
            "store_id",
            "listing_id",
            "case_id",
            "api_key_id",
            "ip_prefix",
            "detail",
            "count",
            "first_seen_at",
            "last_seen_at",
        }
    )

    kind = fields.Selection(KINDS, required=True, readonly=True)
    key = fields.Char(
        required=True,
        readonly=True,
        help="What the lead is about: while it is open, a repetition is counted.",
    )
    lot_id = fields.Many2one(
        "stock.lot", string="Serial", readonly=True, index="btree_not_null"
    )
    product_id = fields.Many2one(
        "product.product", readonly=True, index="btree_not_null"
    )
    partner_id = fields.Many2one(
        "res.partner", string="Distributor", readonly=True, index="btree_not_null"
    )
    store_id = fields.Many2one(
        "serial.channel.store", readonly=True, index="btree_not_null"
    )
    listing_id = fields.Many2one(
        "serial.diversion.listing",
        string="Last Listing",
        readonly=True,
        index="btree_not_null",
        help="Listings are forgotten after a while; the lead keeps what it says.",
    )
    case_id = fields.Many2one(
        "serial.diversion.case", readonly=True, index="btree_not_null"
    )
    api_key_id = fields.Many2one(
        "serial.api.key", string="API Key", readonly=True, index="btree_not_null"
    )
    ip_prefix = fields.Char(string="Address", readonly=True)
    detail = fields.Json(readonly=True)
    summary = fields.Char(compute="_compute_summary")
    url = fields.Char(string="Link", compute="_compute_url")
    count = fields.Integer(string="Times Seen", default=1, readonly=True)
    first_seen_at = fields.Datetime(readonly=True, default=fields.Datetime.now)
    last_seen_at = fields.Datetime(readonly=True, default=fields.Datetime.now)
    user_id = fields.Many2one("res.users", string="Owner", tracking=True, index=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    state = fields.Selection(
        [
            ("new", "New"),
            ("open", "In Progress"),
            ("done", "Done"),
            ("dismissed", "Dismissed"),
        ],
        default="new",
        required=True,
        readonly=True,
        tracking=True,
        group_expand=True,
    )
    outcome_note = fields.Text(tracking=True)

    _open_uniq = models.UniqueIndex(
        "(company_id, kind, key) WHERE state IN ('new', 'open')",
        "A lead about the same thing is open already.",
    )

    # === COMPUTE === #

    @api.depends("kind", "detail", "lot_id", "partner_id", "product_id", "ip_prefix")
    @api.depends_context("lang")
    def _compute_summary(self):
        for lead in self:
            lead.summary = getattr(lead, f"_tell_{lead.kind}")() if lead.kind else ""

    @api.depends("detail")
    def _compute_url(self):
        for lead in self:
            lead.url = (lead.detail or {}).get("url")

    def _tell_unit_surfaced(self):
        return self.env._(
            "%(serial)s turned up at %(partner)s, who never received it.",
            serial=self.lot_id.name,
            partner=self.partner_id.display_name,
        )

    def _tell_code_guessing(self):
        return self.env._(
            "%(caller)s asked for codes that do not exist or are not theirs.",
            caller=self.api_key_id.sudo().name or self.ip_prefix,
        )

    def _tell_unknown_codes(self):
        detail = self.detail or {}
        places = map(self.env["serial.source"]._tell_place, detail["places"])
        values = {
            "count": self.count,
            "visitors": detail["visitors"],
            "pattern": detail["pattern"],
            "codes": detail["code_count"],
            "places": "; ".join(places) or self.env._("unknown places"),
        }
        if detail["kind"] == "copy":
            return self.env._(
                "%(visitors)s visitors scanned %(pattern)s, a code we never made "
                "(%(places)s). Somebody prints it on boxes.",
                **values,
            )
        return self.env._(
            "%(visitors)s visitors scanned %(codes)s codes like %(pattern)s that we "
            "never made (%(places)s). Somebody prints them on boxes.",
            **values,
        )

    def _tell_unauthorized_store(self):
        reasons = self.env["serial.reason"]._get_texts(
            (self.detail or {}).get("reasons")
        )
        return self.env._(
            "%(reasons)s %(store)s offers %(product)s.",
            store=self._get_store_name(),
            product=self.product_id.display_name,
            reasons=" ".join(reasons),
        )

    def _tell_under_floor(self):
        detail = self.detail or {}
        return self.env._(
            "%(below)s under the floor of %(floor)s: %(store)s offers %(product)s at "
            "%(price)s.",
            store=self._get_store_name(),
            product=self.product_id.display_name,
            **{
                name: self._format_amount(detail.get(name), detail.get("currency"))
                for name in ("price", "below", "floor")
            },
        )

    def _get_store_name(self):
        detail = self.detail or {}
        if self.store_id:
            return self.store_id.display_name
        return f"{detail.get('store', '')} ({detail.get('platform', '')})"

    def _format_amount(self, amount, code):
        currencies = self.env["res.currency"].with_context(active_test=False)
        currency = currencies.search([("name", "=", code)], limit=1)
        if not amount or not currency:
            return f"{amount or ''} {code or ''}".strip()
        return currency.format(float(amount))

    # === CRUD === #

    # === ACTIONS === #

    def action_open(self):
        """Take leads on: whoever does so owns those without an owner."""
        for lead in self:
            owner = lead.user_id.id or self.env.uid
            lead._write_step({"state": "open", "user_id": owner})

    def action_done(self):
        """Close leads as right."""
        self._close("done")

    def action_dismiss(self):
        """Close leads as wrong."""
        self._close("dismissed")

    def action_view_listings(self):
        """Open what was listed in this store, of this product if it is about one."""
        self.ensure_one()
        domain = [("store_id", "=", self.store_id.id)]
        if not self.store_id:
            domain = [
                ("platform_id", "=", self.listing_id.platform_id.id),
                ("store_code", "=", (self.detail or {}).get("store")),
            ]
        if self.kind == "under_floor":
            domain.append(("product_id", "=", self.product_id.id))
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "serial_dossier.serial_diversion_listing_action"
        )
        return {**action, "domain": domain}

    def action_create_store(self):
        """Open a new store with what the lead says about it."""
        self.ensure_one()
        return form_window(
            "serial.channel.store",
            self.env._("New Store"),
            "current",
            default_platform_id=self.listing_id.platform_id.id,
            default_store_id=(self.detail or {}).get("store"),
        )

    def action_purchase(self):
        """Buy a unit there, to see where it comes from."""
        self.ensure_one()
        about = {
            "lead_id": self.id,
            "case_id": self.case_id.id,
            "store_id": self.store_id.id,
            "product_id": self.product_id.id,
            "seller": self._get_store_name() if self.listing_id else False,
            "url": self.url,
        }
        listing = self.listing_id
        values = {**listing._prepare_purchase_vals(), **about} if listing else about
        return self.env["serial.diversion.purchase"]._get_new_window(values)

    def _close(self, state):
        self._write_step({"state": state})
        self.activity_feedback([self._activity_type])
