from datetime import datetime

from odoo import api, models

from ..core import rule_set as rules

# At activation, and in a search of their own.
ELSEWHERE = ("region_mismatch", "outside_country", "leak")
# Detectors that look at what was stored, in the order in which they run.
DETECTORS = tuple(code for code in rules.DETECTORS if code not in ELSEWHERE)
EVER = datetime(2000, 1, 1)
# Findings that are weaker stay without an alert: they only add to others.
LEAST_SCORE = 50


class SerialDiversionDetector(models.AbstractModel):
    """What a unit's own story tells: copies, used units, activations without a sale.

    Each detector is a method `_find_<code>(rule_set, since)` that selects rows, lets
    `core` decide and returns rows for `serial.diversion.alert._raise_units`.
    """

    _name = "serial.diversion.detector"
    _inherit = [
        "serial.detector.clone.mixin",
        "serial.detector.reuse.mixin",
        "serial.detector.record.mixin",
        "serial.detector.fake.mixin",
        "serial.detector.code.mixin",
    ]
    _description = "Detectors of Fraud"

    @api.model
    def _run(self, rule_set, since=None, errors=None):
        """Run the detectors that are switched on, and raise what they find.

        :param rule_set: `core.rule_set.RuleSet`
        :param since: naive UTC; units of which nothing was heard since are left out
        :param errors: what `core.leak.learn_errors` learned of location, if known
        :return: the alerts, new ones and those that were open (as superuser)
        """
        detector = self.sudo().with_context(serial_location_errors=errors)
        self.env.flush_all()
        alerts = self.env["serial.diversion.alert"].sudo()
        copied = set()
        for code in DETECTORS:
            if not rule_set.is_enabled(code):
                continue
            rows = getattr(detector, f"_find_{code}")(rule_set, since or EVER)
            if code == "clone":
                copied = {row["lot_id"] for row in rows}
            elif code == "refurbished_as_new":  # copies have several owners, too
                rows = [row for row in rows if row["lot_id"] not in copied]
            alerts |= detector._raise_found(code, rows)
        return alerts

    def _raise_found(self, code, rows):
        """Raise alerts on what one detector found; a unit has one of a kind."""
        rows = [
            {
                **row,
                "score": round(row["score"]),
                "reasons": row.get("reasons") or [code],
            }
            for row in sorted(rows, key=lambda row: row["score"])
            if row["score"] >= LEAST_SCORE
        ]
        return self.env["serial.diversion.alert"]._raise_units(code, rows)

    @api.model
    def _run_at_activation(self, candidates, source):
        """Raise at once what needs no night: one hand that activates many units.

        :param candidates: the stored candidates of `serial.activation.mixin`
        """
        rule_set = self.env["serial.diversion.rule"]._get_active()
        if candidates and rule_set.is_enabled("bulk_activation"):
            rows = self.sudo()._find_hands(candidates, source, rule_set)
            self._raise_found("bulk_activation", rows)
