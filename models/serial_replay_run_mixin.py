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


class SerialReplayRunMixin(models.AbstractModel):
    """Judging of past activations again, by two versions of the rules at once."""

    _name = "serial.replay.run.mixin"
    _inherit = [
        "serial.job.mixin",
        "serial.replay.figure.mixin",
        "serial.replay.leak.mixin",
    ]
    _description = "Judging of the Past"

    @api.model
    def _cron_replay(self):
        """Go on with the replays under way."""
        self._cron_run()

    def _work(self, memory):
        """Judge the next activations by id, and at last what leaks name."""
        if self.is_outdated:  # the rules were edited: half of it would be by others
            self.write(self._prepare_end("cancelled"))
            return
        values = self._judge_leaks() if self.phase == "leaks" else self._judge_units()
        self.write(values)
        self.write(self._measure())

    def _judge_units(self):
        """Judge the next activations; return the values of this record."""
        rows = self._fetch_past()
        found = replay.compare(
            self._read_past(rows),
            self.against_id.sudo()._get_rule_set(),
            self.rule_id.sudo()._get_rule_set(),
        )
        self._insert_lines(self._get_listed(found.changes))
        values = {
            "judged_count": self.judged_count + found.judged,
            "alerts_before": self.alerts_before + found.alerts_before,
            "alerts_after": self.alerts_after + found.alerts_after,
            "added_count": self.added_count + found.count("added"),
            "dropped_count": self.dropped_count + found.count("dropped"),
        }
        if rows:
            values["last_activation_id"] = rows[-1]["id"]
        if len(rows) < CHUNK:
            values |= {"phase": "leaks"} if self.with_leaks else self._prepare_end()
        return values

    def _get_listed(self, changes):
        """Return those of the changes that are listed: every one whose truth is known.

        They are the measure; of the others the first are listed.
        """
        room = max(MOST_LINES - self.added_count - self.dropped_count, 0)
        known = [change for change in changes if change.truth is not None]
        return known + [change for change in changes if change.truth is None][:room]

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
        if not changes:
            return
        rows = [{"activation_id": c.id, **self._prepare_line(c)} for c in changes]
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO serial_diversion_replay_line
                       (replay_id, company_id, kind, %(copied)s, %(names)s)
                SELECT %(replay)s, %(company)s, 'activation', %(of_activation)s,
                       %(given_names)s
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
                given=unnest(rows, LINE_COLUMNS),
            )
        )
        self.env["serial.diversion.replay.line"].invalidate_model(flush=False)

    def _prepare_line(self, change):
        """Return what a line says of a changed alert."""
        return {
            "change": change.kind,
            "score_before": change.score_before,
            "score_after": change.score_after,
            "truth": TRUTHS[change.truth],
        }
