import json

from odoo import api, models
from odoo.tools import SQL

from ..core.activation import format_time
from .bulk_sql import audit_columns, names_of, unnest

COLUMNS = {
    "lot_id": SQL("integer"),
    "product_id": SQL("integer"),
    "activation_id": SQL("integer"),
    "partner_id": SQL("integer"),
    "region_id": SQL("integer"),
    "country_id": SQL("integer"),
    "state_id": SQL("integer"),
    "observed_at": SQL("timestamp"),
    "score": SQL("integer"),
    "reasons": SQL("jsonb"),
    "user_id": SQL("integer"),
    "company_id": SQL("integer"),
}


class SerialAlertRaiseMixin(models.AbstractModel):
    """Raising many alerts at once: a burst of them must not slow activation down."""

    _name = "serial.alert.raise.mixin"
    _inherit = ["serial.owner.mixin"]
    _description = "Raising of Alerts"

    @api.model
    def _raise_for(self, candidates):
        """Raise the alerts of judged activations, with an activity for their owner.

        :param candidates: the stored candidates of `serial.activation.mixin`
        """
        raised = [candidate for candidate in candidates if candidate.alerting]
        if not raised:
            return self
        owners = self._get_owners({c.unit.company_id for c in raised})
        rows = [self._prepare_row(candidate, owners) for candidate in raised]
        alerts = self._insert(rows)
        alerts._schedule_activities()
        self._notify_owners(row["user_id"] for row in rows)
        self.env["serial.webhook.message"]._enqueue(
            "alert",
            "diversion.alert",
            lambda: map(self._tell_webhooks, alerts.ids, raised, rows),
        )
        self.env["stock.lot"].invalidate_model(["alert_ids"], flush=False)
        return alerts

    def _tell_webhooks(self, alert_id, candidate, row):
        """Return (company, unit, what other systems hear) of an alert."""
        data = {
            "alert": alert_id,
            "code": candidate.unit.scan_code,
            "observed_at": format_time(candidate.activated_at),
            "country": candidate.place and candidate.place.country,
            "subdivision": candidate.place and candidate.place.subdivision,
            "distributor": candidate.unit.partner_id,
            "score": candidate.score,
            "reasons": list(candidate.reasons),
        }
        return row["company_id"], candidate.unit.lot_id, data

    def _prepare_row(self, candidate, owners):
        """Return the columns of one alert."""
        unit = candidate.unit
        return {
            "lot_id": unit.lot_id,
            "product_id": unit.product_id,
            "activation_id": candidate.activation_id,
            "partner_id": unit.partner_id,
            "region_id": unit.region_id,
            "country_id": candidate.country_id,
            "state_id": candidate.state_id,
            "observed_at": candidate.activated_at,
            "score": candidate.score,
            "reasons": json.dumps(candidate.reasons),
            "user_id": owners[unit.company_id].id or None,
            "company_id": unit.company_id or self.env.company.id,
        }

    def _insert(self, rows):
        """Insert alerts in one statement and return them."""
        same = audit_columns(self.env)
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO serial_diversion_alert (id, name, state, %(all_names)s)
                SELECT id, 'DA' || lpad(id::text, greatest(6, length(id::text)), '0'),
                       'new', %(names)s, %(same)s
                  FROM (
                    SELECT nextval('serial_diversion_alert_id_seq') AS id, given.*
                      FROM %(given)s
                  ) AS numbered
                RETURNING id
                """,
                all_names=names_of([*COLUMNS, *same]),
                names=names_of(COLUMNS),
                same=SQL(", ").join(same.values()),
                given=unnest(rows, COLUMNS),
            )
        )
        ids = [row[0] for row in self.env.cr.fetchall()]
        self.invalidate_model(flush=False)
        return self.browse(ids)
