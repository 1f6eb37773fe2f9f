from odoo import fields, models
from odoo.exceptions import UserError

from ..core.depreciation import Point, exact
from ..core.tradein import Refusal, program_refusal

MODES = [("half_up", "To the nearest"), ("down", "Down")]
# What a change of makes no other programme.
_BESIDE = {"version", "active", "sequence", "name", "source", "note", "user_id"}


class SerialTradeinProgram(models.Model):
    """When, where and on what terms used units are taken in."""

    _name = "serial.tradein.program"
    _inherit = ["serial.guarded.mixin", "mail.thread"]
    _description = "Trade-in Programme"
    _order = "sequence, date_from desc, id desc"
    _guarded_fields = frozenset({"version"})

    name = fields.Char(required=True, translate=True, tracking=True)
    sequence = fields.Integer(
        default=10, help="Of several programmes that take a unit, the first quotes."
    )
    active = fields.Boolean(default=True, tracking=True, copy=False)
    version = fields.Integer(
        default=1,
        readonly=True,
        copy=False,
        help="Counts changes of the terms. A quote names the version it was made by.",
    )
    date_from = fields.Date(string="Begins", tracking=True)
    date_to = fields.Date(string="Ends", tracking=True, help="The last day.")
    country_ids = fields.Many2many(
        "res.country",
        string="Markets",
        help="Where units were sold or first used. Empty: everywhere.",
    )
    accepts = fields.Selection(
        [
            ("activated", "Activated units"),
            ("sold", "Activated units, and units sold to a consumer"),
        ],
        required=True,
        default="activated",
        tracking=True,
    )
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        default=lambda self: self.env.company.currency_id,
        tracking=True,
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    quote_days = fields.Integer(
        string="Quotes hold (days)", required=True, default=7, tracking=True
    )
    purchase_price = fields.Monetary(
        string="Assumed Price",
        tracking=True,
        help="The price of the new unit that a quote shows the subsidy for, where none "
        "is told. What is paid in the end is computed from the real price.",
    )
    curve_kind = fields.Selection(
        [("steps", "In steps"), ("linear", "Evenly")],
        string="Depreciation",
        required=True,
        default="steps",
    )
    rounding_unit = fields.Float(
        string="Values are multiples of",
        required=True,
        default=1.0,
        digits=(12, 2),
        help="In the programme's currency: 10 makes values of whole tens.",
    )
    rounding_mode = fields.Selection(
        MODES, string="Rounded", required=True, default="half_up"
    )
    source = fields.Text(
        help="The rules that the programme follows: title, number, and where they are."
    )
    note = fields.Html(help="For colleagues only.")
    class_ids = fields.One2many("serial.tradein.class", "program_id", copy=True)
    value_ids = fields.One2many("serial.tradein.value", "program_id", copy=True)
    curve_ids = fields.One2many("serial.tradein.curve", "program_id", copy=True)
    question_ids = fields.One2many("serial.tradein.question", "program_id", copy=True)
    tradein_ids = fields.One2many("serial.tradein", "program_id")
    tradein_count = fields.Integer(string="Claims", compute="_compute_tradein_count")

    _dates_check = models.Constraint(
        "CHECK (date_to >= date_from)", "A programme cannot end before it begins."
    )
    _quote_days_check = models.Constraint(
        "CHECK (quote_days BETWEEN 1 AND 365)",
        "A quote holds for one day at least, and for a year at most.",
    )
    _rounding_unit_check = models.Constraint(
        "CHECK (rounding_unit >= 0.01)", "Values are rounded to 0.01 at the finest."
    )

    # === COMPUTE === #

    def _compute_tradein_count(self):
        counts = dict(
            self.env["serial.tradein"]._read_group(
                [("program_id", "in", self.ids)], ["program_id"], ["__count"]
            )
        )
        for program in self:
            program.tradein_count = counts.get(program._origin, 0)

    # === CRUD === #

    def write(self, vals):
        done = super().write(vals)
        if (
            set(vals) - _BESIDE - {name for name in vals if name.endswith("_ids")}
            or "country_ids" in vals
        ):
            self._start_version()
        return done

    def _start_version(self):
        """Note that the terms changed."""
        if self.env.context.get("install_mode"):
            # What a data file puts together is its first version.
            return
        for program in self.exists().sudo():
            program.version += 1

    def copy(self, default=None):
        copies = super().copy(default)
        for program, twin in zip(self, copies, strict=True):
            twin._take_over_classes(program)
        return copies

    def _take_over_classes(self, original):
        """Let the lines of a copy name its own classes, not those of the original."""
        own = dict(
            zip(
                original.class_ids.sorted("id"),
                self.class_ids.sorted("id"),
                strict=True,
            )
        )
        for line in [*self.value_ids, *self.curve_ids]:
            line.class_id = own.get(line.class_id, line.class_id)
        for question in self.question_ids:
            question.class_ids = self.class_ids.browse(
                [own[one].id for one in question.class_ids]
            )

    def copy_data(self, default=None):
        return [
            {**vals, "name": self.env._("%(name)s (copy)", name=program.name)}
            for program, vals in zip(self, super().copy_data(default), strict=True)
        ]

    # === ACTION === #

    def action_unarchive(self):
        """Open a programme, once it has all that a quote needs."""
        for program in self:
            if not program.value_ids:
                raise UserError(
                    self.env._(
                        "%(program)s has no values yet: say first what units are worth "
                        "to you.",
                        program=program.name,
                    )
                )
        return super().action_unarchive()

    def action_view_tradeins(self):
        """Open the claims of this programme."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "serial_dossier.serial_tradein_action"
        )
        return {
            **action,
            "domain": [("program_id", "=", self.id)],
            "context": {},
        }

    # === TERMS === #

    def _get_day_refusal(self, today):
        """Return why no claim can be made on a day, None if one can."""
        self.ensure_one()
        if not self.active:
            return Refusal("program_ended")
        return program_refusal(self.date_from or None, self.date_to or None, today)

    def _get_value_line(self, product, months):
        """Return the line that says what a product of this age is worth.

        The most special one: of the variant, else the product, else the nearest
        category upwards; of these the one of the greatest age that is reached.
        """
        self.ensure_one()
        reached = self.value_ids.filtered(lambda line: line.age_from <= months)
        ranked = [(line._get_rank(product), line.age_from, line) for line in reached]
        ranked = [one for one in ranked if one[0]]
        if not ranked:
            return self.value_ids.browse()
        return max(ranked, key=lambda one: one[:2])[2]

    def _get_curve(self, tradein_class):
        """Return the points of a class's own curve, else of the programme's."""
        own = self.curve_ids.filtered(lambda point: point.class_id == tradein_class)
        points = own or self.curve_ids.filtered(lambda point: not point.class_id)
        return tuple(Point(point.age_months, exact(point.percent)) for point in points)

    def _get_questions(self, tradein_class):
        """Return the questions on the condition of a class of goods, with answers."""
        return self.question_ids.filtered(
            lambda question: (
                question.answer_ids
                and (not question.class_ids or tradein_class in question.class_ids)
            )
        ).sorted()
