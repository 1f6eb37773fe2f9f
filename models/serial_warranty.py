from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from .serial_warranty_policy_basis import BASES
from .serial_warranty_right_mixin import ENDED
from .unchecked_many2one import UncheckedMany2one

PROOFS = [
    ("record", "Our own records"),
    ("invoice", "Invoice"),
    ("card", "Warranty card"),
    ("none", "None"),
]
CAUSES = [
    ("activation", "Activation"),
    ("declared", "Declared sale"),
    ("delivery", "Delivery to the buyer"),
    ("exchange", "Exchange"),
    ("repair", "Repair"),
    ("extension", "Sold extension"),
    ("office", "Back office"),
]


class SerialWarranty(models.Model):
    """A unit's registration: from when its warranty counts, until when, by what proof.

    It is stamped once, in the transaction of its cause; of one unit only one is live,
    and the database sees to that. Repairs and sold extensions move its end, and what
    the end is says `core.warranty` alone.
    """

    _name = "serial.warranty"
    _inherit = [
        "mail.thread",
        "serial.guarded.mixin",
        "serial.kept.file.mixin",
        "serial.warranty.start.mixin",
        "serial.warranty.stamp.mixin",
        "serial.warranty.right.mixin",
        "serial.warranty.exchange.mixin",
        "serial.warranty.register.mixin",
        "serial.warranty.print.mixin",
    ]
    _description = "Warranty"
    _order = "start desc, id desc"
    _rec_name = "lot_id"
    _guarded_fields = frozenset(
        {
            "lot_id",
            "company_id",
            "policy_id",
            "country_id",
            "months",
            "basis",
            "basis_date",
            "start",
            "end",
            "days_added",
            "extension_months",
            "proof",
            "is_distance_sale",
            "cause",
            "state",
            "void_reason",
            "owner_key",
            "owner_masked",
            "transferred_on",
            "exchanged_on",
            "replaces_id",
            "past_repairs",
            "is_excluded",
        }
    )

    lot_id = fields.Many2one(
        "stock.lot",
        string="Serial",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    # What the serial holds already needs no foreign key of its own.
    product_id = UncheckedMany2one(
        "product.product", related="lot_id.product_id", store=True
    )
    company_id = UncheckedMany2one("res.company", readonly=True)
    policy_id = fields.Many2one(
        "serial.warranty.policy",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Empty: so many months and nothing else, as the product says.",
    )
    country_id = fields.Many2one("res.country", string="Market", readonly=True)
    state = fields.Selection(
        [("live", "Live"), ("replaced", "Exchanged"), ("void", "Withdrawn")],
        default="live",
        required=True,
        readonly=True,
    )
    void_reason = fields.Selection(
        [
            ("returned", "The unit came back"),
            ("corrected", "It was not sold"),
            ("exchanged", "It took another unit's place"),
            ("office", "Withdrawn by us"),
        ],
        string="Why Withdrawn",
        readonly=True,
    )
    cause = fields.Selection(CAUSES, string="Registered by", readonly=True)

    # === TERM === #
    months = fields.Integer(
        string="Term (months)", readonly=True, help="As promised when it started."
    )
    basis = fields.Selection(
        [*BASES, ("exchange", "Exchange")], string="Counted From", readonly=True
    )
    basis_date = fields.Date(string="Day", readonly=True)
    start = fields.Date(readonly=True)
    end = fields.Date(readonly=True, index=True)
    days_added = fields.Integer(readonly=True)
    extension_months = fields.Integer(string="Months Sold", readonly=True)
    exchanged_on = fields.Date(readonly=True)
    past_repairs = fields.Json(
        readonly=True, help="Of the unit before this one, if its term goes on."
    )
    replaces_id = fields.Many2one(
        "serial.warranty",
        string="Takes the Place of",
        readonly=True,
        index="btree_not_null",
    )
    extension_ids = fields.One2many("serial.warranty.extension", "warranty_id")
    exclusion_ids = fields.One2many("serial.warranty.exclusion", "warranty_id")
    is_excluded = fields.Boolean(
        string="Not Covered", readonly=True, help="The whole unit is excluded."
    )
    term_state = fields.Selection(
        [
            ("not_started", "Not started"),
            ("running", "In warranty"),
            ("expired", "Expired"),
            ("void", "Void"),
        ],
        string="Warranty",
        compute="_compute_term_state",
        search="_search_term_state",
    )
    days_left = fields.Integer(compute="_compute_term_state")
    rights_text = fields.Text(
        string="What May Be Asked For", compute="_compute_rights_text"
    )

    # === PROOF === #
    proof = fields.Selection(PROOFS, default="record", required=True, readonly=True)
    is_distance_sale = fields.Boolean(
        string="Sold at a Distance",
        readonly=True,
        help="By internet or telephone: the buyer may return it without a reason.",
    )
    invoice_number = fields.Char(tracking=True)
    seller_id = fields.Many2one(
        "res.partner",
        index="btree_not_null",
        tracking=True,
        help="Empty: the distributor who holds the unit, else ourselves.",
    )
    attachment_ids = fields.Many2many("ir.attachment", string="Proof Kept")

    # === OWNER === #
    partner_id = fields.Many2one(
        "res.partner", string="Owner", index="btree_not_null", tracking=True
    )
    owner_key = fields.Char(
        readonly=True,
        index="btree_not_null",
        help="Hash of the account or telephone: tells owners apart, not who they are.",
    )
    owner_masked = fields.Char(string="Owner's Phone (masked)", readonly=True)
    transferred_on = fields.Date(readonly=True)

    _live_uniq = models.UniqueIndex(
        "(lot_id) WHERE state = 'live'", "This serial has a live warranty already."
    )

    # === COMPUTE === #

    @api.depends("start", "end", "is_excluded", "state", "lot_id.stage")
    def _compute_term_state(self):
        today = fields.Date.context_today(self)
        for warranty in self:
            warranty.days_left = 0
            is_live = warranty.state == "live" and warranty.lot_id.stage not in ENDED
            if warranty.is_excluded or not is_live:
                warranty.term_state = "void"
            elif not warranty.start or warranty.start > today:
                warranty.term_state = "not_started"
            elif not warranty.end or warranty.end < today:
                warranty.term_state = "expired"
            else:
                warranty.term_state = "running"
                warranty.days_left = (warranty.end - today).days + 1

    @api.depends("start", "end", "is_excluded", "state", "exclusion_ids.active")
    @api.depends_context("lang")
    def _compute_rights_text(self):
        texts = self.lot_id._get_warranty_texts()
        for warranty in self:
            live = warranty.state == "live"
            warranty.rights_text = live and texts.get(warranty.lot_id.id)

    def _search_term_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain.OR(self._get_state_domain(state) for state in value)

    @api.model
    def _get_state_domain(self, state):
        """Return the domain of the registrations that are in a state today."""
        today = fields.Date.context_today(self)
        void = (
            Domain("is_excluded", "=", True)
            | Domain("state", "!=", "live")
            | Domain("lot_id.stage", "in", ENDED)
        )
        begun = Domain("start", "<=", today)
        domains = {
            "void": void,
            "not_started": ~void & ~begun,
            "running": ~void & begun & Domain("end", ">=", today),
            "expired": ~void & begun & ~Domain("end", ">=", today),
        }
        return domains.get(state, Domain.FALSE)

    # === ACTIONS === #

    def action_exclude(self):
        """Ask what was found on this unit that its warranty does not answer for."""
        self.ensure_one()
        self._ensure_user()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "serial_dossier.serial_warranty_exclusion_action"
        )
        return {**action, "context": {"default_warranty_id": self.id}}

    def action_open_dossier(self):
        """Open the dossier of this unit."""
        self.ensure_one()
        return self.lot_id._get_records_action()

    def action_refresh(self):
        """Compute the end anew from repairs, extensions and exclusions."""
        self._ensure_user()
        self._refresh(self.lot_id.ids)

    def _get_bases(self):
        """Return the days that this unit's policy counts from."""
        rules = self.env["serial.warranty.policy"]._get_rules().policies
        return rules[self.policy_id.id].bases if self.policy_id else ()

    def _ensure_user(self):
        """Let users of our group pass who may read these registrations."""
        self.check_access("read")
        if not self.env.user.has_group("serial_dossier.serial_dossier_group_user"):
            raise AccessError(self.env._("Users of Serial Dossier change warranties."))
