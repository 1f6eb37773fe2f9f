from odoo import models
from odoo.tools import SQL


class SerialRunAlertMixin(models.AbstractModel):
    """What follows from a run: findings of the detectors, and alerts."""

    _name = "serial.run.alert.mixin"
    _description = "Alerts of a Scoring Run"

    def _detect(self, memory):
        """Let the detectors look at what was stored since the last run."""
        memory["last_alert_id"] = self._get_last_alert_id()
        if "serial.diversion.detector" in self.env:
            since = self.search(
                [("state", "=", "done"), ("id", "<", self.id)], limit=1
            ).started_at
            self.env["serial.diversion.detector"]._run(
                memory["rules"], since, memory.get("errors")
            )

    def _alert(self, memory):
        """Raise alerts for the units of open leaks, as far as their region wants it."""
        rules = memory["rules"]
        if rules.is_enabled("leak"):
            rows = self._get_alert_rows(
                memory["leak_ids"], rules.thresholds["leak_probability"]
            )
            self.env["serial.diversion.alert"]._raise_units("leak", rows)
            self._ask_for_proof(rows)
            self._open_cases(memory["leak_ids"])
        alerts = self.env["serial.diversion.alert"]
        count = alerts.search_count([("id", ">", memory["last_alert_id"])])
        return {"alert_count": count}

    def _get_last_alert_id(self):
        return self.env["serial.diversion.alert"].search([], limit=1).id or 0

    def _get_alert_rows(self, leak_ids, threshold):
        """Return what is told of each unit that likely left; a unit is told of once."""
        leaks = self.env["serial.diversion.leak"].browse(leak_ids)
        names = {leak.id: leak._get_group_name() for leak in leaks}
        levels = self._get_levels()
        return [
            self._prepare_alert_row(row, names[row["leak_id"]], levels)
            for row in self._get_members(leak_ids, threshold)
            if levels.get(row["region_id"]) in ("alert", "hold")
        ]

    def _get_levels(self):
        """Return {region id: what its units' diversion leads to}."""
        regions = self.env["serial.channel.region"].with_context(active_test=False)
        return {
            region.id: regions._get_territory(region.id)[0]
            for region in regions.search_fetch([], ["enforcement"])
        }

    def _get_members(self, leak_ids, threshold):
        """Return the units that likely left, each in the leak that says so most."""
        self.env.cr.execute(
            SQL(
                """
                SELECT DISTINCT ON (line.lot_id)
                       line.lot_id, line.leak_id, line.probability, line.activation_id,
                       activation.activated_at, lot.channel_region_id AS region_id,
                       leak.place, leak.country_id, leak.state_id, leak.k, leak.n,
                       leak.expected::float AS expected
                  FROM serial_diversion_leak_unit line
                  JOIN serial_diversion_leak leak ON leak.id = line.leak_id
                  JOIN stock_lot lot ON lot.id = line.lot_id
             LEFT JOIN serial_activation activation
                    ON activation.id = line.activation_id
                 WHERE line.leak_id = ANY(%s) AND line.named
                       AND line.probability >= %s
              ORDER BY line.lot_id, line.probability DESC
                """,
                leak_ids,
                threshold,
            )
        )
        return self.env.cr.dictfetchall()

    def _prepare_alert_row(self, row, group_name, levels):
        """Return the alert on one unit."""
        return {
            **{
                name: row[name]
                for name in (
                    "lot_id",
                    "leak_id",
                    "activation_id",
                    "country_id",
                    "state_id",
                )
            },
            "observed_at": row["activated_at"],
            "score": round(100 * row["probability"]),
            "reasons": ["leak"],
            "level": levels[row["region_id"]],
            "detail": {
                **{name: row[name] for name in ("k", "n", "place", "probability")},
                "expected": round(row["expected"], 1),
                "group": group_name,
            },
        }

    def _open_cases(self, leak_ids):
        """Open cases of leaks without a unit that could be named in an alert."""
        levels = self._get_levels()
        leaks = self.env["serial.diversion.leak"].browse(leak_ids)
        self.env["serial.diversion.case"]._gather_leaks(
            leaks.filtered(
                lambda leak: (
                    leak.partner_id
                    and not leak.case_id
                    and levels.get(leak.region_id.id) in ("alert", "hold")
                )
            )
        )

    def _ask_for_proof(self, rows):
        """Have the page ask whoever holds a unit for a proof of purchase, on hold."""
        held = [row["activation_id"] for row in rows if row["level"] == "hold"]
        if held:
            self.env.cr.execute(
                SQL(
                    "UPDATE serial_activation SET proof_requested = true"
                    " WHERE id = ANY(%s) AND proof_requested IS NOT TRUE",
                    held,
                )
            )
            self.env["serial.activation"].invalidate_model(
                ["proof_requested"], flush=False
            )
