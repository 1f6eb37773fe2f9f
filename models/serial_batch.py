from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..core.code_scheme import Template
from ..core.errors import SerialError
from .serial_job_mixin import JOB_FIELDS

MOST = 5_000_000
# Batches up to this size are minted while the user waits: it takes about a second.
AT_ONCE = 5_000


class SerialBatch(models.Model):
    """An order to mint so many serials of a product, worked off in the background.

    The numbers are reserved when minting starts; each chunk of serials commits with
    the count that says how far it came. A worker that dies in between leaves a
    batch that the next one goes on with, without gap and without duplicate.
    """

    _name = "serial.batch"
    _inherit = [
        "serial.sequence.mixin",
        "serial.guarded.mixin",
        "mail.thread",
        "mail.activity.mixin",
        "serial.mint.mixin",
        "serial.void.mixin",
    ]
    _description = "Minting Batch"
    _order = "id desc"

    _cron = "serial_dossier.ir_cron_serial_batch_mint"
    _working = ("minting",)
    _counts = ("minted_count", "quantity")
    _fixed_fields = frozenset(
        {
            "product_id",
            "scheme_id",
            "quantity",
            "plant",
            "production_line",
            "production_date",
            "expiry_date",
            "company_id",
        }
    )
    _guarded_fields = JOB_FIELDS | {
        "minted_count",
        "first_code_number",
        "first_serial_number",
        "is_voiding",
        "void_reason",
        "void_error",
        "void_total_count",
        "voided_count",
    }

    product_id = fields.Many2one(
        "product.product",
        required=True,
        domain="[('tracking', '=', 'serial')]",
        tracking=True,
    )
    scheme_id = fields.Many2one(
        "serial.scheme",
        required=True,
        compute="_compute_scheme_id",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    quantity = fields.Integer(required=True, default=1000, tracking=True)
    plant = fields.Char()
    production_line = fields.Char(string="Line")
    production_date = fields.Date(default=fields.Date.context_today)
    expiry_date = fields.Date()
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("minting", "Minting"),
            ("done", "Done"),
            ("cancelled", "Cancelled"),
            ("failed", "Failed"),
        ],
        tracking=True,
    )
    minted_count = fields.Integer(string="Minted", readonly=True, copy=False)
    first_code_number = fields.Float(readonly=True, copy=False, digits=(20, 0))
    first_serial_number = fields.Integer(readonly=True, copy=False)

    _quantity_range = models.Constraint(
        f"CHECK (quantity BETWEEN 1 AND {MOST})",
        "A batch mints 1 to 5,000,000 serials.",
    )

    # === COMPUTE === #

    @api.depends("product_id")
    def _compute_scheme_id(self):
        for batch in self:
            template = batch.product_id.product_tmpl_id
            batch.scheme_id = template._get_serial_scheme() if template else False

    # === CONSTRAINTS === #

    @api.constrains("production_date", "expiry_date")
    def _check_dates(self):
        for batch in self:
            if (
                batch.expiry_date
                and batch.production_date
                and (batch.expiry_date <= batch.production_date)
            ):
                raise ValidationError(
                    self.env._("The expiry date must be after the production date.")
                )

    # === ACTIONS === #

    def action_mint(self):
        """Reserve the numbers and begin; small batches are ready when this returns."""
        return self._start_drafts()

    def _ensure_ready(self):
        template = self.product_id.product_tmpl_id
        template._get_compliance_categories()._ensure_random(
            self.scheme_id, self.quantity
        )

    def _prepare_start(self):
        self._reserve()
        return {}

    def _is_small(self):
        return self.quantity <= AT_ONCE and not self.minted_count

    def action_print_labels(self):
        """Prepare a job that prints the labels of this batch, and open it."""
        self.ensure_one()
        job = self.env["serial.label.job"].create(
            {"batch_id": self.id, "company_id": self.company_id.id}
        )
        return job._get_records_action(name=self.env._("Print Labels"))

    def action_view_serials(self):
        """Open the serials of this batch."""
        self.ensure_one()
        return self.env["stock.lot"]._get_dossier_window(
            self.env._("Serials of %(batch)s", batch=self.name),
            [("serial_batch_id", "=", self.id)],
        )

    # === BUSINESS === #

    def _reserve(self):
        """Take the numbers of the whole batch if the scheme has room."""
        self.ensure_one()
        scheme_sudo = self.scheme_id.sudo()
        counter = scheme_sudo._get_counter("")
        room = scheme_sudo._get_permutation().capacity - counter._get_next()
        first_serial = 0
        if scheme_sudo.kind == "structured":
            serial_counter, free = self._get_serial_counter()
            room = min(room, free)
        if self.quantity > room:
            raise UserError(
                self.env._(
                    "%(scheme)s has room for %(room)s more serials here, not for "
                    "%(quantity)s. Choose a longer code or a wider {seq}.",
                    scheme=scheme_sudo.name,
                    room=max(room, 0),
                    quantity=self.quantity,
                )
            )
        if scheme_sudo.kind == "structured":
            first_serial = serial_counter._take(self.quantity)
        self.sudo().write(
            {
                "first_code_number": counter._take(self.quantity),
                "first_serial_number": first_serial,
            }
        )

    def _get_serial_counter(self):
        """Return the counter of this batch's prefix and the numbers it has left."""
        scheme = self.scheme_id
        try:
            template = Template(scheme.template)
            values = scheme._get_template_values(self)
            counter = scheme._get_counter(template.prefix(values))
            if not counter._get_next():
                counter._take(1)  # people count from 1
            start = counter._get_next()
        except SerialError as error:
            raise UserError(scheme._get_template_error(error)) from error
        return counter, template.capacity - start
