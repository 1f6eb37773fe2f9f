from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from .serial_job_mixin import JOB_FIELDS

STATES = [
    ("draft", "Draft"),
    ("listing", "Looking for Dossiers"),
    ("listed", "Preview"),
    ("running", "Purging"),
    ("done", "Done"),
    ("cancelled", "Stopped"),
    ("failed", "Failed"),
]


# The proofs of larger purges are checked when somebody asks: it takes minutes.
MOST_CHECKED = 20_000
CHECK = "serial_check_proof"


class SerialPurge(models.Model):
    """A purge: dossiers whose time is over are looked for, shown, and then removed.

    What is removed leaves a proof: a signed row a chunk, without which the database
    lets no event go.
    """

    _name = "serial.purge"
    _inherit = [
        "serial.sequence.mixin",
        "serial.guarded.mixin",
        "mail.thread",
        "serial.purge.list.mixin",
        "serial.purge.run.mixin",
        "serial.purge.remove.mixin",
        "serial.purge.print.mixin",
    ]
    _description = "Purge"
    _order = "id desc"
    _cron = "serial_dossier.ir_cron_serial_purge"
    _working = ("listing", "running")
    _stoppable = ("failed",)
    _deletable = ("draft", "listed", "cancelled", "failed")
    _counts = ("job_done", "job_total")
    _guarded_fields = JOB_FIELDS | frozenset(
        {
            "as_of",
            "job_done",
            "job_total",
            "last_lot_id",
            "last_unit_id",
            "hold_count",
            "listed_at",
            "started_by_id",
            "due_count",
            "kept_count",
            "purged_count",
            "event_count",
            "row_count",
        }
    )

    state = fields.Selection(STATES, tracking=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    product_ids = fields.Many2many(
        "product.product",
        string="Products",
        domain="[('tracking', '=', 'serial')]",
        help="Empty: all.",
    )
    note = fields.Text()
    as_of = fields.Date(
        string="As of", readonly=True, copy=False, help="The day that was asked for."
    )
    unit_ids = fields.One2many("serial.purge.unit", "purge_id", readonly=True)
    proof_ids = fields.One2many(
        "serial.purge.proof", "purge_id", string="Parts of the Proof", readonly=True
    )
    due_count = fields.Integer(string="To Purge", readonly=True, copy=False)
    kept_count = fields.Integer(string="Kept", readonly=True, copy=False)
    purged_count = fields.Integer(string="Purged", readonly=True, copy=False)
    event_count = fields.Integer(string="Events Removed", readonly=True, copy=False)
    row_count = fields.Integer(
        string="Other Rows Removed",
        readonly=True,
        copy=False,
        help="Scans, activations, warranties and all else that told about a unit.",
    )
    job_done = fields.Integer(string="Done So Far", readonly=True, copy=False)
    job_total = fields.Integer(string="To Do", readonly=True, copy=False)
    last_lot_id = fields.Integer(readonly=True, copy=False)
    last_unit_id = fields.Integer(readonly=True, copy=False)
    hold_count = fields.Integer(readonly=True, copy=False)
    listed_at = fields.Datetime(readonly=True, copy=False)
    started_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    proof_state = fields.Selection(
        [
            ("none", "None"),
            ("holds", "Holds"),
            ("broken", "Broken"),
            ("unchecked", "Not Checked"),
        ],
        string="Proof",
        compute="_compute_proof_state",
    )

    @api.depends_context(CHECK)
    def _compute_proof_state(self):
        for purge in self:
            if not purge.proof_ids:
                purge.proof_state = "none"
            elif purge.purged_count > MOST_CHECKED and not self.env.context.get(CHECK):
                purge.proof_state = "unchecked"
            else:
                purge.proof_state = "broken" if purge._get_broken_proof() else "holds"

    # === CRUD === #

    def write(self, vals):
        if {"product_ids", "company_id"} & set(vals):
            self._ensure_state("draft", "listed", "cancelled")
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_proven(self):
        if self.sudo().proof_ids:
            raise UserError(
                self.env._("A purge that has removed something stays as its proof.")
            )

    # === ACTIONS === #

    def action_list(self):
        """Look for the dossiers whose time is over; nothing is removed yet."""
        self.ensure_one()
        self._ensure_may_run()
        self._ensure_state("draft", "listed")
        purge_sudo = self.sudo()
        self.env.cr.execute(
            SQL("DELETE FROM serial_purge_unit WHERE purge_id = %s", self.id)
        )
        self.env["serial.purge.unit"].invalidate_model(flush=False)
        purge_sudo._begin_listing()
        return purge_sudo._go_on()

    def action_purge(self):
        """Remove what the preview lists, in the background."""
        self.ensure_one()
        self._ensure_may_run()
        self._ensure_state("listed")
        if not self.due_count:
            raise UserError(self.env._("There is nothing to purge."))
        purge_sudo = self.sudo()
        purge_sudo.write(
            {
                "state": "running",
                "started_at": fields.Datetime.now(),
                "started_by_id": self.env.uid,
                "job_done": 0,
                "last_unit_id": 0,
                "job_total": self.due_count,
            }
        )
        return purge_sudo._go_on()

    def action_cancel(self):
        """Stop; what is removed stays removed, and proven."""
        self._ensure_may_run()
        self._ensure_state(*self._working, *self._stoppable)
        listing = self.filtered(lambda one: one._get_working_state() == "listing")
        listing.sudo().write({"state": "draft", "error": False, "finished_at": False})
        return super(SerialPurge, self - listing).action_cancel()

    def action_check_proof(self):
        """Check the proof, whatever its size, and say whether it holds."""
        self.ensure_one()
        broken = self.with_context(**{CHECK: True}).proof_state == "broken"
        message = self.env._("It holds: every hash and signature fits.")
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "danger" if broken else "success",
                "message": self.env._("It does not hold!") if broken else message,
            },
        }

    def action_view_units(self):
        """Open the dossiers that the purge found."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "serial_dossier.serial_purge_unit_action"
        )
        return {**action, "domain": [("purge_id", "=", self.id)]}

    # === HELPERS === #

    def _ensure_may_run(self):
        if not self.env.su and not self.env.user.has_group(
            "serial_dossier.serial_dossier_group_manager"
        ):
            raise AccessError(self.env._("Only a manager purges dossiers."))
        return super()._ensure_may_run()
