import json
from datetime import datetime

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..core import lifecycle
from ..core.chain import CHAIN_SQL

KINDS = [
    ("minted", "Code minted"),
    ("adopted", "Code adopted"),
    ("imported", "Factory data recorded"),
    ("produced", "Produced"),
    ("shipped", "Shipped to a distributor"),
    ("sold", "Sold"),
    ("received", "Received"),
    ("returned", "Returned"),
    ("rebound", "Bound to another distributor"),
    ("corrected", "Corrected"),
    ("activated", "Activated"),
    ("in_service", "In for service"),
    ("out_of_service", "Back from service"),
    ("recalled", "Recalled"),
    ("blocked", "Blocked"),
    ("unblocked", "Unblocked"),
    ("voided", "Code voided"),
    ("traded_in", "Traded in"),
    ("retired", "Retired"),
]

# GS1 CBV 2.0 says what each step is to the outside world. There is no "activating"
# and no "returning" among its business steps.
CBV = {
    "minted": ("encoding", "encoded"),
    "adopted": ("encoding", "encoded"),
    "imported": ("inspecting", "active"),
    "produced": ("commissioning", "active"),
    "shipped": ("shipping", "in_transit"),
    "sold": ("retail_selling", "retail_sold"),
    "received": ("receiving", "sellable_accessible"),
    "returned": ("receiving", "returned"),
    "rebound": ("shipping", "in_transit"),
    "corrected": ("other", "active"),
    "activated": ("other", "active"),
    "in_service": ("repairing", "non_sellable_other"),
    "out_of_service": ("repairing", "active"),
    "recalled": ("holding", "recalled"),
    "blocked": ("holding", "non_sellable_other"),
    "unblocked": ("holding", "active"),
    "voided": ("decommissioning", "inactive"),
    "traded_in": ("accepting", "non_sellable_other"),
    "retired": ("decommissioning", "inactive"),
}

# What an event may carry, with the column's type in the database.
EVENT_COLUMNS = {
    "event_time": SQL("timestamp"),
    "event_offset": SQL("varchar"),
    "biz_step": SQL("varchar"),
    "disposition": SQL("varchar"),
    "location_id": SQL("integer"),
    "partner_id": SQL("integer"),
    "country_id": SQL("integer"),
    "state_id": SQL("integer"),
    "document_model": SQL("varchar"),
    "document_id": SQL("integer"),
    "document_name": SQL("varchar"),
    "data": SQL("jsonb"),
    "corrects_id": SQL("integer"),
}


class SerialEvent(models.Model):
    """The spine: one append-only row for every step of every serial.

    Rows of a lot are numbered and form a SHA-256 chain; `core.chain` says what is
    hashed. The database refuses UPDATE and DELETE (`serial_event_guard`).
    """

    _name = "serial.event"
    _description = "Serial Event"
    _order = "lot_id, sequence desc"
    _rec_name = "kind"
    _log_access = False

    lot_id = fields.Many2one(
        "stock.lot", string="Serial", required=True, readonly=True, ondelete="cascade"
    )
    product_id = fields.Many2one(related="lot_id.product_id")
    sequence = fields.Integer(required=True, readonly=True)
    kind = fields.Selection(KINDS, string="Step", required=True, readonly=True)
    biz_step = fields.Char(string="Business Step", readonly=True, help="GS1 CBV 2.0")
    disposition = fields.Char(readonly=True, help="GS1 CBV 2.0")
    event_time = fields.Datetime(required=True, readonly=True)
    event_offset = fields.Char(string="Time Zone Offset", readonly=True)
    record_time = fields.Datetime(required=True, readonly=True)
    actor_id = fields.Many2one(
        "res.users", string="Recorded by", readonly=True, ondelete="restrict"
    )
    location_id = fields.Many2one("stock.location", readonly=True, ondelete="restrict")
    partner_id = fields.Many2one(
        "res.partner", string="Party", readonly=True, ondelete="restrict"
    )
    country_id = fields.Many2one("res.country", readonly=True, ondelete="restrict")
    state_id = fields.Many2one(
        "res.country.state", string="Subdivision", readonly=True, ondelete="restrict"
    )
    document_model = fields.Char(readonly=True)
    document_id = fields.Many2oneReference(
        string="Document ID", model_field="document_model", readonly=True
    )
    document_name = fields.Char(string="Document", readonly=True)
    data = fields.Json(
        readonly=True, help="Two parts: what the public page may show, and the rest."
    )
    corrects_id = fields.Many2one(
        "serial.event",
        string="Corrects",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
    )
    prev_hash = fields.Char(string="Previous Hash", readonly=True)
    hash = fields.Char(readonly=True)

    _lot_sequence_uniq = models.UniqueIndex(
        "(lot_id, sequence)", "This event of the serial is recorded already."
    )
    _record_time_idx = models.Index("USING brin (record_time)")

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        raise UserError(
            self.env._("Events are recorded by the steps of a serial, not by hand.")
        )

    # === BUSINESS === #

    @api.model
    def _record(
        self, lot_ids, kind, stage=None, lot_values=None, per_lot=None, **values
    ):
        """Append one event a lot, in one statement whatever their number.

        :param lot_ids: ids of coded lots; others are passed over
        :param str kind: one of `KINDS`
        :param stage: the stage to move to; lots that may not go there are left out
        :param dict lot_values: column of stock_lot -> value, the same for every lot
        :param dict per_lot: lot id -> values that differ: event columns, or columns of
            stock_lot named in `lot_values` (whose value there then is the default)
        :param values: event columns; `document` (a record) fills the three document
            columns; `data` is {"public": {...}, "private": {...}}
        :return: ids of the lots that were recorded
        """
        lot_ids = list(lot_ids)
        if not lot_ids:
            return []
        lots = self.env["stock.lot"].browse(lot_ids)
        lots.flush_recordset()
        values = self._prepare_event_values(kind, values)
        query = self._get_append_query(
            self._get_input_query(lot_ids, values, lot_values or {}, per_lot or {}),
            kind,
            stage,
            list(lot_values or {}),
        )
        self.env.cr.execute(query)
        recorded = [row[0] for row in self.env.cr.fetchall()]
        changed = ["event_count", *(lot_values or {}), *(["stage"] if stage else [])]
        lots.invalidate_recordset([*changed, "event_ids"], flush=False)
        lots.modified(changed)
        return recorded

    def _prepare_event_values(self, kind, values):
        """Return every event column with its value, defaults filled in."""
        document = values.pop("document", None)
        if document:
            values.update(
                document_model=document._name,
                document_id=document.id,
                document_name=document.display_name,
            )
        unknown = set(values) - set(EVENT_COLUMNS)
        if unknown:
            raise ValueError(f"serial.event has no column {', '.join(sorted(unknown))}")
        biz_step, disposition = CBV[kind]
        defaults = {
            "biz_step": biz_step,
            "disposition": disposition,
            "event_time": fields.Datetime.now(),
            "event_offset": self._get_offset(),
        }
        return {
            name: self._to_column(
                values[name] if values.get(name) is not None else defaults.get(name)
            )
            for name in EVENT_COLUMNS
        }

    def _get_offset(self):
        """Return the user's offset from UTC as EPCIS writes it: `+08:00`."""
        offset = fields.Datetime.context_timestamp(self, fields.Datetime.now())
        text = offset.strftime("%z")
        return f"{text[:3]}:{text[3:]}"

    @api.model
    def _to_column(self, value):
        if isinstance(value, models.BaseModel):
            return value.id or None
        if isinstance(value, dict):
            return json.dumps(value, ensure_ascii=False)
        if isinstance(value, datetime):
            return value.replace(tzinfo=None)
        return value if value is not False else None

    def _get_input_query(self, lot_ids, values, lot_values, per_lot):
        """Return a query of one row a lot: its id, the event's and the lot's columns.

        Values that are the same for all stand in the query once; the others come
        as one array a column.
        """
        differing = sorted({name for row in per_lot.values() for name in row})
        columns = {**values, **{k: self._to_column(v) for k, v in lot_values.items()}}
        types = {**EVENT_COLUMNS, **self._get_lot_types(lot_values)}
        selected = [
            SQL("%s::%s AS %s", columns[name], types[name], SQL.identifier(name))
            for name in columns
            if name not in differing
        ]
        arrays = [
            SQL(
                "%s::%s[]",
                [
                    self._to_column(per_lot.get(lot_id, {}).get(name, columns[name]))
                    for lot_id in lot_ids
                ],
                types[name],
            )
            for name in differing
        ]
        return SQL(
            "SELECT %s FROM unnest(%s) AS input(%s)",
            SQL(", ").join([SQL("input.*"), *selected]),
            SQL(", ").join([SQL("%s::integer[]", lot_ids), *arrays]),
            SQL(", ").join(map(SQL.identifier, ["lot_id", *differing])),
        )

    @api.model
    def _get_type(self, column):
        """Return an event column's type in the database."""
        return EVENT_COLUMNS[column]

    def _get_lot_types(self, lot_values):
        lot_fields = self.env["stock.lot"]._fields
        return {name: SQL(lot_fields[name].column_type[1]) for name in lot_values}

    def _get_append_query(self, source, kind, stage, lot_columns):
        """Bump the lots' counters (which makes writers of one lot queue) and append.

        Appending through the counter keeps a chain from forking: the second of two
        transactions that meet on a lot fails to serialise and is run again.
        """
        assignments = [SQL("event_count = coalesce(lot.event_count, 0) + 1")]
        allowed = SQL("lot.stage IS NOT NULL")
        if stage:
            assignments.append(SQL("stage = %s", stage))
            allowed = SQL("lot.stage = ANY(%s)", list(lifecycle.sources_of(stage)))
        for name in lot_columns:
            column = SQL.identifier(name)
            assignments.append(SQL("%s = source.%s", column, column))
        return SQL(
            """
            WITH source AS MATERIALIZED (%(source)s),
            bumped AS (
                UPDATE stock_lot lot SET %(assignments)s
                  FROM source
                 WHERE lot.id = source.lot_id AND %(allowed)s
             RETURNING lot.id, lot.event_count
            ),
            %(appended)s
            SELECT lot_id FROM appended
            """,
            source=source,
            assignments=SQL(", ").join(assignments),
            allowed=allowed,
            appended=self._get_insert_cte(
                SQL(
                    """
                    SELECT source.*, bumped.event_count AS sequence,
                           previous.hash AS prev_hash
                      FROM source
                      JOIN bumped ON bumped.id = source.lot_id
                 LEFT JOIN serial_event previous
                        ON previous.lot_id = bumped.id
                       AND previous.sequence = bumped.event_count - 1
                    """
                ),
                kind,
            ),
        )

    def _get_insert_cte(self, rows, kind):
        """Return the CTE `appended`: rows of events, hashed and inserted."""
        columns = SQL(", ").join(map(SQL.identifier, EVENT_COLUMNS))
        return SQL(
            """
            appended AS (
                INSERT INTO serial_event (
                    lot_id, sequence, kind, record_time, actor_id, prev_hash, %(columns)s,
                    hash
                )
                SELECT event.*, %(hash)s
                  FROM (
                    SELECT lot_id, sequence, %(kind)s::varchar AS kind,
                           %(now)s::timestamp AS record_time,
                           %(actor)s::integer AS actor_id, prev_hash, %(columns)s
                      FROM (%(rows)s) AS numbered
                  ) AS event
             RETURNING lot_id
            )
            """,
            columns=columns,
            hash=SQL(CHAIN_SQL),
            kind=kind,
            now=fields.Datetime.now(),
            actor=self.env.uid,
            rows=rows,
        )

    # === VERIFY CHAIN === #

    @api.model
    def _get_broken_chains(self, lot_ids):
        """Return the ids of lots whose chain of hashes does not hold; set-based.

        A chain is broken where a hash does not fit its row, does not follow the one
        before, or where events are missing, at the end too.
        """
        self.env.cr.execute(
            SQL(
                """
                WITH checked AS (
                    SELECT event.lot_id,
                           event.hash IS DISTINCT FROM %(hash)s
                           OR event.prev_hash IS DISTINCT FROM lag(event.hash) OVER chain
                           OR event.sequence <> row_number() OVER chain AS broken
                      FROM serial_event event
                     WHERE event.lot_id = ANY(%(lot_ids)s)
                    WINDOW chain AS (PARTITION BY event.lot_id ORDER BY event.sequence)
                )
                SELECT lot.id
                  FROM stock_lot lot
             LEFT JOIN checked ON checked.lot_id = lot.id
                 WHERE lot.id = ANY(%(lot_ids)s)
              GROUP BY lot.id
                HAVING coalesce(bool_or(checked.broken), false)
                    OR count(checked.lot_id) <> coalesce(lot.event_count, 0)
              ORDER BY lot.id
                """,
                hash=SQL(CHAIN_SQL),
                lot_ids=list(lot_ids),
            )
        )
        return [row[0] for row in self.env.cr.fetchall()]
