from odoo import api, models
from odoo.fields import Domain


class SerialPortalAlertMixin(models.AbstractModel):
    """Alerts as a distributor sees them, and what he says on them.

    He is asked once somebody of the brand has taken an alert on: a fresh signal is no
    accusation, and may be noise.
    """

    _name = "serial.portal.alert.mixin"
    _description = "Alerts in the Distributor Portal"

    def _get_alerts_domain(self):
        """Alerts that somebody took on; those of a case once he is asked about it."""
        told = Domain("case_id", "=", False) | Domain("case_id.asked_at", "!=", False)
        told |= Domain("case_id.outcome", "=", "confirmed")
        taken_on = Domain("state", "!=", "new")
        return self._get_subtree_domain("partner_id") & taken_on & told

    @api.model
    def _count_alerts(self, only_open=False):
        """Return how many alerts a distributor sees; `only_open`: awaits his word."""
        domain = self._get_alerts_domain()
        if only_open:
            domain &= Domain("state", "=", "investigating")
            domain &= Domain("statement_ids", "=", False)
        return self.env["serial.diversion.alert"].sudo().search_count(domain)

    @api.model
    def _get_alerts(self, offset=0, limit=None):
        """Return the alerts on a distributor's units as rows, the newest first."""
        alerts_sudo = (
            self.env["serial.diversion.alert"]
            .sudo()
            .search(self._get_alerts_domain(), offset=offset, limit=limit)
        )
        return [self._prepare_alert(alert) for alert in alerts_sudo]

    @api.model
    def _find_alert(self, alert_id):
        """Return an alert (sudo) on a unit of the distributor's, maybe empty."""
        domain = self._get_alerts_domain() & Domain("id", "=", alert_id)
        return self.env["serial.diversion.alert"].sudo().search(domain, limit=1)

    def _prepare_alert(self, alert_sudo):
        states = dict(alert_sudo._fields["state"]._description_selection(self.env))
        return {
            "id": alert_sudo.id,
            "name": alert_sudo.name,
            "serial": alert_sudo.lot_id.name,
            "product": alert_sudo.product_id.display_name,
            "holder": alert_sudo.partner_id.name,
            "region": alert_sudo.region_id.name or "",
            "seen_in": alert_sudo.seen_in,
            "moment": alert_sudo.observed_at,
            "state": alert_sudo.state,
            "state_label": states[alert_sudo.state],
            "awaits": alert_sudo.state == "investigating"
            and not alert_sudo.statement_ids,
        }

    @api.model
    def _get_alert(self, alert_id):
        """Return one alert with its reasons and statements, None if not his."""
        alert_sudo = self._find_alert(alert_id)
        if not alert_sudo:
            return None
        return {
            **self._prepare_alert(alert_sudo),
            "reasons": self.env["serial.reason"]._get_texts(alert_sudo.reasons),
            "statements": self._prepare_statements(alert_sudo.statement_ids),
        }

    def _prepare_statements(self, statements_sudo):
        """Return what was said, for a page; files by their names only."""
        kinds = dict(statements_sudo._fields["kind"]._description_selection(self.env))
        return [
            {
                "kind": kinds[statement.kind],
                "moment": statement.given_at,
                "author": statement.author_id.name,
                "body": statement.body,
                "files": statement.attachment_ids.mapped("name"),
            }
            for statement in statements_sudo
        ]

    @api.model
    def _give_statement(self, alert_id, body, files):
        """Record a statement or an appeal; return False if the alert is not his."""
        alert_sudo = self._find_alert(alert_id)
        if not alert_sudo:
            return False
        self.env["serial.diversion.statement"]._give(
            alert_sudo, self._get_distributor(), body, files
        )
        return True
