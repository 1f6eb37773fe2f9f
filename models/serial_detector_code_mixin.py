from datetime import timedelta

from odoo import fields, models
from odoo.tools import SQL

from ..core import unknown_codes
from ..core.rule_limits import settings_of

WITHIN = timedelta(days=30)
MOST_SCANS = 100_000

_UNKNOWN = """
SELECT code, scanned_at, country_id, state_id, coalesce(ip_prefix, session_key)
  FROM serial_scan
 WHERE result = 'unknown' AND scanned_at >= %(begin)s AND code <> ''
   AND is_bot IS NOT TRUE AND is_repeat IS NOT TRUE
ORDER BY scanned_at DESC LIMIT %(most)s
"""


class SerialDetectorCodeMixin(models.AbstractModel):
    """Codes that were never made, and units that turned up where nobody sent them."""

    _name = "serial.detector.code.mixin"
    _description = "Detectors of Codes"

    def _find_unknown_codes(self, rule_set, since):
        """Raise a lead on each print; alert units whose serial stands on it."""
        settings = settings_of("unknown", rule_set.thresholds)
        runs = unknown_codes.find_print_runs(self._get_unknown_scans(), settings)
        runs = [run for run in runs if run.last_at >= since]
        leads = self.env["serial.diversion.lead"]
        leads._raise("unknown_codes", [self._prepare_print(run) for run in runs])
        return self._get_named(runs)

    def _get_unknown_scans(self):
        codes = self.env["serial.diversion.run"]._get_place_codes()
        begin = fields.Datetime.now() - WITHIN
        rows = self.env.execute_query(SQL(_UNKNOWN, begin=begin, most=MOST_SCANS))
        for code, at, country_id, state_id, visitor in rows:
            place = self._get_place(country_id, state_id, codes)
            yield unknown_codes.UnknownScan(code, at, place, visitor or "")

    def _prepare_print(self, run):
        """Return the lead on one print."""
        return {
            "key": run.pattern,
            "seen_at": run.last_at,
            "count": run.scans,
            "detail": {
                "kind": run.kind,
                "pattern": run.pattern,
                "codes": list(run.codes[:20]),
                "code_count": len(run.codes),
                "visitors": run.visitors,
                "places": [place for place, _count in run.places[:5]],
            },
        }

    def _get_named(self, runs):
        """Return units whose serial is on a print: anybody can read serials."""
        by_code = {code: run for run in runs for code in run.codes}
        if not by_code:
            return []
        rows = self.env.execute_query(
            SQL(
                "SELECT id, name FROM stock_lot"
                " WHERE name = ANY(%s) AND scan_code IS NOT NULL",
                list(by_code),
            )
        )
        return [
            {
                "lot_id": lot_id,
                "observed_at": by_code[name].last_at,
                "score": 70,
                "detail": {
                    "count": len(by_code[name].codes),
                    "visitors": by_code[name].visitors,
                    "places": [place for place, _count in by_code[name].places[:5]],
                },
            }
            for lot_id, name in rows
        ]

    def _find_unit_surfaced(self, _rule_set, since):
        """Return the units of open leads: they turned up at a store never sent them."""
        leads = self.env["serial.diversion.lead"].search(
            [
                ("kind", "=", "unit_surfaced"),
                ("state", "in", self.env["serial.diversion.lead"]._open_states),
                ("lot_id", "!=", False),
                ("last_seen_at", ">=", since),
            ]
        )
        return [
            {
                "lot_id": lead.lot_id.id,
                "observed_at": lead.last_seen_at,
                "score": 70,
                "detail": {"store": lead.partner_id.display_name},
            }
            for lead in leads
        ]
