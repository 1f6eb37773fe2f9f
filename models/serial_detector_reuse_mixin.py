from odoo import models
from odoo.tools import SQL, groupby

from ..core import reuse
from ..core.rule_limits import settings_of

# Units that two people used, or that came back between two uses.
_UNITS = """
SELECT lot_id FROM serial_activation_claim WHERE create_date >= %(since)s
 UNION
SELECT live.lot_id
  FROM serial_activation live
  JOIN serial_activation past ON past.lot_id = live.lot_id AND NOT past.active
 WHERE live.active AND live.create_date >= %(since)s AND live.whitelist_id IS NULL
"""
_STEPS = """
SELECT lot_id, 'activated' AS kind, activated_at AS at, owner_key AS owner
  FROM serial_activation
 WHERE lot_id = ANY(%(lots)s) AND whitelist_id IS NULL
UNION ALL
SELECT lot_id, 'claimed', claimed_at, owner_key
  FROM serial_activation_claim WHERE lot_id = ANY(%(lots)s)
UNION ALL
SELECT lot_id, kind, event_time, NULL
  FROM serial_event event
 WHERE lot_id = ANY(%(lots)s) AND kind = ANY(%(kinds)s)
   AND NOT EXISTS (SELECT FROM serial_event correction
                    WHERE correction.lot_id = event.lot_id
                      AND correction.corrects_id = event.id)
ORDER BY lot_id
"""


class SerialDetectorReuseMixin(models.AbstractModel):
    """Used units sold as new."""

    _name = "serial.detector.reuse.mixin"
    _description = "Detector of Used Units"

    def _find_refurbished_as_new(self, rule_set, since):
        return self._get_reused(rule_set, since, "refurbished_as_new")

    def _find_traded_in_before(self, rule_set, since):
        rows = self._get_fact_rows("traded_in_before", 90, since)
        return rows + self._get_reused(rule_set, since, "traded_in_before")

    def _get_reused(self, rule_set, since, kind):
        lot_ids = [row[0] for row in self.env.execute_query(SQL(_UNITS, since=since))]
        if not lot_ids:
            return []
        settings = settings_of("reuse", rule_set.thresholds)
        return [
            self._prepare_reuse(finding)
            for finding in reuse.find_reused(self._get_lives(lot_ids), settings)
            if finding.kind == kind
        ]

    def _get_lives(self, lot_ids):
        """Return the steps of units as `core.reuse.Life`."""
        steps = self.env.execute_query(
            SQL(_STEPS, lots=lot_ids, kinds=[*reuse.ENDS, *reuse.SOLD])
        )
        for lot_id, rows in groupby(steps, key=lambda row: row[0]):
            told = (reuse.Step(kind, at, owner or "") for _id, kind, at, owner in rows)
            yield reuse.Life(lot_id, tuple(told))

    def _prepare_reuse(self, finding):
        """Return the alert on a used unit."""
        ended_at = finding.ended_at and str(finding.ended_at)
        return {
            "lot_id": finding.unit,
            "observed_at": finding.again_at,
            "score": finding.score,
            "detail": {
                "first_activated_at": str(finding.first_at),
                "returned_at": ended_at,
                "ended_at": ended_at,
                "ended_by": finding.ended_by,
                "days_used": finding.days_used,
            },
        }
