import logging
from datetime import timedelta

import psycopg2

from odoo import api, fields, models
from odoo.tools import SQL

from . import kept_connection

_logger = logging.getLogger(__name__)

KEEP_DAYS = 400

# What a worker spent, added to what all spent, in one statement of its own: the row is
# locked for as long as that takes. A minute and an hour begin anew by themselves. No
# row comes back for a key that this connection cannot see.
_SETTLE = """
INSERT INTO serial_api_usage AS usage (
    api_key_id, day, requests, items, units, misses, minute, minute_units,
    window_start, window_items, window_misses, strikes)
SELECT key.id, %(now)s::timestamp::date, %(requests)s::integer, %(items)s::integer,
       %(units)s::integer, %(misses)s::integer,
       date_trunc('minute', %(now)s::timestamp), %(minute_units)s::integer,
       %(now)s::timestamp, %(items)s, %(misses)s, 0
  FROM serial_api_key key
 WHERE key.id = %(api_key_id)s::integer
ON CONFLICT (api_key_id, day) DO UPDATE SET
    requests = usage.requests + excluded.requests,
    items = usage.items + excluded.items,
    units = usage.units + excluded.units,
    misses = usage.misses + excluded.misses,
    minute = greatest(usage.minute, excluded.minute),
    minute_units = excluded.minute_units
        + CASE WHEN usage.minute >= excluded.minute THEN usage.minute_units ELSE 0 END,
    window_start = CASE WHEN usage.window_start > %(window)s::timestamp
                        THEN usage.window_start ELSE excluded.window_start END,
    window_items = excluded.window_items
        + CASE WHEN usage.window_start > %(window)s THEN usage.window_items ELSE 0 END,
    window_misses = excluded.window_misses
        + CASE WHEN usage.window_start > %(window)s THEN usage.window_misses ELSE 0 END
RETURNING usage.id, minute_units, units AS day_units, window_items, window_misses,
          strikes, slowed_until,
          (SELECT ARRAY[own.units_per_minute, own.units_per_day, own.misses_per_hour]
             FROM serial_api_key own WHERE own.id = usage.api_key_id) AS own_limits,
          set_config('synchronous_commit', 'off', true) AS hurry
"""

# Of several workers that see the same misses, one strikes.
_STRIKE = """
UPDATE serial_api_usage
   SET strikes = strikes + %(strikes)s, slowed_until = %(until)s,
       window_start = %(now)s, window_items = 0, window_misses = 0
 WHERE id = %(id)s AND strikes = %(seen)s
RETURNING strikes
"""


class SerialApiUsage(models.Model):
    """What a key of the API was used for on one day, of all workers together."""

    _name = "serial.api.usage"
    _description = "Use of an API Key"
    _order = "day desc, id desc"
    _rec_name = "day"
    _log_access = False

    api_key_id = fields.Many2one(
        "serial.api.key", readonly=True, required=True, index=True, ondelete="cascade"
    )
    day = fields.Date(readonly=True, required=True, help="In UTC.")
    requests = fields.Integer(readonly=True)
    items = fields.Integer(readonly=True, help="Codes that were asked about.")
    units = fields.Integer(readonly=True, help="What counts against the quota.")
    misses = fields.Integer(
        readonly=True, help="Codes that do not exist or are not the caller's."
    )
    strikes = fields.Integer(
        readonly=True, help="How often the key was slowed for its misses."
    )
    slowed_until = fields.Datetime(readonly=True)
    minute = fields.Datetime(readonly=True)
    minute_units = fields.Integer(readonly=True)
    window_start = fields.Datetime(readonly=True)
    window_items = fields.Integer(readonly=True)
    window_misses = fields.Integer(readonly=True)

    _key_day_uniq = models.UniqueIndex(
        "(api_key_id, day)", "There is a row of this key and day already."
    )

    @api.model
    def _settle(self, api_key_id, spent, now):
        """Add what a worker spent with a key; return what all spent, as a dict.

        It is done at once and whatever becomes of the request. None if there is no
        such key any more.

        :param spent: see `core.quota.Spent`
        """
        values = {
            **vars(spent),
            "api_key_id": api_key_id,
            "now": now,
            "window": now - timedelta(hours=1),
        }
        if self.env.cr.readonly:
            # What was read so far is done with, so that no snapshot is held.
            self.env.cr.rollback()
        try:
            rows = kept_connection.fetch(self.env.cr.dbname, _SETTLE, values)
        except psycopg2.Error as error:
            _logger.info("settling without a connection of its own: %s", error)
            rows = None
        if not rows:
            with self.env.registry.cursor() as cursor:
                cursor.execute(_SETTLE, values)
                rows = cursor.dictfetchall()
        return rows[0] if rows else None

    @api.model
    def _strike(self, usage_id, seen, strikes, now, until):
        """Slow a key down; return its strikes, 0 if another worker did so."""
        with self.env.registry.cursor() as cursor:
            cursor.execute(
                SQL(
                    _STRIKE,
                    id=usage_id,
                    seen=seen,
                    strikes=strikes,
                    now=now,
                    until=until,
                )
            )
            row = cursor.fetchone()
        return row[0] if row else 0

    @api.autovacuum
    def _gc_usage(self):
        """Forget what keys did long ago."""
        before = fields.Date.today() - timedelta(days=KEEP_DAYS)
        self.env.cr.execute(SQL("DELETE FROM serial_api_usage WHERE day < %s", before))
        self.invalidate_model(flush=False)
