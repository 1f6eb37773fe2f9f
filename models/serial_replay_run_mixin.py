import json

from odoo import api, fields, models
from odoo.tools import SQL

from ..core import replay
from .bulk_sql import names_of, unnest

CHUNK = 10_000
# Of more changes than anybody reads, the first ones are listed; all are counted.
MOST_LINES = 20_000

LINE_COLUMNS = {
    "activation_id": SQL("integer"),
    "change": SQL("varchar"),
    "score_before": SQL("integer"),
    "score_after": SQL("integer"),
    "truth": SQL("varchar"),
}
# What a line takes from its activation.
COPIED = ("lot_id", "product_id", "partner_id", "region_id", "state_id")
TRUTHS = {True: "confirmed", False: "dismissed", None: None}


def _prepare_line(change):
    """Return the columns of one changed alert."""
    return {
        "activation_id": change.id,
        "change": "added" if change.added else "dropped",
        "score_before": change.score_before,
        "score_after": change.score_after,
        "truth": TRUTHS[change.truth],
    }


class SerialReplayRunMixin(models.AbstractModel):
    """Judging of past activations again, by two versions of the rules at once."""

    _name = "serial.replay.run.mixin"
    _inherit = ["serial.job.mixin"]
    _description = "Judging of the Past"

    @api.model
    def _cron_replay(self):
        """Judge chunk after chunk, committing each, until time is up or all is done."""
        domain = [("state", "=", "running")]
        while record := self._take_next(domain):
            done = record._run_chunk(record._replay_chunk)
            todo = self.search(domain)
            left = sum(max(job.total_count - job.judged_count, 1) for job in todo)
            if not self.env["ir.cron"]._commit_progress(
                done, remaining=-(-left // CHUNK)
            ):
                break

    def _replay_chunk(self):
        """Judge the next activations by id; return how many chunks that was (1)."""
        if self.is_outdated:  # the rules were edited: half of it would be by others
            self.write({"state": "cancelled", "finished_at": fields.Datetime.now()})
            return 1
        rows = self._fetch_past()
        found = replay.compare(
            self._read_past(rows),
            self.against_id.sudo()._get_rule_set(),
            self.rule_id.sudo()._get_rule_set(),
        )
        self._insert_lines(found.changes)
        self.write(self._prepare_counts(found, rows))
        return 1

    def _prepare_counts(self, found, rows):
        """Return the figures with those of one more chunk."""
        added = sum(change.added for change in found.changes)
        grown = {
            "judged_count": found.judged,
            "added_count": added,
            "dropped_count": len(found.changes) - added,
            "confirmed_count": found.confirmed,
            "dismissed_count": found.dismissed,
        }
        for side in ("before", "after"):
            counts = getattr(found, side)
            grown |= {
                f"alerts_{side}": counts.alerts,
                f"confirmed_{side}": counts.confirmed,
                f"dismissed_{side}": counts.dismissed,
            }
        values = {name: self[name] + count for name, count in grown.items()}
        if rows:
            values["last_activation_id"] = rows[-1]["id"]
        if len(rows) < CHUNK:
            values |= {"state": "done", "finished_at": fields.Datetime.now()}
        return values

    # === READ === #

    def _get_condition(self):
        """Return what the activations of this replay have in common, in SQL."""
        conditions = [
            SQL("activation.id <= %s", self.until_activation_id),
            SQL(
                "(activation.company_id = %s OR activation.company_id IS NULL)",
                self.company_id.id,
            ),
        ]
        if self.date_from:
            conditions.append(SQL("activation.activated_at >= %s", self.date_from))
        if self.date_to:
            end = fields.Date.add(self.date_to, days=1)
            conditions.append(SQL("activation.activated_at < %s", end))
        return SQL(" AND ").join(conditions)

    def _fetch_past(self):
        """Return the next activations as they were stored."""
        self.env["serial.activation"].flush_model()
        self.env["serial.diversion.alert"].flush_model()
        self.env.cr.execute(
            SQL(
                """
                SELECT activation.id, activation.region_id, activation.company_id,
                       activation.observations::text AS observations,
                       coalesce(activation.facts, activation.reasons)::text AS facts,
                       activation.reasons @> '"whitelisted"' AS excused,
                       (SELECT bool_or(alert.state = 'confirmed')
                          FROM serial_diversion_alert alert
                         WHERE alert.lot_id = activation.lot_id
                           AND alert.state IN ('confirmed', 'dismissed')) AS truth
                  FROM serial_activation activation
                 WHERE activation.id > %s AND %s
              ORDER BY activation.id
                 LIMIT %s
                """,
                self.last_activation_id,
                self._get_condition(),
                CHUNK,
            )
        )
        return self.env.cr.dictfetchall()

    def _read_past(self, rows):
        """Yield the rows as `core.replay.Past`; what repeats is read once."""
        territory = self.env["serial.channel.region"]._get_territory
        activations = self.env["serial.activation"].sudo()
        seen, facts, scores = {}, {}, {}
        for row in rows:
            text, told = row["observations"] or "[]", row["facts"] or "[]"
            if text not in seen:
                seen[text] = tuple(map(replay.observation_of, json.loads(text) or ()))
            if told not in facts:
                facts[told] = replay.known_facts(json.loads(told) or ())
            level, codes = "off", frozenset()
            if row["region_id"]:
                level, codes = territory(row["region_id"])
            company_id = row["company_id"] or self.company_id.id
            yield replay.Past(
                id=row["id"],
                observations=seen[text],
                facts=facts[told],
                level=level,
                codes=codes,
                company_score=activations._get_company_score(company_id, scores),
                truth=row["truth"],
                excused=bool(row["excused"]),
            )

    # === WRITE === #

    def _insert_lines(self, changes):
        """List the alerts that came and went, in one statement."""
        room = MOST_LINES - self.added_count - self.dropped_count
        changes = changes[: max(room, 0)]
        if not changes:
            return
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO serial_diversion_replay_line
                       (replay_id, company_id, %(copied)s, %(names)s)
                SELECT %(replay)s, %(company)s, %(of_activation)s, %(given_names)s
                  FROM %(given)s
                  JOIN serial_activation activation ON activation.id = activation_id
                """,
                copied=names_of(COPIED),
                names=names_of(LINE_COLUMNS),
                replay=self.id,
                company=self.company_id.id,
                of_activation=SQL(", ").join(
                    SQL.identifier("activation", name) for name in COPIED
                ),
                given_names=SQL(", ").join(
                    SQL.identifier("given", name) for name in LINE_COLUMNS
                ),
                given=unnest(list(map(_prepare_line, changes)), LINE_COLUMNS),
            )
        )
        self.env["serial.diversion.replay.line"].invalidate_model(flush=False)
