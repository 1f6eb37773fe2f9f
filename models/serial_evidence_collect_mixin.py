import itertools

from odoo import api, models, release

from ..core.activation import format_time

# Up to so many units, those of a group that stayed where they belong are told as
# fully as those that left.
MOST_UNITS = 500


class SerialEvidenceCollectMixin(models.AbstractModel):
    """What a case stands on, gathered as plain values: the content of a bundle.

    Personal data is never gathered: no consumer, telephone number, account or address.
    """

    _name = "serial.evidence.collect.mixin"
    _inherit = [
        "serial.evidence.unit.mixin",
        "serial.evidence.group.mixin",
        "serial.evidence.file.mixin",
    ]
    _description = "Collecting of Evidence"

    @api.model
    def _collect(self, case_sudo, names):
        """Return the content of a bundle, but for its id and time (`core.bundle`).

        :param dict names: attachment id -> name in the bundle, see `_name_files`
        """
        alerts = case_sudo.alert_ids
        leaks = self._get_leaks(case_sudo)
        probabilities = self._get_probabilities(alerts, leaks)
        groups = [self._prepare_group(leak) for leak in leaks]
        purchases = case_sudo.purchase_ids.sorted("id")
        lot_ids = {*alerts.lot_id.ids, *leaks.line_ids.lot_id.ids}
        lot_ids |= {*purchases.lot_id.ids}
        counted = {m["lot_id"] for group in groups for m in group["members"]}
        if len(lot_ids | counted) <= MOST_UNITS:
            lot_ids |= counted
        partner = case_sudo.partner_id
        units = self._collect_units(sorted(lot_ids), partner, probabilities)
        return {
            "language": self.env.lang or "en_US",
            "issuer": {
                "name": case_sudo.company_id.name,
                "software": f"serial_dossier, Odoo {release.version}",
            },
            "case": self._prepare_case(case_sudo),
            "method": self._prepare_method(leaks, units),
            "alerts": [self._prepare_alert(alert) for alert in alerts.sorted("id")],
            "groups": groups,
            "units": units,
            "purchases": self._collect_purchases(purchases, names),
            "statements": self._collect_statements(
                self._get_statements(case_sudo), names
            ),
            "files": self._collect_files(self._get_attachments(case_sudo), names),
        }

    def _get_leaks(self, case_sudo):
        """Return the leaks of a case as the latest run has them."""
        leaks = case_sudo.leak_ids | case_sudo.alert_ids.leak_id
        return leaks.filtered(lambda leak: leak.state != "superseded") or leaks

    def _get_label(self, record, name):
        """Return the label of a selection's value, "" if it has none."""
        labels = dict(record._fields[name]._description_selection(self.env))
        return labels.get(record[name], "")

    def _prepare_case(self, case):
        return {
            "name": case.name,
            "about": self._get_label(case, "family"),
            "distributor": case.partner_id.name or "",
            "state": case.state,
            "state_name": self._get_label(case, "state"),
            "opened_at": format_time(case.opened_at),
            "asked_at": format_time(case.asked_at),
            "question": case.question or "",
            "outcome": case.outcome or "",
            "outcome_name": self._get_label(case, "outcome"),
            "reason": case.outcome_reason or "",
            "decided_at": format_time(case.decided_at),
            "penalties": self._get_penalties(case),
        }

    def _get_penalties(self, case):
        if not case.penalty or case.penalty == "none":
            return []
        parts = [self._get_label(case, "penalty")]
        if case.penalty_amount:
            currency = case.penalty_currency_id.name
            parts.append(f"{case.penalty_amount:,.2f} {currency}")
        return [", ".join([*parts, *filter(None, [case.penalty_note])])]

    def _prepare_alert(self, alert):
        place = self._get_record_place(alert)
        return {
            "name": alert.name,
            "kind": alert.kind,
            "kind_name": self._get_label(alert, "kind"),
            "lot_id": alert.lot_id.id,
            "serial": alert.lot_id.name,
            "state": alert.state,
            "score": alert.score,
            "observed_at": format_time(alert.observed_at),
            "place": place,
            "reasons": alert.reasons or [],
            "reason_texts": self.env["serial.reason"]._get_texts(alert.reasons),
            "summary": alert.summary or "",
        }

    def _get_record_place(self, record):
        """Return the place code of a record's country and subdivision."""
        codes = self.env["res.country.state"]._get_iso_codes(record.state_id.ids)
        if codes:
            return "-".join(codes[record.state_id.id])
        return record.country_id.code or ""

    def _prepare_method(self, leaks, units):
        """Return by which rules it was judged, with their error rates and sources."""
        rule = self.env["serial.diversion.rule"]._find_active()
        rules = rule._get_active()
        data_sets = {
            seen["data_set"] for unit in units for seen in unit["observations"]
        }
        for source in itertools.chain.from_iterable(
            leak.sources or () for leak in leaks
        ):
            data_sets.add(self._get_data_set(source))
        return {
            "rules": rule.display_name or "",
            "prior": rules.prior,
            "false_discovery": rules.thresholds["leak_fdr"],
            "data_sets": sorted(filter(None, data_sets)),
            "rates": [
                {
                    "name": line.name,
                    "label": line.display_name,
                    "error": line.error,
                    "miss": line.miss,
                    "source": line.source,
                }
                for line in rule.rate_ids
            ],
        }
