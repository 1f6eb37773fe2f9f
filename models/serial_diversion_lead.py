from odoo import api, fields, models

KINDS = [
    ("unit_surfaced", "Unit surfaced elsewhere"),
    ("unauthorized_store", "Unauthorised store"),
    ("under_floor", "Price under the floor"),
    ("code_guessing", "Codes guessed"),
]
OPEN_STATES = ("new", "open")


class SerialDiversionLead(models.Model):
    """Something worth looking into: it accuses nobody, it says where to look."""

    _name = "serial.diversion.lead"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "serial.guarded.mixin",
        "serial.lead.raise.mixin",
    ]
    _description = "Diversion Lead"
    _order = "last_seen_at desc, id desc"
    _activity_type = "serial_dossier.mail_activity_type_lead"
    # What was seen is evidence: people judge it, they do not edit it.
    _guarded_fields = frozenset(
        {
            "kind",
            "key",
            "lot_id",
            "product_id",
            "partner_id",
            "api_key_id",
            "ip_prefix",
            "detail",
            "count",
            "first_seen_at",
            "last_seen_at",
        }
    )

    name = fields.Char(required=True, readonly=True, default="New", copy=False)
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
    api_key_id = fields.Many2one(
        "serial.api.key", string="API Key", readonly=True, index="btree_not_null"
    )
    ip_prefix = fields.Char(string="Address", readonly=True)
    detail = fields.Json(readonly=True)
    summary = fields.Char(compute="_compute_summary")
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
            ("open", "Looked into"),
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
            lead.summary = lead._get_summary()

    def _get_summary(self):
        """Return what was seen, in one sentence."""
        known = {
            "serial": self.lot_id.name,
            "partner": self.partner_id.display_name,
            "product": self.product_id.display_name,
            "caller": self.api_key_id.sudo().name or self.ip_prefix,
            **(self.detail or {}),
        }
        text = {
            "unit_surfaced": self.env._(
                "%(serial)s turned up at %(partner)s, who never received it.",
                serial=known["serial"],
                partner=known["partner"],
            ),
            "code_guessing": self.env._(
                "%(caller)s asked for codes that do not exist or are not theirs.",
                caller=known["caller"],
            ),
        }
        return text.get(self.kind, "")

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        leads = super().create(vals_list)
        for lead in leads.filtered(lambda lead: lead.name == "New"):
            lead.name = f"DL{lead.id:06}"
        return leads

    # === ACTIONS === #

    def action_open(self):
        """Take leads on: whoever does so owns those without an owner."""
        for lead in self:
            lead.write({"state": "open", "user_id": lead.user_id.id or self.env.uid})

    def action_done(self):
        """Close leads as right."""
        self._close("done")

    def action_dismiss(self):
        """Close leads as wrong."""
        self._close("dismissed")

    def _close(self, state):
        self.write({"state": state})
        self.activity_feedback([self._activity_type])
