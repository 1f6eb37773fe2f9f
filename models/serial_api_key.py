import hashlib
import time
from collections import namedtuple
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL
from odoo.tools.lru import LRU

from odoo.addons.base.models.res_users import INDEX_SIZE, KEY_CRYPT_CONTEXT

SCOPE = "serial_dossier"
MAX_TOKEN = 256
# How fresh "last used" is: a write a request would make requests wait for each other.
TOUCH_EVERY = 300

Credential = namedtuple("Credential", "key_id user_id in_scope")

# Keys that proved right in this worker: (database, SHA-256 of the key) -> `ProvenKey`.
# Proving takes PBKDF2 some milliseconds; whether the row still stands is asked of the
# database at every request, so that a revoked key stops at once in all workers.
_proven = LRU(1024)
_touched = {}


# True as long as a key's row stands unchanged: the one place that says so, for a
# statement of its own and for those that ask for more in the same round trip. Its
# parameters are those of `ProvenKey._asdict`.
KEY_STANDS = f"""
EXISTS (
    SELECT FROM res_users_apikeys apikey
      JOIN res_users owner ON owner.id = apikey.user_id
     WHERE apikey.id = %(key_id)s::integer AND apikey.key = %(key_hash)s::varchar
       AND apikey.scope = '{SCOPE}' AND owner.active
       AND (apikey.expiration_date IS NULL
            OR apikey.expiration_date >= now() AT TIME ZONE 'utc')
)
"""


class ProvenKey(NamedTuple):
    """A key that proved right once: its row, whose it is, and the hash stored then."""

    key_id: int
    user_id: int
    key_hash: str


@dataclass
class KeyOfRequest:
    """The key that a request came with, and whether it was found to stand."""

    key_id: int
    user_id: int
    proven: ProvenKey | None = None
    is_confirmed: bool = False


class SerialApiKey(models.Model):
    """A key of the API: who made it for whom, when it was used, when it ended.

    The secret itself is Odoo's (`res.users.apikeys`, scope `serial_dossier`): it opens
    this API and nothing else. A key without a scope, which opens all of Odoo's RPC,
    does not open this API: machines get keys that can do only what they are for.
    """

    _name = "serial.api.key"
    _description = "API Key"
    _order = "id desc"

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
    expiration_date = fields.Datetime(readonly=True)
    last_used_at = fields.Datetime(readonly=True, help="Right to five minutes.")
    revoked_at = fields.Datetime(readonly=True)
    revoked_by_id = fields.Many2one("res.users", readonly=True)
    state = fields.Selection(
        [("active", "Active"), ("expired", "Expired"), ("revoked", "Revoked")],
        compute="_compute_state",
    )

    # === COMPUTE === #

    @api.depends("key_id", "revoked_at", "expiration_date")
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
                key.state = "active"

    # === ACTIONS === #

    def action_revoke(self):
        """End keys; whoever uses them is refused from the next request on."""
        self._ensure_manager()
        live = self.filtered(lambda key: key.state == "active")
        live.sudo().write(
            {"revoked_at": fields.Datetime.now(), "revoked_by_id": self.env.uid}
        )
        self.env["res.users.apikeys"].sudo().browse(live.mapped("key_id")).unlink()

    # === BUSINESS === #

    def _ensure_manager(self):
        if not self.env.user.has_group("serial_dossier.serial_dossier_group_manager"):
            raise AccessError(self.env._("Only a manager makes and revokes API keys."))

    @api.model
    def _generate(self, name, user, expiration_date):
        """Make a key for a user and return it; it cannot be read again later."""
        self._ensure_manager()
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
        apikeys_sudo = self.env["res.users.apikeys"].with_user(user).sudo()
        key = apikeys_sudo._generate(SCOPE, name, expiration_date)
        self.sudo().create(
            {
                "name": name,
                "user_id": user.id,
                "key_id": self._prove(key)[0].key_id,
                "expiration_date": expiration_date,
            }
        )
        return key

    @api.model
    def _may_hold_key(self, user):
        """Tell whether a user is one of the brand or works for a distributor."""
        group = "serial_dossier.serial_dossier_group_user"
        return user.has_group(group) or bool(user._get_channel_partner())

    # === AUTHENTICATION === #

    @api.model
    def _recall(self, token):
        """Return the `ProvenKey` of a token, None if this worker does not know it.

        That it still stands has to be asked of the database: see `KEY_STANDS`.
        """
        if not token or len(token) > MAX_TOKEN or not token.isascii():
            return None
        return _proven.get((self.env.cr.dbname, self._get_digest(token)))

    @api.model
    def _authenticate(self, token):
        """Return the `Credential` that a bearer token proves, None if it is none."""
        if not token or len(token) > MAX_TOKEN or not token.isascii():
            return None
        proven = self._recall(token)
        if proven and self._is_standing(proven):
            return Credential(proven.key_id, proven.user_id, True)
        credential, stored = self._prove(token)
        if credential and credential.in_scope:
            place = self.env.cr.dbname, self._get_digest(token)
            _proven[place] = ProvenKey(credential.key_id, credential.user_id, stored)
        return credential

    def _get_digest(self, token):
        return hashlib.sha256(token.encode()).digest()

    def _is_standing(self, proven):
        query = SQL(f"SELECT {KEY_STANDS}", **proven._asdict())
        return self.env.execute_query(query)[0][0]

    def _prove(self, token):
        """Return the credential that a key proves, with its stored hash."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT apikey.id, apikey.user_id, apikey.scope = %s, apikey.key
                  FROM res_users_apikeys apikey
                  JOIN res_users owner ON owner.id = apikey.user_id
                 WHERE owner.active
                   AND (apikey.expiration_date IS NULL
                        OR apikey.expiration_date >= now() AT TIME ZONE 'utc')
                   AND apikey.index = %s
                """,
                SCOPE,
                token[:INDEX_SIZE],
            )
        )
        # One of our scope first: the same eight characters may begin several keys.
        for *values, stored in sorted(rows, key=lambda row: not row[2]):
            if KEY_CRYPT_CONTEXT.verify(token, stored):
                return Credential(*values[:2], bool(values[2])), stored
        return None, None

    @api.model
    def _touch(self, key_id):
        """Note that a key is in use, in a transaction of its own and now and then."""
        place = self.env.cr.dbname, key_id
        moment = time.monotonic()
        if moment - _touched.get(place, -TOUCH_EVERY) < TOUCH_EVERY:
            return
        _touched[place] = moment
        if self.env.cr.readonly:
            # A replica cannot note it. What was read so far is done with, so that no
            # snapshot is held while the primary writes.
            self.env.cr.rollback()
        now = fields.Datetime.now()
        with self.env.registry.cursor() as cursor:
            cursor.execute(
                SQL(
                    """
                    UPDATE serial_api_key SET last_used_at = %s
                     WHERE id IN (
                        SELECT id FROM serial_api_key
                         WHERE key_id = %s
                           AND (last_used_at IS NULL OR last_used_at < %s)
                           FOR UPDATE SKIP LOCKED
                     )
                    """,
                    now,
                    key_id,
                    now - timedelta(seconds=TOUCH_EVERY),
                )
            )
