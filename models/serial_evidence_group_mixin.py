from odoo import models

from ..core.activation import format_time
from ..core.bundle_figures import figures


class SerialEvidenceGroupMixin(models.AbstractModel):
    """The groups of an evidence bundle, with figures that anybody can compute again."""

    _name = "serial.evidence.group.mixin"
    _description = "Groups of Evidence Bundles"

    def _get_probabilities(self, alerts, leaks):
        """Return lot id -> probability that it left its region: of its group's run,
        else the score of its alert."""
        found = {}
        for alert in alerts:
            found[alert.lot_id.id] = max(
                alert.score / 100, found.get(alert.lot_id.id, 0)
            )
        of_groups = {}
        for line in leaks.line_ids:
            of_groups[line.lot_id.id] = max(
                line.probability, of_groups.get(line.lot_id.id, 0)
            )
        return {**found, **of_groups}

    def _prepare_group(self, leak):
        members = [
            {
                "lot_id": line.lot_id.id,
                "serial": line.lot_id.name,
                "places": [leak.place] if line.seen_outside else [],
                "probability": line.probability,
            }
            for line in leak.line_ids
        ]
        return {
            "name": leak._get_group_name() or "",
            "leak": leak.name,
            "kind": leak.kind,
            "kind_name": self._get_label(leak, "kind"),
            "place": leak.place,
            "place_name": self._get_place_name(leak.place),
            "n": leak.n,
            "k": leak.k,
            "expected": leak.expected,
            **figures(leak.k, leak.n, leak.expected),
            "odds": leak.odds,
            "rule_version": leak.rule_version or "",
            "found_at": format_time(leak.found_at),
            "confirmed_at": format_time(leak.confirmed_at),
            "sources": leak.sources or [],
            "summary": leak.summary or "",
            "complete": False,
            "members": members,
        }
