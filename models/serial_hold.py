from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import SQL

SCOPE_FIELDS = ("lot_ids", "product_ids", "batch_ids", "case_ids")


class SerialHold(models.Model):
    """A legal hold: what no purge may touch, whatever the retention says.

    A hold counts from the moment it is kept. It ends when it is released, with a
    reason, or after its last day; it is never deleted.
    """

    _name = "serial.hold"
    _inherit = ["serial.sequence.mixin", "serial.guarded.mixin", "mail.thread"]
    _description = "Legal Hold"
    _order = "id desc"
    _rec_names_search = ("name", "reason")
    _guarded_fields = frozenset(
        {"state", "released_at", "released_by_id", "release_reason"}
    )

    reason = fields.Char(
        required=True, tracking=True, help="Such as the lawsuit or the investigation."
    )
    reference = fields.Char(help="The number under which others know it.")
    state = fields.Selection(
        [("active", "Active"), ("ended", "Ended"), ("released", "Released")],
        default="active",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    company_id = fields.Many2one("res.company", default=lambda self: self.env.company)
    user_id = fields.Many2one(
        "res.users",
        string="Ordered by",
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
        required=True,
        tracking=True,
    )
    date_from = fields.Date(
        string="Since",
        required=True,
        default=fields.Date.context_today,
        help="When it was ordered. It holds from the moment it is saved.",
    )
    date_until = fields.Date(
        string="Until", tracking=True, help="Its last day. Empty: until released."
    )
    lot_ids = fields.Many2many(
        "stock.lot", string="Serials", domain="[('stage', '!=', False)]"
    )
    product_ids = fields.Many2many("product.product", string="Products")
    batch_ids = fields.Many2many("serial.batch", string="Minting Batches")
    case_ids = fields.Many2many("serial.diversion.case", string="Cases")
    note = fields.Text()
    released_at = fields.Datetime(readonly=True, copy=False)
    released_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    release_reason = fields.Char(readonly=True, copy=False, tracking=True)

    _dates_check = models.Constraint(
        "CHECK (date_until IS NULL OR date_until >= date_from)",
        "A hold ends after it begins.",
    )

    @api.constrains(*SCOPE_FIELDS)
    def _check_scope(self):
        for hold in self:
            if not any(hold[name] for name in SCOPE_FIELDS):
                raise ValidationError(
                    self.env._("Say what is held: serials, products, batches or cases.")
                )

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        holds = super().create(vals_list)
        # The constraint is not asked if no field of the scope is among the values.
        holds._check_scope()
        holds._stop_purges()
        return holds

    def write(self, vals):
        done = super().write(vals)
        if self and {"state", *SCOPE_FIELDS} & set(vals):
            self._stop_purges()
        return done

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A hold is not deleted, but released."))

    def _stop_purges(self):
        """Write every purge that could go on, so that its chunk is undone and redone.

        A purge that runs at this moment does not see this hold: it writes its row at
        the end of each chunk and fails to serialise, or this transaction does, which
        then runs again after the chunk.
        """
        self.env["serial.purge"].flush_model()
        self.env.cr.execute(
            SQL(
                "UPDATE serial_purge SET hold_count = coalesce(hold_count, 0) + 1 "
                "WHERE state NOT IN ('done', 'cancelled')"
            )
        )
        self.env["serial.purge"].invalidate_model(["hold_count"], flush=False)

    # === RELEASE === #

    def _release(self, reason):
        """End holds by hand, for a reason."""
        if not self.env.su and not self.env.user.has_group(
            "serial_dossier.serial_dossier_group_manager"
        ):
            raise AccessError(self.env._("Only a manager releases a hold."))
        self.check_access("write")
        if not (reason or "").strip():
            raise UserError(self.env._("Say why the hold is released."))
        self.filtered(lambda hold: hold.state == "active").sudo().write(
            {
                "state": "released",
                "released_at": fields.Datetime.now(),
                "released_by_id": self.env.uid,
                "release_reason": reason.strip(),
            }
        )
        return True

    @api.model
    def _end_expired(self):
        """End the holds whose last day is over."""
        today = fields.Date.context_today(self)
        expired_sudo = self.sudo().search(
            [("state", "=", "active"), ("date_until", "<", today)]
        )
        if expired_sudo:
            expired_sudo.write({"state": "ended"})
