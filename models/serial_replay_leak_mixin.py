from odoo import models
from odoo.tools import SQL

from ..core import replay
from .bulk_sql import names_of, unnest

LEAK_COLUMNS = {
    "lot_id": SQL("integer"),
    "product_id": SQL("integer"),
    "partner_id": SQL("integer"),
    "region_id": SQL("integer"),
    "state_id": SQL("integer"),
    "change": SQL("varchar"),
    "score_before": SQL("integer"),
    "score_after": SQL("integer"),
    "truth": SQL("varchar"),
}


class SerialReplayLeakMixin(models.AbstractModel):
    """Which units leaks name by other rules: all that was seen is tested anew."""

    _name = "serial.replay.leak.mixin"
    _description = "Leaks of the Past"

    def _judge_leaks(self):
        """Find the leaks by both versions; return the values of this record."""
        memory = {}
        run = self.env["serial.diversion.run"].sudo()
        run._collect(memory)
        named = {}
        for side in ("before", "after"):
            rules = self._get_rules(side)
            if side == "before" or self._differs_on_leaks():
                places = self._find_named(run, memory, rules)
            named[side] = places
        units = self._get_units({*named["before"], *named["after"]})
        before, after = (
            {unit: named[side][unit][0] for unit in named[side] if unit in units}
            for side in ("before", "after")
        )
        truths = {unit: row["truth"] for unit, row in units.items()}
        found = replay.compare_members(before, after, truths)
        self._insert_leak_lines(
            self._get_listed(found.changes), units, named["before"] | named["after"]
        )
        return {
            "leak_units_before": found.alerts_before,
            "leak_units_after": found.alerts_after,
            "added_count": self.added_count + found.count("added"),
            "dropped_count": self.dropped_count + found.count("dropped"),
            **self._prepare_end(),
        }

    def _get_rules(self, side):
        rule = self.against_id if side == "before" else self.rule_id
        return rule.sudo()._get_rule_set()

    def _differs_on_leaks(self):
        """Tell whether the two versions can find other leaks at all."""
        before, after = (
            (
                rules.rates,
                rules.is_enabled("leak"),
                rules.settings("leak"),
                rules.thresholds["leak_units"],
            )
            for rules in map(self._get_rules, ("before", "after"))
        )
        return before != after

    def _find_named(self, run, memory, rules):
        """Return {unit: (probability, place)} of the units that leaks name."""
        memory["rules"] = rules
        run._learn(memory)
        run._test(memory)
        named = {}
        for leak in memory["found"]:
            for unit, probability in leak.members[: leak.named]:
                if probability >= rules.thresholds["leak_probability"]:
                    known = named.get(unit, (0, ""))
                    named[unit] = max(known, (probability, leak.place))
        return named

    def _get_units(self, lot_ids):
        """Return {unit: what is known of it} for units whose region wants alerts."""
        self.env.cr.execute(
            SQL(
                """
                SELECT lot.id AS lot_id, lot.product_id, closed.truth,
                       lot.channel_partner_id AS partner_id,
                       lot.channel_region_id AS region_id
                  FROM stock_lot lot
             LEFT JOIN (%s) AS closed ON closed.lot_id = lot.id
                 WHERE lot.id = ANY(%s)
                   AND coalesce(lot.company_id, %s) = %s
                """,
                self._get_closed(),
                list(lot_ids),
                self.company_id.id,
                self.company_id.id,
            )
        )
        territory = self.env["serial.channel.region"]._get_territory
        return {
            row["lot_id"]: row
            for row in self.env.cr.dictfetchall()
            if row["region_id"] and territory(row["region_id"])[0] in ("alert", "hold")
        }

    def _insert_leak_lines(self, changes, units, named):
        """List the units in one statement."""
        if not changes:
            return
        rows = [
            {
                **units[change.id],
                **self._prepare_line(change),
                "state_id": self._get_state_id(named[change.id][1]),
            }
            for change in changes
        ]
        self.env.cr.execute(
            SQL(
                "INSERT INTO serial_diversion_replay_line"
                " (replay_id, company_id, kind, %s) SELECT %s, %s, 'leak', %s FROM %s",
                names_of(LEAK_COLUMNS),
                self.id,
                self.company_id.id,
                names_of(LEAK_COLUMNS),
                unnest(rows, LEAK_COLUMNS),
            )
        )
        self.env["serial.diversion.replay.line"].invalidate_model(flush=False)

    def _get_state_id(self, place):
        country, _dash, subdivision = place.partition("-")
        return self.env["serial.geoip"]._get_place_ids(country, subdivision or None)[1]
