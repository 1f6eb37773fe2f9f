from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError

from .serial_api_auth_mixin import SCOPE


class SerialApiKey(models.Model):
    """A key of the API: who made it for whom, when it was used, when it ended.

    The secret itself is Odoo's (`res.users.apikeys`, scope `serial_dossier`): it opens
    this API and nothing else. A key without a scope, which opens all of Odoo's RPC,
    does not open this API: machines get keys that can do only what they are for.
    """

    _name = "serial.api.key"
    _inherit = [
        "serial.guarded.mixin",
        "serial.api.auth.mixin",
        "serial.api.quota.mixin",
    ]
    _description = "API Key"
    _order = "id desc"
    # What a manager may write are the limits of a key.
    _guarded_fields = frozenset(
        {
            "name",
            "user_id",
            "key_id",
            "scope_ids",
            "expiration_date",
            "last_used_at",
            "revoked_at",
            "revoked_by_id",
            "suspended_at",
            "suspend_reason",
            "lifted_at",
            "lifted_by_id",
            "lift_reason",
        }
    )

    name = fields.Char(string="Description", required=True, readonly=True)
    user_id = fields.Many2one(
        "res.users",
        string="Acts as",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        help="The API may do with this key what this user may do.",
    )
    key_id = fields.Integer(readonly=True, index="btree_not_null", copy=False)
    scope_ids = fields.Many2many(
        "serial.api.scope",
        string="Scopes",
        readonly=True,
        help="The calls this key may make. A key is made anew to change them.",
    )
    expiration_date = fields.Datetime(readonly=True)
    last_used_at = fields.Datetime(readonly=True, help="Right to five minutes.")
    revoked_at = fields.Datetime(readonly=True)
    revoked_by_id = fields.Many2one("res.users", readonly=True)
    suspended_at = fields.Datetime(string="Suspended since", readonly=True)
    suspend_reason = fields.Selection(
        [("guessing", "Guessed codes"), ("manual", "By a manager")], readonly=True
    )
    lifted_at = fields.Datetime(string="Last Lifted on", readonly=True)
    lifted_by_id = fields.Many2one("res.users", string="Lifted by", readonly=True)
    lift_reason = fields.Text(string="Why Lifted", readonly=True)
    units_per_minute = fields.Integer(help="Zero: as the settings say.")
    units_per_day = fields.Integer(help="Zero: as the settings say.")
    misses_per_hour = fields.Integer(
        help="More make the key suspect of guessing. Zero: as the settings say."
    )
    usage_ids = fields.One2many("serial.api.usage", "api_key_id", string="Use by Day")
    item_count = fields.Integer(string="Codes Asked", compute="_compute_counts")
    miss_count = fields.Integer(string="Misses", compute="_compute_counts")
    state = fields.Selection(
        [
            ("active", "Active"),
            ("suspended", "Suspended"),
            ("expired", "Expired"),
            ("revoked", "Revoked"),
        ],
        compute="_compute_state",
    )

    # === COMPUTE === #

    @api.depends("key_id", "revoked_at", "expiration_date", "suspended_at")
    def _compute_state(self):
        now = fields.Datetime.now()
        standing = self.env["res.users.apikeys"].sudo().browse(self.mapped("key_id"))
        standing_ids = set(standing.exists().ids)
        for key in self:
            if key.expiration_date and key.expiration_date < now:
                key.state = "expired"
            elif key.revoked_at or key.key_id not in standing_ids:
                key.state = "revoked"
            else:
                key.state = "suspended" if key.suspended_at else "active"

    @api.depends("usage_ids.items", "usage_ids.misses")
    def _compute_counts(self):
        groups = self.env["serial.api.usage"]._read_group(
            [("api_key_id", "in", self.ids)],
            ["api_key_id"],
            ["items:sum", "misses:sum"],
        )
        counts = {key.id: numbers for key, *numbers in groups}
        for key in self:
            key.item_count, key.miss_count = counts.get(key.id, (0, 0))

    # === ACTIONS === #

    def action_revoke(self):
        """End keys; whoever uses them is refused from the next request on."""
        self._ensure_manager()
        self._revoke()

    def action_suspend(self):
        """Stop keys for as long as nobody lifts it."""
        self._ensure_manager()
        self._suspend("manual")

    # === BUSINESS === #

    def _revoke(self):
        """End keys; whoever may do so was asked before."""
        live = self.filtered(lambda key: key.state in ("active", "suspended"))
        live.sudo().write(
            {"revoked_at": fields.Datetime.now(), "revoked_by_id": self.env.uid}
        )
        self.env["res.users.apikeys"].sudo().browse(live.mapped("key_id")).unlink()

    def _suspend(self, reason):
        """Stop keys from the next request on, in every worker."""
        live = self.filtered(lambda key: key.state == "active")
        values = {"suspended_at": fields.Datetime.now(), "suspend_reason": reason}
        live.sudo().write(values)

    def _lift(self, reason):
        """Let suspended keys in again; what they missed before is forgiven."""
        self._ensure_manager()
        suspended = self.filtered("suspended_at").sudo()
        suspended.write(
            {
                "suspended_at": False,
                "suspend_reason": False,
                "lifted_at": fields.Datetime.now(),
                "lifted_by_id": self.env.uid,
                "lift_reason": reason,
            }
        )
        today = suspended.usage_ids.filtered(lambda usage: usage.strikes)
        today.write(
            {
                "strikes": 0,
                "slowed_until": False,
                "window_items": 0,
                "window_misses": 0,
            }
        )

    def _ensure_manager(self):
        if not self.env.user.has_group("serial_dossier.serial_dossier_group_manager"):
            raise AccessError(self.env._("Only a manager makes and revokes API keys."))

    @api.model
    def _generate(self, name, user, expiration_date, scopes=None, **limits):
        """Make a key for a user and return it; it cannot be read again later.

        :param scopes: the `serial.api.scope` it opens; all the user may use if None
        :param limits: `units_per_minute`, `units_per_day`, `misses_per_hour`
        """
        self._ensure_manager()
        return self._make(name, user, expiration_date, scopes, **limits)

    def _make(self, name, user, expiration_date, scopes=None, **limits):
        """Make a key for a user; whoever may ask for one was asked before."""
        if not expiration_date or expiration_date <= fields.Datetime.now():
            raise UserError(self.env._("A key needs a day in the future to end on."))
        if not user.active or not self._may_hold_key(user):
            raise UserError(
                self.env._(
                    "%(user)s is neither a user of Serial Dossier nor works for a "
                    "distributor: the key could do nothing.",
                    user=user.name,
                )
            )
        scopes = self._get_usable_scopes(user, scopes)
        apikeys_sudo = self.env["res.users.apikeys"].with_user(user).sudo()
        key = apikeys_sudo._generate(SCOPE, name, expiration_date)
        self.sudo().create(
            {
                "name": name,
                "user_id": user.id,
                "key_id": self._prove(key)[1].key_id,
                "expiration_date": expiration_date,
                "scope_ids": [Command.set(scopes.ids)],
                **limits,
            }
        )
        return key

    def _get_usable_scopes(self, user, scopes):
        """Return the scopes of a user's key: those asked for, None for all he may."""
        usable = self.env["serial.api.scope"]._get_usable(user)
        scopes = usable if scopes is None else scopes
        if not scopes or scopes - usable:
            raise UserError(
                self.env._(
                    "%(user)s may hold a key for: %(scopes)s. Choose among these.",
                    user=user.name,
                    scopes=", ".join(usable.mapped("name")),
                )
            )
        return scopes

    @api.model
    def _may_hold_key(self, user):
        """Tell whether a user is one of the brand or works for a distributor."""
        group = "serial_dossier.serial_dossier_group_user"
        return user.has_group(group) or bool(user._get_channel_partner())
