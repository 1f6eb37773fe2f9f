import json
from datetime import datetime

from odoo import SUPERUSER_ID, api, fields, models
from odoo.tools import SQL

from ..core import cbv, lifecycle
from ..core.chain import CHAIN_SQL, CHAIN_WITH_TAIL_SQL, TAIL_SQL

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
# Marks a column of stock_lot whose name is a column of the event as well.
LOT = "lot__"


class SerialAppendMixin(models.AbstractModel):
    """How events get into the spine: one statement a step, whatever the serials."""

    _name = "serial.append.mixin"
    _description = "Appending of Serial Events"

    @api.model
    def _record(
        self, lot_ids, kind, stage=None, lot_values=None, per_lot=None, **values
    ):
        """Append one event a lot, in one statement whatever their number.

        :param lot_ids: ids of coded lots; others are passed over
        :param str kind: one of `KINDS`
        :param stage: the stage to move to; lots that may not go there are left out
        :param dict lot_values: column of stock_lot -> value, the same for every lot;
            one that events have too is named as `LOT + column`
        :param dict per_lot: lot id -> values that differ: event columns, or columns of
            stock_lot named in `lot_values` (whose value there then is the default)
        :param values: event columns; `document` (a record) fills the three document
            columns; `data` is {"public": {...}, "private": {...}}
        :return: ids of the lots that were recorded
        """
        # In the order in which rows and indexes lie on disk.
        lot_ids = sorted(lot_ids)
        if not lot_ids:
            return []
        lots = self.env["stock.lot"].browse(lot_ids)
        lots.flush_recordset()
        lot_values = {k: self._to_column(v) for k, v in (lot_values or {}).items()}
        values = {**self._prepare_event_values(kind, values), **lot_values}
        query = self._get_append_query(
            lot_ids,
            *self._get_input_query(lot_ids, values, per_lot or {}),
            kind,
            stage,
            list(lot_values),
        )
        self.env.cr.execute(query)
        recorded = [row[0] for row in self.env.cr.fetchall()]
        changed = [name.removeprefix(LOT) for name in lot_values]
        changed += ["event_count", *(["stage"] if stage else [])]
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
        biz_step, disposition = cbv.STEPS[kind]
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

    def _get_input_query(self, lot_ids, values, per_lot):
        """Return a query of one row a lot, its id and what differs by lot, and the
        other values: those stand in the statement once.

        :param dict values: column -> value for lots that `per_lot` has none for
        """
        differing = sorted({name for row in per_lot.values() for name in row})
        types = {**EVENT_COLUMNS, **self._get_lot_types(values)}
        arrays = [
            SQL(
                "%s::%s[]",
                [
                    self._to_column(per_lot.get(lot_id, {}).get(name, values[name]))
                    for lot_id in lot_ids
                ],
                types[name],
            )
            for name in differing
        ]
        query = SQL(
            "SELECT * FROM unnest(%s) AS input(%s)",
            SQL(", ").join([SQL("%s::integer[]", lot_ids), *arrays]),
            SQL(", ").join(map(SQL.identifier, ["lot_id", *differing])),
        )
        same = {
            name: SQL("%s::%s", value, types[name])
            for name, value in values.items()
            if name not in differing
        }
        return query, same

    @api.model
    def _get_type(self, column):
        """Return an event column's type in the database."""
        return EVENT_COLUMNS[column]

    def _get_lot_types(self, names):
        lot_fields = self.env["stock.lot"]._fields
        return {
            name: SQL(lot_fields[name.removeprefix(LOT)].column_type[1])
            for name in names
            if name not in EVENT_COLUMNS
        }

    def _get_append_query(self, lot_ids, source, same, kind, stage, lot_columns):
        """Bump the lots' counters (which makes writers of one lot queue) and append.

        Appending through the counter keeps a chain from forking: the second of two
        transactions that meet on a lot fails to serialise and is run again.
        """
        rows = SQL(
            """
            SELECT bumped.lot_id, bumped.sequence, previous.hash AS prev_hash, %s
              FROM bumped
         LEFT JOIN LATERAL (
                -- OFFSET keeps this a look-up: joined freely, a big step would have
                -- the planner read all events of all serials.
                SELECT hash FROM serial_event
                 WHERE lot_id = bumped.lot_id AND sequence = bumped.sequence - 1
                OFFSET 0
              ) AS previous ON true
            """,
            self._select_columns(EVENT_COLUMNS, same, "bumped"),
        )
        shared = None
        if EVENT_COLUMNS.keys() <= same.keys():
            shared = self._select_columns(EVENT_COLUMNS, same)
        return SQL(
            "WITH source AS MATERIALIZED (%s), bumped AS (%s), %s "
            "SELECT lot_id FROM appended",
            source,
            self._get_bump_query(lot_ids, same, kind, stage, lot_columns),
            self._get_insert_cte(rows, kind, shared),
        )

    def _select_columns(self, names, same, table=""):
        """Return a list of columns: values that are the same for all, or of a table."""
        return SQL(", ").join(
            SQL(
                "%s AS %s",
                same[name] if name in same else SQL.identifier(table, name),
                SQL.identifier(name),
            )
            for name in names
        )

    def _get_bump_query(self, lot_ids, same, kind, stage, lot_columns):
        """Return the statement that moves lots on and says what number their event has.

        Serials that go a way together were mostly minted together, so the bounds let
        the planner read a part of the table instead of looking up each.
        """
        assignments = [SQL("event_count = coalesce(lot.event_count, 0) + 1")]
        allowed = SQL("lot.stage IS NOT NULL")
        if stage:
            assignments.append(SQL("stage = %s", stage))
            allowed = SQL(
                "lot.stage = ANY(%s)", list(lifecycle.sources_of(stage, kind))
            )
        for name in lot_columns:
            column = SQL.identifier(name.removeprefix(LOT))
            value = same[name] if name in same else SQL.identifier("source", name)
            assignments.append(SQL("%s = %s", column, value))
        return SQL(
            """
            UPDATE stock_lot lot SET %s
              FROM source
             WHERE lot.id = source.lot_id AND lot.id BETWEEN %s AND %s AND %s
         RETURNING source.*, lot.event_count AS sequence
            """,
            SQL(", ").join(assignments),
            lot_ids[0],
            lot_ids[-1],
            allowed,
        )

    def _get_insert_cte(self, rows, kind, shared=None):
        """Return the CTE `appended`: rows of events, hashed and inserted.

        :param SQL shared: the values of `EVENT_COLUMNS` (`value AS column`), if all
            rows have the same: most of what is hashed is then put together only once
        """
        columns = SQL(", ").join(map(SQL.identifier, EVENT_COLUMNS))
        step = SQL(
            "%s::varchar AS kind, %s::timestamp AS record_time, "
            "%s::integer AS actor_id",
            kind,
            fields.Datetime.now(),
            # what no person did has no actor: crons, the public page
            None if self.env.uid == SUPERUSER_ID else self.env.uid,
        )
        chain = SQL(CHAIN_SQL)
        if shared:
            tail = SQL(TAIL_SQL, SQL("%s, %s", step, shared))
            chain = SQL(CHAIN_WITH_TAIL_SQL, tail)
        return SQL(
            """
            appended AS (
                INSERT INTO serial_event (
                    lot_id, sequence, kind, record_time, actor_id, prev_hash,
                    %(columns)s, hash
                )
                SELECT event.*, %(chain)s
                  FROM (
                    SELECT lot_id, sequence, %(step)s, prev_hash, %(columns)s
                      FROM (%(rows)s) AS numbered
                  ) AS event
             RETURNING lot_id
            )
            """,
            columns=columns,
            chain=chain,
            step=step,
            rows=rows,
        )
