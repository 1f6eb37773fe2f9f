"""Rows of the spine told as EPCIS events, many of one step at a time.

Events that follow each other and say the same of several serials are one EPCIS event.
Which ones these are depends on nothing but the rows: an event keeps its ID, whatever
was asked for.
"""

import json
from typing import NamedTuple

from odoo.tools import SQL

from ..core import epcis
from .epcis_places import EpcisPlaces
from .epcis_units import EpcisUnits

# No EPCIS event reaches over a multiple of this number: so wherever reading begins,
# the events are the same ones, and none gets too long for whoever reads it.
BLOCK = 4_096
# Steps whose private part says what EPCIS has words for.
_TOLD = ("packed", "unpacked", "assembled")
_MOST_SHAPES = 2_000
_ALL = SQL("serial_event event")
# What steps of one EPCIS event have in common, beside `data`.
_SAME = (
    *("kind", "biz_step", "disposition", "event_time", "event_offset", "record_time"),
    *("location_id", "partner_id", "country_id", "state_id"),
    *("document_model", "document_id", "document_name"),
)


class Row(NamedTuple):
    """An event of the spine; `public` and `private` are JSON."""

    id: int
    lot_id: int
    sequence: int
    kind: str
    biz_step: str
    disposition: str
    event_time: object
    offset: str
    record_time: object
    location_id: int
    partner_id: int
    country_id: int
    state_id: int
    document_model: str
    document_id: int
    document_name: str
    public: str
    private: str
    corrects_id: int
    # of the event that is corrected
    corrected: int


class Told(NamedTuple):
    """An EPCIS event: its JSON, the digest in its ID, and the rows it is made of."""

    text: str
    digest: bytes
    first_id: int
    last_id: int
    count: int


class EpcisWriter:
    """Tells rows of `serial.event` as EPCIS events; remembers what they share.

    :param bool is_complete: tell everything that another database of ours needs to
        have the same dossiers, the private part of steps too
    """

    def __init__(self, env, is_complete=False):
        self._is_complete = is_complete
        self._places = EpcisPlaces(env)
        self._units = EpcisUnits(env)
        self._env = env
        self._shapes = {}

    # === ROWS === #

    def _get_private(self, table):
        """Return what the private part of `data` has to tell, as SQL."""
        private = SQL(
            "nullif(%s->'private', '{}'::jsonb)::text", SQL.identifier(table, "data")
        )
        if self._is_complete:
            return private
        kind = SQL.identifier(table, "kind")
        return SQL("CASE WHEN %s = ANY(%s) THEN %s END", kind, list(_TOLD), private)

    def get_key(self, table):
        """Return the columns that steps of one EPCIS event have in common, as SQL."""
        return SQL(
            "%(columns)s, nullif(%(table)s.data->'public', '{}'::jsonb), %(private)s, "
            "%(table)s.corrects_id - %(table)s.id, "
            "CASE WHEN %(table)s.kind = 'assembled' THEN %(table)s.lot_id END",
            columns=SQL(", ").join(SQL.identifier(table, name) for name in _SAME),
            table=SQL.identifier(table),
            private=self._get_private(table),
        )

    def get_columns(self):
        """Return the columns of `Row`, of the table named `event`."""
        return SQL(
            """
            event.id, event.lot_id, event.sequence, event.kind, event.biz_step,
            event.disposition, event.event_time, coalesce(event.event_offset, '+00:00'),
            event.record_time, event.location_id, event.partner_id, event.country_id,
            event.state_id, event.document_model, event.document_id,
            event.document_name, nullif(event.data->'public', '{}'::jsonb)::text,
            %s, event.corrects_id,
            CASE WHEN event.corrects_id IS NOT NULL THEN (
                SELECT sequence FROM serial_event original
                 WHERE original.id = event.corrects_id
            ) END
            """,
            self._get_private("event"),
        )

    def fetch(self, condition, limit=None, source=_ALL):
        """Return the first rows that a condition (on `event`) holds for, by ID."""
        self._env.cr.execute(
            SQL(
                "SELECT %s FROM %s WHERE %s ORDER BY event.id LIMIT %s",
                self.get_columns(),
                source,
                condition,
                limit,
            )
        )
        return list(map(Row._make, self._env.cr.fetchall()))

    # === EVENTS === #

    def tell(self, rows):
        """Yield the EPCIS events that rows, which are in the order of IDs, make."""
        self._units.learn({row.lot_id for row in rows})
        originals = self._fetch_originals(rows)
        self._places.learn(rows)
        for run in self._runs(rows):
            yield self._tell_run(run, originals)

    def _runs(self, rows):
        run, key, lots = [], None, set()
        for row in rows:
            own = self._key(row)
            if own != key or row.lot_id in lots:
                if run:
                    yield run
                run, key, lots = [], own, set()
            run.append(row)
            lots.add(row.lot_id)
        if run:
            yield run

    def _key(self, row):
        """Return what rows of one EPCIS event have in common."""
        correction = None
        if row.corrects_id:
            # What was one event is declared wrong by one event again.
            correction = (row.corrects_id - row.id, self._is_complete and row.corrected)
        alone = row.lot_id if row.kind == "assembled" else None
        if self._is_complete:
            alone = (alone, row.sequence)
        return (row[3:18], row.id // BLOCK, correction, alone)

    def _fetch_originals(self, rows):
        """Return the rows that others declare to be wrong, by ID."""
        ids = [
            row.corrects_id
            for row in rows
            if row.corrects_id and row.kind in epcis.DECLARATIONS
        ]
        if not ids:
            return {}
        found = self.fetch(SQL("event.id = ANY(%s)", ids), len(ids))
        self._places.learn(found)
        return {row.id: row for row in found}

    def _tell_run(self, run, originals):
        first = run[0]
        original = originals.get(first.corrects_id)
        shape = self._get_shape(first, original)
        told = original or first
        epcs, canonical = self._get_epcs(run)
        text, digest = shape.text(told.event_time, first.record_time, epcs, canonical)
        return Told(text, digest, first.id, run[-1].id, len(run))

    def _get_epcs(self, run):
        first = run[0]
        if self._is_association(first):
            return self._units.get_parts(first.lot_id, first.private)
        child = self._read_private(first).get("child")
        if child and first.kind in ("packed", "unpacked") and not self._is_complete:
            # A carton in a pallet: its serials go with it. A complete file names them,
            # for where it is read nobody may know the carton.
            return self._units.get_child(child)
        return self._units.get([row.lot_id for row in run])

    def _is_association(self, row):
        return row.kind == "assembled" and bool(self._read_private(row).get("parts"))

    def _read_private(self, row):
        return json.loads(row.private) if row.private else {}

    # === WHAT THEY SHARE === #

    def _get_shape(self, row, original):
        # all but the times, which for a correction are the original's
        key = (row[3:6], row.offset, row[9:18], row.corrected)
        if self._is_complete:
            key = (*key, row.sequence)
        if original or self._is_association(row):
            return epcis.Shape(self._get_facts(row, original))
        if key not in self._shapes:
            if len(self._shapes) >= _MOST_SHAPES:
                self._shapes.clear()
            self._shapes[key] = epcis.Shape(self._get_facts(row))
        return self._shapes[key]

    def _get_facts(self, row, original=None):
        told = original or row
        declaration = None
        if original:
            declaration = epcis.Declaration(
                row.event_time, row.offset, extension=self._get_extension(row)
            )
        sources, destinations = self._places.get_parties(told)
        read_point, biz_location = self._places.get_places(told)
        return epcis.Facts(
            kind=told.kind,
            biz_step=told.biz_step or "other",
            disposition=told.disposition or "active",
            offset=told.offset,
            parent=self._get_parent(told),
            read_point=read_point,
            biz_location=biz_location,
            transactions=self._places.get_transactions(told),
            sources=sources,
            destinations=destinations,
            extension=self._get_extension(told, is_own=not original),
            declaration=declaration,
        )

    def _get_parent(self, row):
        """Return what the serials of an event went into, or "" where there is none."""
        if row.kind in ("packed", "unpacked"):
            parent = self._read_private(row).get("parent")
            return self._units.get_package(parent) if parent else ""
        if self._is_association(row):
            return self._units.get_uri(row.lot_id)
        return ""

    def _get_extension(self, row, is_own=True):
        """Return what EPCIS has no word for, as pairs of a term of ours and a text."""
        told = {
            "step": row.kind,
            "place": self._places.get_area(row),
            "public": row.public,
        }
        if self._is_complete:
            told |= {
                "sequence": str(row.sequence),
                "document": row.document_name,
                "document_model": row.document_model,
                "party": self._places.get_party_name(row),
                "location": self._places.get_location_name(row),
                "private": row.private,
            }
            if row.corrected and is_own:
                told["corrects"] = str(row.corrected)
        return tuple((name, text) for name, text in told.items() if text)
