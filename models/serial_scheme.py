import secrets

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from ..core.code_scheme import CodePermutation, Template, grouped
from ..core.errors import SerialError

PREVIEW_COUNT = 5


class SerialScheme(models.Model):
    """How serials are coded: unguessable throughout, or structured with a code beside.

    Either way the public code is the scheme's keyed permutation of a counter: unique
    by construction, and without the secret nobody can tell one code from another.
    """

    _name = "serial.scheme"
    _inherit = ["mail.thread", "serial.randomness.mixin"]
    _description = "Serial Scheme"
    _order = "name, id"

    name = fields.Char(required=True, translate=True, tracking=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", help="Empty: for the products of every company."
    )
    kind = fields.Selection(
        [("random", "Random"), ("structured", "Structured")],
        required=True,
        default="random",
        tracking=True,
        help="Random: the serial number is the unguessable code. Structured: the "
        "serial number follows a template and can be guessed, so each unit has a "
        "random code beside it.",
    )
    code_length = fields.Integer(
        default=12,
        required=True,
        tracking=True,
        help="Symbols of the random code before its check character. Each adds 5 bits.",
    )
    template = fields.Char(
        default="{plant}{line}{yy}{ww}{seq:06}{check}",
        tracking=True,
        help="Fields: {plant} {line} {product} {yyyy} {yy} {mm} {dd} {ww} "
        "{seq:06} {check}",
    )
    secret = fields.Char(
        groups=fields.NO_ACCESS,
        copy=False,
        default=lambda self: secrets.token_hex(32),
    )
    counter_ids = fields.One2many("serial.counter", "scheme_id", readonly=True)
    is_used = fields.Boolean(compute="_compute_usage")
    capacity = fields.Float(compute="_compute_usage", digits=(30, 0))
    used_count = fields.Float(
        string="Codes Taken", compute="_compute_usage", digits=(30, 0)
    )
    preview = fields.Text(
        string="Next Codes",
        compute="_compute_preview",
        groups="serial_dossier.serial_dossier_group_manager",
    )
    batch_ids = fields.One2many("serial.batch", "scheme_id")

    _code_length_range = models.Constraint(
        "CHECK (code_length BETWEEN 8 AND 19)",
        "A code has 8 to 19 symbols before its check character.",
    )

    # === COMPUTE === #

    @api.depends("kind", "code_length", "template", "counter_ids")
    def _compute_usage(self):
        for scheme in self:
            counters = scheme.sudo().counter_ids
            code_counter = counters.filtered(lambda counter: not counter.prefix)
            scheme.is_used = bool(counters)
            scheme.used_count = code_counter._get_next() if code_counter else 0
            try:
                scheme.capacity = scheme._get_capacity()
            except SerialError:
                scheme.capacity = 0

    def _get_capacity(self):
        """Return how many serials the scheme can make (structured: for each prefix)."""
        if self.kind == "structured":
            return Template(self.template or "").capacity
        return 32**self.code_length

    @api.depends("kind", "code_length", "template", "counter_ids")
    def _compute_preview(self):
        for scheme in self:
            try:
                scheme.preview = "\n".join(scheme._get_preview())
            except SerialError:
                scheme.preview = False

    def _get_preview(self):
        """Return the next serial numbers, without taking them."""
        if self.kind == "structured":
            template = Template(self.template or "")
            values = self._get_template_values(self.env["serial.batch"])
            counter = self._find_counter(template.prefix(values))
            start = counter._get_next() if counter else 1
            return template.serials(values, start, PREVIEW_COUNT)
        counter = self._find_counter("")
        start = counter._get_next() if counter else 0
        return [
            grouped(code)
            for code in self._get_permutation().codes(start, PREVIEW_COUNT)
        ]

    # === CONSTRAINTS === #

    @api.constrains("kind", "template")
    def _check_template(self):
        for scheme in self.filtered(lambda scheme: scheme.kind == "structured"):
            try:
                Template(scheme.template or "")
            except SerialError as error:
                raise ValidationError(scheme._get_template_error(error)) from error

    def _get_template_error(self, error):
        """Return in a person's words what is wrong with a template or its values."""
        texts = {
            "bad_template": self.env._("The template's braces do not match."),
            "unknown_field": self.env._(
                "The template names an unknown field: %(field)s.",
                field=error.values.get("field", "?"),
            ),
            "missing_seq": self.env._("The template needs a number, such as {seq:06}."),
            "two_seqs": self.env._("The template may hold {seq} only once."),
            "bad_seq_width": self.env._("{seq} needs a width, such as {seq:06}."),
            "check_not_last": self.env._("{check} must be the last field."),
            "ambiguous_fields": self.env._(
                "Plant, line and product must all stand on one side of {seq}: else two "
                "different units could get one number."
            ),
            "bad_characters": self.env._(
                "Only characters that GS1 allows in a serial number may be used."
            ),
            "too_long": self.env._("A serial number may have 20 characters at most."),
            "missing_value": self.env._(
                "The template needs a value for %(field)s.",
                field=error.values.get("field", "?"),
            ),
            "capacity_exceeded": self.env._(
                "The template has no room for so many serial numbers."
            ),
        }
        return texts.get(error.reason) or self.env._(
            "The template cannot be used (%(reason)s).", reason=error.reason
        )

    # === CRUD === #

    def write(self, vals):
        frozen = {"kind", "code_length", "template", "secret"} & set(vals)
        changed = self.filtered(
            lambda scheme: (
                scheme.is_used and any(vals[n] != scheme.sudo()[n] for n in frozen)
            )
        )
        if frozen and changed:
            raise UserError(
                self.env._(
                    "%(scheme)s has given codes already: its rule cannot change any "
                    "more. Archive it and make a new scheme.",
                    scheme=changed[0].name,
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        if any(scheme.is_used for scheme in self):
            raise UserError(
                self.env._("A scheme that has given codes can be archived only.")
            )

    # === ACTIONS === #

    def action_view_serials(self):
        """Open the serials of this scheme's batches."""
        self.ensure_one()
        title = self.env._("Serials")
        domain = [("serial_batch_id.scheme_id", "=", self.id)]
        return self.env["stock.lot"]._get_dossier_window(title, domain)

    # === BUSINESS === #

    def _get_permutation(self):
        self.ensure_one()
        scheme_sudo = self.sudo()
        return CodePermutation(
            bytes.fromhex(scheme_sudo.secret), scheme_sudo.code_length
        )

    def _find_counter(self, prefix):
        domain = Domain("scheme_id", "=", self.id) & Domain("prefix", "=", prefix)
        return self.env["serial.counter"].sudo().search(domain, limit=1)

    def _get_counter(self, prefix):
        """Return the counter of a prefix, made when it is first needed."""
        counter = self._find_counter(prefix)
        if counter:
            return counter
        # The scheme's row is the queue: two transactions must not make it twice.
        self.env.cr.execute(
            SQL("SELECT id FROM serial_scheme WHERE id = %s FOR UPDATE", self.id)
        )
        model_sudo = self.env["serial.counter"].sudo()
        return model_sudo.create({"scheme_id": self.id, "prefix": prefix})

    def _take_codes(self, count):
        """Return `count` new public codes; codes in use (adopted ones) are left out."""
        permutation = self._get_permutation()
        counter = self._get_counter("")
        codes = []
        while len(codes) < count:
            wanted = count - len(codes)
            fresh = permutation.codes(counter._take(wanted), wanted)
            self.env.cr.execute(
                SQL("SELECT scan_code FROM stock_lot WHERE scan_code = ANY(%s)", fresh)
            )
            used = {row[0] for row in self.env.cr.fetchall()}
            codes += [code for code in fresh if code not in used]
        return codes

    def _get_template_values(self, batch):
        """Return what a structured serial number is made of, from a batch."""
        return {
            "plant": batch.plant or ("P1" if not batch else ""),
            "line": batch.production_line or ("L1" if not batch else ""),
            "product": batch.product_id.default_code or ("A1" if not batch else ""),
            "date": batch.production_date or fields.Date.context_today(self),
        }
