import hashlib
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.lru import LRU

from odoo.addons.base.models.res_users import INDEX_SIZE, KEY_CRYPT_CONTEXT

SCOPE = "serial_dossier"
MAX_TOKEN = 256
# How fresh "last used" is: a write a request would make requests wait for each other.
TOUCH_EVERY = 300

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
       AND NOT EXISTS (
           SELECT FROM serial_api_key record
            WHERE record.key_id = apikey.id AND record.suspended_at IS NOT NULL)
)
"""  # noqa: S608  (of a constant)


class ProvenKey(NamedTuple):
    """A key that proved right once: its row, whose it is, and the hash stored then.

    What it may do never changes after it was made, so it is kept with it.
    """

    key_id: int
    user_id: int
    key_hash: str
    record_id: int | None = None
    scopes: frozenset = frozenset()


@dataclass
class KeyOfRequest:
    """The key that a request came with, and whether it was found to stand."""

    key_id: int
    user_id: int
    proven: ProvenKey
    is_confirmed: bool = False


class SerialApiAuthMixin(models.AbstractModel):
    """Tells whether a bearer token is a key of the API that stands."""

    _name = "serial.api.auth.mixin"
    _description = "Authentication of API Keys"

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
        """Return (code of a problem, None), or (None, the `ProvenKey` of a token)."""
        if not token or len(token) > MAX_TOKEN or not token.isascii():
            return "invalid_key", None
        proven = self._recall(token)
        if proven and self._is_standing(proven):
            return None, proven
        if proven and self._get_problem(proven) == "key_suspended":
            return "key_suspended", None
        is_key, proven = self._prove(token)
        if not proven:
            return "insufficient_scope" if is_key else "invalid_key", None
        _proven[self.env.cr.dbname, self._get_digest(token)] = proven
        if self._is_standing(proven):
            return None, proven
        return self._get_problem(proven), None

    def _get_problem(self, proven):
        """Return why a key that proved right once does not stand."""
        record_sudo = self.browse(proven.record_id).sudo().exists()
        return "key_suspended" if record_sudo.state == "suspended" else "invalid_key"

    def _get_digest(self, token):
        return hashlib.sha256(token.encode()).digest()

    def _is_standing(self, proven):
        query = SQL(f"SELECT {KEY_STANDS}", **proven._asdict())
        return self.env.execute_query(query)[0][0]

    def _prove(self, token):
        """Return whether a token is a key of Odoo's, and it as one of ours."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT apikey.scope = %(scope)s, apikey.key, apikey.id, apikey.user_id,
                       record.id, ARRAY(
                           SELECT scope.code
                             FROM serial_api_key_serial_api_scope_rel granted
                             JOIN serial_api_scope scope
                               ON scope.id = granted.serial_api_scope_id
                            WHERE granted.serial_api_key_id = record.id)
                  FROM res_users_apikeys apikey
                  JOIN res_users owner ON owner.id = apikey.user_id
                  LEFT JOIN serial_api_key record ON record.key_id = apikey.id
                 WHERE owner.active
                   AND (apikey.expiration_date IS NULL
                        OR apikey.expiration_date >= now() AT TIME ZONE 'utc')
                   AND apikey.index = %(index)s
                """,
                scope=SCOPE,
                index=token[:INDEX_SIZE],
            )
        )
        # One of our scope first: the same eight characters may begin several keys.
        for is_ours, key_hash, *row in sorted(rows, key=lambda row: not row[0]):
            if KEY_CRYPT_CONTEXT.verify(token, key_hash):
                if not is_ours:
                    return True, None
                key_id, user_id, record_id, scopes = row
                scopes = frozenset(scopes)
                return True, ProvenKey(key_id, user_id, key_hash, record_id, scopes)
        return False, None

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
