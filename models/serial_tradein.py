from odoo import api, fields, models
from odoo.exceptions import UserError

from .serial_file_check_mixin import PICTURE_TYPES
from .serial_tradein_report_mixin import AFTER_QUOTE
from .serial_tradein_unit_mixin import ENDED_STATES

STATES = [
    ("accepted", "Accepted"),
    ("received", "Received"),
    ("inspected", "Inspected"),
    ("credited", "Credited"),
    ("done", "Done"),
    ("cancelled", "Cancelled"),
    ("refused", "Refused"),
    ("clawed_back", "Clawed back"),
]


class SerialTradein(models.Model):
    """A claim: one person trades one unit in, on the terms of a quote."""

    _name = "serial.tradein"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "serial.guarded.mixin",
        "serial.tradein.quote.mixin",
        "serial.tradein.accept.mixin",
        "serial.tradein.api.mixin",
        "serial.tradein.stock.mixin",
        "serial.tradein.inspect.mixin",
        "serial.tradein.credit.mixin",
        "serial.tradein.clawback.mixin",
        "serial.tradein.undo.mixin",
        "serial.tradein.link.mixin",
        "serial.tradein.voucher.mixin",
        "serial.tradein.report.mixin",
        "serial.file.check.mixin",
    ]
    _description = "Trade-in"
    _order = "accepted_at desc, id desc"
    _file_types = PICTURE_TYPES
    _most_files = 6
    # What was promised, to whom and for what is not edited; steps write it.
    _guarded_fields = frozenset(
        {
            "name",
            "state",
            "source",
            "lot_id",
            "product_id",
            "program_id",
            "program_version",
            "class_id",
            "company_id",
            "currency_id",
            "person_key",
            "person_slot",
            "answers",
            "reasons",
            "age_months",
            "value",
            "subsidy",
            "purchase_price",
            "energy_level",
            "quote_hash",
            "quoted_at",
            "accepted_at",
            "consent_id",
            "consent_at",
            "closed_at",
            *AFTER_QUOTE,
        }
    )

    name = fields.Char(required=True, readonly=True, copy=False)
    state = fields.Selection(
        STATES,
        required=True,
        readonly=True,
        default="accepted",
        index=True,
        tracking=True,
        copy=False,
        group_expand=True,
    )
    source = fields.Selection(
        [
            ("page", "Public Page"),
            ("api", "API"),
            ("portal", "Store"),
            ("backend", "Back Office"),
        ],
        required=True,
        readonly=True,
        default="backend",
    )
    lot_id = fields.Many2one(
        "stock.lot",
        string="Serial",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    product_id = fields.Many2one("product.product", readonly=True, index=True)
    program_id = fields.Many2one(
        "serial.tradein.program",
        string="Programme",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    program_version = fields.Integer(string="Version of the Terms", readonly=True)
    class_id = fields.Many2one(
        "serial.tradein.class", required=True, readonly=True, ondelete="restrict"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    partner_id = fields.Many2one(
        "res.partner",
        string="Taken in by",
        index="btree_not_null",
        help="The store or distributor the unit is handed to.",
    )
    user_id = fields.Many2one("res.users", string="Responsible", tracking=True)
    person_key = fields.Char(
        readonly=True,
        copy=False,
        help="Keyed hash of an identity number or telephone: tells persons apart, not "
        "who they are.",
    )
    person_slot = fields.Integer(
        readonly=True,
        copy=False,
        help="Which of the units that one person may trade in of a class.",
    )
    answers = fields.Json(readonly=True)
    answer_text = fields.Text(string="Condition", compute="_compute_answer_text")
    reasons = fields.Json(readonly=True)
    reason_text = fields.Text(
        string="How it came about", compute="_compute_reason_text"
    )
    age_months = fields.Integer(string="Age (months)", readonly=True)
    value = fields.Monetary(string="Value of the Unit", readonly=True, tracking=True)
    subsidy = fields.Monetary(readonly=True, tracking=True)
    total = fields.Monetary(compute="_compute_total", store=True)
    purchase_price = fields.Monetary(
        string="Price of the New Unit",
        readonly=True,
        help="That the subsidy was computed for.",
    )
    energy_level = fields.Integer(readonly=True)
    quote_hash = fields.Char(readonly=True, copy=False, help="SHA-256 of the quote.")
    quoted_at = fields.Datetime(readonly=True)
    accepted_at = fields.Datetime(required=True, readonly=True, index=True)
    consent_id = fields.Many2one(
        "serial.consent.text", readonly=True, ondelete="restrict"
    )
    consent_at = fields.Datetime(readonly=True)
    closed_at = fields.Datetime(readonly=True, copy=False)
    note = fields.Text()

    _lot_live_uniq = models.UniqueIndex(
        f"(lot_id) WHERE state NOT IN {ENDED_STATES}",
        "A trade-in of this unit lives already.",
    )
    _person_live_uniq = models.UniqueIndex(
        "(person_key, class_id, program_id, person_slot)"
        f" WHERE state NOT IN {ENDED_STATES}",
        "This person has traded in a unit of this class already.",
    )
    _new_lot_live_uniq = models.UniqueIndex(
        f"(new_lot_id) WHERE new_lot_id IS NOT NULL AND state NOT IN {ENDED_STATES}",
        "This new unit was bought with another trade-in already.",
    )

    # === COMPUTE === #

    @api.depends("value", "subsidy")
    def _compute_total(self):
        for claim in self:
            claim.total = claim.value + claim.subsidy

    @api.depends("answers")
    @api.depends_context("lang")
    def _compute_answer_text(self):
        for claim in self:
            told = dict(claim.answers or {})
            lines = []
            for question in claim.program_id.question_ids.sorted():
                if question.code in told:
                    lines.append(question._get_line(told.pop(question.code)))
            # Of questions that nobody asks any more, the codes are left.
            lines += [f"{code}: {answer}" for code, answer in told.items()]
            claim.answer_text = "\n".join(lines)

    @api.depends("reasons")
    @api.depends_context("lang")
    def _compute_reason_text(self):
        for claim in self:
            texts = self.env["serial.reason"]._get_texts(claim.reasons)
            claim.reason_text = "\n".join(texts)

    # === ACTION === #

    def action_view_serial(self):
        """Open the unit's dossier."""
        self.ensure_one()
        return self.lot_id._get_records_action()

    def action_cancel(self):
        """End claims whose unit was not handed in; unit and person may claim anew."""
        if self.filtered(lambda claim: claim.state != "accepted"):
            raise UserError(
                self.env._("Only claims whose unit was not handed in can be cancelled.")
            )
        self.check_access("write")
        self.sudo()._close("cancelled")

    def _close(self, state):
        """End claims without a credit."""
        self.write({"state": state, "closed_at": fields.Datetime.now()})
