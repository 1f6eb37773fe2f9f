import bisect
import itertools
import re
from dataclasses import replace
from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL

from ..core import epcis
from .epcis_writer import BLOCK, EpcisWriter

_DIGEST = re.compile(r"(?:ni:/{1,3}sha-256;)?([0-9a-f]{64})(?:\?ver=CBV2\.0)?")
# Steps that match are read so many at a time, to find the events they are part of.
_HITS = 2_000
# An answer of more steps is written while it is sent.
AT_ONCE = 5_000
# EPCIS events are fetched for so many steps at a time.
_STEPS = 5_000


class Page(NamedTuple):
    """Where the EPCIS events of a page begin and end, and what the next begins after.

    `runs` are IDs of first and last steps; `token` is 0 on the last page.
    """

    runs: tuple[tuple[int, int], ...]
    token: int


class SerialEpcisQuery(models.AbstractModel):
    """Answers of `GET /events`: what happened to the serials that a user sees."""

    _name = "serial.epcis.query"
    _inherit = ["serial.epcis.filter.mixin"]
    _description = "Query of EPCIS Events"

    @api.model
    def _get_page(self, query):
        """Return the page of EPCIS events that a query asks for."""
        wanted = query.per_page
        if query.most is not None and not query.has_limit:
            wanted = min(wanted, query.most)
        condition = self._get_condition(query)
        runs, after = [], query.token
        while len(runs) <= wanted and (hits := self._get_hits(condition, after)):
            runs += self._get_runs_of(hits)
            after = max(hits[-1][0], runs[-1][1])
        is_last = len(runs) <= wanted or wanted < query.per_page
        runs = tuple(runs[:wanted])
        return Page(runs, 0 if is_last else runs[-1][1])

    def _get_hits(self, condition, after):
        """Return the next steps that match: (ID, what one EPCIS event has alike)."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT event.id, event.kind, event.event_time, event.record_time
                  FROM serial_event event
                 WHERE event.id > %s AND %s AND EXISTS (
                           SELECT FROM stock_lot lot
                            WHERE lot.id = event.lot_id AND %s
                       )
              ORDER BY event.id LIMIT %s
                """,
                after,
                condition,
                self._get_visible(),
                _HITS,
            )
        )
        return [(event_id, (event_id // BLOCK, *rest)) for event_id, *rest in rows]

    def _get_runs_of(self, hits):
        """Return the first and last steps of the EPCIS events that steps are part of.

        Steps in a row that look alike are mostly one event: of these one is looked up.
        """
        found = []
        while hits:
            starts = [
                hit[0]
                for previous, hit in itertools.pairwise([(0, None), *hits])
                if previous[1] != hit[1]
            ]
            found = sorted({*found, *self._get_runs(starts)})
            firsts = [first for first, _last in found]
            hits = [
                hit
                for hit in hits
                if hit[0] > found[bisect.bisect(firsts, hit[0]) - 1][1]
            ]
        return found

    def _get_runs(self, hits):
        """Return the first and last steps of the EPCIS events that steps are part of.

        Steps are one event as far as their neighbours say the same, in a block.
        """
        first = SQL("event.id / %(block)s * %(block)s", block=BLOCK)
        before = self._get_other("DESC", first, SQL("event.id"))
        last = SQL("%s + %s", first, BLOCK - 1)
        after = self._get_other("ASC", SQL("event.id"), last)
        return self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT run.first, run.last
                  FROM unnest(%(hits)s::integer[]) AS hit(id)
                  JOIN serial_event event ON event.id = hit.id
            CROSS JOIN LATERAL (
                    SELECT (SELECT id FROM serial_event
                             WHERE id >= coalesce((%(before)s) + 1, %(first)s)
                          ORDER BY id LIMIT 1) AS first,
                           (SELECT id FROM serial_event
                             WHERE id <= coalesce((%(after)s) - 1, %(last)s)
                          ORDER BY id DESC LIMIT 1) AS last
                  ) AS run
              ORDER BY run.first
                """,
                hits=hits,
                before=before,
                after=after,
                first=first,
                last=last,
            )
        )

    def _get_other(self, order, low, high):
        """Return the nearest neighbour of `event` that says something else, as SQL."""
        key = EpcisWriter(self.env).get_key
        return SQL(
            "SELECT other.id FROM serial_event other "
            "WHERE other.id BETWEEN %s AND %s AND (%s) IS DISTINCT FROM (%s) "
            "ORDER BY other.id %s LIMIT 1",
            low,
            high,
            key("other"),
            key("event"),
            SQL(order),
        )

    def _exceeds(self, query):
        """Tell whether more events match than a query allows (`maxEventCount`)."""
        everything = replace(query, per_page=query.most, token=0, most=None)
        return bool(self._get_page(everything).token)

    # === ANSWER === #

    def _count_steps(self, page):
        """Return how many steps a page has at most."""
        return sum(last - first + 1 for first, last in page.runs)

    def _write_page(self, page):
        """Yield the answer to a query, bit by bit."""
        yield epcis.answer_head(fields.Datetime.now())
        comma = ""
        for told in self._tell(page):
            yield comma + told.text
            comma = ","
        yield epcis.ANSWER_TAIL

    def _tell(self, page):
        writer = EpcisWriter(self.env)
        for runs in self._part(page.runs):
            firsts, lasts = zip(*runs, strict=True)
            # OFFSET keeps each run a look-up: the planner cannot know how short it is.
            source = SQL(
                "unnest(%s::integer[], %s::integer[]) AS run(first, last) "
                "CROSS JOIN LATERAL (SELECT * FROM serial_event one "
                "WHERE one.id BETWEEN run.first AND run.last OFFSET 0) AS event "
                "CROSS JOIN LATERAL (SELECT * FROM stock_lot "
                "WHERE id = event.lot_id OFFSET 0) AS lot",
                list(firsts),
                list(lasts),
            )
            rows = writer.fetch(self._get_visible(), source=source)
            told = list(writer.tell(rows))
            self.env["serial.epcis.told"].sudo()._note(told)
            yield from told

    def _part(self, runs):
        """Yield runs, as many at a time as can be held easily."""
        part, steps = [], 0
        for run in runs:
            part.append(run)
            steps += run[1] - run[0] + 1
            if steps > _STEPS:
                yield part
                part, steps = [], 0
        if part:
            yield part

    # === ONE EVENT === #

    @api.model
    def _get_event(self, event_id):
        """Return the EPCIS event of an ID as JSON, or None if it was never told."""
        found = _DIGEST.fullmatch(event_id)
        if not found:
            return None
        digest = found[1]
        first = self.env["serial.epcis.told"].sudo()._find([digest])
        if not first:
            return None
        for told in self._tell(Page(tuple(self._get_runs(first)), 0)):
            if told.digest.hex() == digest:
                return told.text
        return None

    @api.model
    def _get_first_steps(self, event_ids):
        """Return the IDs of the first steps of EPCIS events, by their IDs."""
        found = map(_DIGEST.fullmatch, event_ids)
        digests = [one[1] for one in found if one]
        return self.env["serial.epcis.told"].sudo()._find(digests)
