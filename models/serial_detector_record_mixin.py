from odoo import models
from odoo.tools import SQL

# What a judgement at activation noted of our own records; `facts` outlives the rules.
_FACTS = """
SELECT lot_id, id AS activation_id, activated_at AS observed_at, country_id, state_id
  FROM serial_activation
 WHERE active AND whitelist_id IS NULL AND create_date >= %(since)s
   AND jsonb_exists(facts, %(fact)s)
"""
# Somebody looks at the code of a unit that is no more: more than one, for whoever
# destroys a unit may look as well.
_LOOKED_AT = """
SELECT scan.lot_id, max(scan.scanned_at) AS observed_at,
       count(DISTINCT coalesce(scan.ip_prefix, scan.session_key)) AS visitors,
       (array_agg(scan.country_id ORDER BY scan.scanned_at DESC))[1] AS country_id,
       (array_agg(scan.state_id ORDER BY scan.scanned_at DESC))[1] AS state_id,
       max(ended.at) AS ended_at
  FROM stock_lot lot
  JOIN LATERAL (
       SELECT max(event_time) AS at FROM serial_event
        WHERE lot_id = lot.id AND kind = %(kind)s) AS ended ON true
  JOIN serial_scan scan ON scan.lot_id = lot.id
 WHERE lot.stage = %(stage)s
   AND scan.scanned_at > ended.at + interval '1 day'
   AND scan.is_bot IS NOT TRUE AND scan.is_repeat IS NOT TRUE AND %(not_excused)s
GROUP BY scan.lot_id
HAVING count(DISTINCT coalesce(scan.ip_prefix, scan.session_key)) > 1
   AND max(scan.scanned_at) >= %(since)s
"""


class SerialDetectorRecordMixin(models.AbstractModel):
    """Units that, by our own records, nobody can use."""

    _name = "serial.detector.record.mixin"
    _description = "Detectors by Our Records"

    def _find_never_shipped(self, _rule_set, since):
        return self._get_fact_rows("never_shipped", 80, since)

    def _find_recalled_unit(self, _rule_set, since):
        return self._get_fact_rows("recalled_unit", 60, since)

    def _find_void_code(self, _rule_set, since):
        return self._get_looked_at("void", "voided", since)

    def _find_destroyed_unit(self, _rule_set, since):
        return self._get_looked_at("retired", "retired", since)

    def _get_fact_rows(self, fact, score, since):
        """Return the activations at which our records said so."""
        self.env.cr.execute(SQL(_FACTS, fact=fact, since=since))
        return [{**row, "score": score} for row in self.env.cr.dictfetchall()]

    def _get_looked_at(self, stage, kind, since):
        """Return units of an end stage that several people looked at since."""
        not_excused = self.env["serial.diversion.run"]._get_not_excused()
        self.env.cr.execute(
            SQL(
                _LOOKED_AT, stage=stage, kind=kind, since=since, not_excused=not_excused
            )
        )
        return [
            {
                **row,
                "score": min(90, 50 + 10 * row["visitors"]),
                "detail": {
                    "visitors": row["visitors"],
                    "ended_at": str(row["ended_at"]),
                },
            }
            for row in self.env.cr.dictfetchall()
        ]
