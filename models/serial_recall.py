from odoo import api, fields, models
from odoo.exceptions import UserError

from .serial_recall_scope_mixin import SCOPE_FIELDS

STATES = [
    ("draft", "Draft"),
    ("computing", "Computing"),
    ("computed", "List Ready"),
    ("active", "Active"),
    ("closed", "Closed"),
    ("undone", "Undone"),
]


class SerialRecall(models.Model):
    """A recall: why, which units, what is done for them, and how far that has come.

    Its list of units is frozen when it is computed. Activating it flags the units,
    which puts the banner on their pages and stops their sale.
    """

    _name = "serial.recall"
    _inherit = [
        "serial.sequence.mixin",
        "serial.guarded.mixin",
        "serial.state.mixin",
        "mail.thread",
        "mail.activity.mixin",
        "serial.recall.scope.mixin",
        "serial.recall.list.mixin",
        "serial.recall.compute.mixin",
        "serial.recall.step.mixin",
        "serial.recall.notice.mixin",
        "serial.recall.figure.mixin",
        "serial.recall.file.mixin",
        "serial.recall.show.mixin",
    ]
    _description = "Recall"
    _order = "id desc"
    _rec_names_search = ("name", "title")
    _guarded_fields = frozenset(
        {
            "state",
            "job",
            "job_error",
            "job_user_id",
            "job_done",
            "job_total",
            "last_lot_id",
            "computed_at",
            "activated_at",
            "closed_at",
            "undone_reason",
            "notified_at",
            "affected_product_ids",
        }
    )

    title = fields.Char(
        required=True,
        translate=True,
        tracking=True,
        help="What consumers read first, such as “The battery may overheat”.",
    )
    state = fields.Selection(
        STATES, default="draft", required=True, readonly=True, copy=False, tracking=True
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
        tracking=True,
    )
    reference = fields.Char(
        string="Authority's Number", help="Under which the authority knows it."
    )
    information_url = fields.Char(
        string="More Information", help="A web page about it."
    )
    hazard = fields.Text(
        translate=True, help="What may happen, in words a consumer understands."
    )
    instructions = fields.Text(
        string="What to Do Now", translate=True, help="Such as: stop charging it."
    )
    remedy = fields.Text(
        string="What We Do",
        translate=True,
        help="Such as: we replace the battery free of charge.",
    )
    remedy_kind = fields.Selection(
        [
            ("repair", "Repair"),
            ("replace", "Replacement"),
            ("refund", "Refund"),
            ("update", "Software Update"),
        ],
        default="repair",
        required=True,
    )
    dealer_note = fields.Text(
        string="To Dealers",
        translate=True,
        help="What dealers do with units they still have.",
    )
    block_sale = fields.Boolean(
        string="Stop Sale",
        default=True,
        tracking=True,
        help="Units cannot be delivered, passed on or declared sold. Else it is said "
        "and goes on.",
    )
    block_activation = fields.Boolean(
        string="Stop Activation",
        default=True,
        tracking=True,
        help="Consumers are told of the hazard in place of the activation form. Else "
        "they may activate after reading it.",
    )
    undone_reason = fields.Text(readonly=True, copy=False, tracking=True)
    computed_at = fields.Datetime(string="Listed on", readonly=True, copy=False)
    activated_at = fields.Datetime(readonly=True, copy=False)
    closed_at = fields.Datetime(readonly=True, copy=False)
    unit_ids = fields.One2many("serial.recall.unit", "recall_id", readonly=True)

    # === COMPUTE === #

    @api.depends("name", "title")
    def _compute_display_name(self):
        for recall in self:
            recall.display_name = f"{recall.name} {recall.title or ''}".strip()

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        recalls = super().create(vals_list)
        recalls._read_lists()
        return recalls

    def write(self, vals):
        if SCOPE_FIELDS & set(vals):
            self._ensure_state("draft", "computed")
        result = super().write(vals)
        if {"list_file", "list_text", "list_kind"} & set(vals):
            self._read_lists()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_activated(self):
        self._ensure_state("draft", "computed")

    # === HELPERS === #

    def _ensure_idle(self):
        busy = self.filtered("job")
        if busy:
            raise UserError(
                self.env._(
                    "%(recall)s is being worked on. Wait, or stop that first.",
                    recall=busy[0].name,
                )
            )
