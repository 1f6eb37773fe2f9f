import hashlib
import json
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

KEEP_HOURS = 48


class SerialApiRequest(models.Model):
    """What the API answered to a request with an `Idempotency-Key`.

    A caller that got no answer sends the request again with the same key and gets the
    answer of the first time.
    """

    _name = "serial.api.request"
    _description = "Answered API Request"
    _order = "id desc"
    _rec_name = "idempotency_key"
    _log_access = False

    key_id = fields.Integer(required=True, readonly=True, help="Of res.users.apikeys.")
    idempotency_key = fields.Char(required=True, readonly=True)
    body_hash = fields.Char(required=True, readonly=True)
    answer = fields.Json(readonly=True)
    answered_at = fields.Datetime(required=True, readonly=True)

    _key_uniq = models.UniqueIndex(
        "(key_id, idempotency_key)", "This request has been answered."
    )
    _answered_at_idx = models.Index("(answered_at)")

    @api.model
    def _get_body_hash(self, path, body):
        """Return the hash that tells one request from another."""
        return hashlib.sha256(path.encode() + b"\n" + body).hexdigest()

    @api.model
    def _get_answer(self, key_id, idempotency_key):
        """Return (body hash, answer) of an answered request, else None."""
        rows = self.env.execute_query(
            SQL(
                "SELECT body_hash, answer FROM serial_api_request "
                "WHERE key_id = %s AND idempotency_key = %s",
                key_id,
                idempotency_key,
            )
        )
        return rows[0] if rows else None

    @api.model
    def _store(self, key_id, idempotency_key, body_hash, answer):
        """Store an answer; of two requests at once the second fails to serialise.

        Odoo then runs it again, and it finds the answer of the first.
        """
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO serial_api_request (
                    key_id, idempotency_key, body_hash, answer, answered_at
                ) VALUES (%s, %s, %s, %s, %s)
                ON CONFLICT (key_id, idempotency_key) DO NOTHING
                """,
                key_id,
                idempotency_key,
                body_hash,
                json.dumps(answer, ensure_ascii=False),
                fields.Datetime.now(),
            )
        )

    @api.autovacuum
    def _gc_answers(self):
        limit = fields.Datetime.now() - timedelta(hours=KEEP_HOURS)
        self.env.cr.execute(
            SQL("DELETE FROM serial_api_request WHERE answered_at < %s", limit)
        )
