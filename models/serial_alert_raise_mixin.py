import json
from collections import Counter

from odoo import api, models
from odoo.tools import SQL

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
        self._schedule_activities(alerts)
        self._notify_owners(row["user_id"] for row in rows)
        self.env["stock.lot"].invalidate_model(["alert_ids"], flush=False)
        return alerts

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

    def _get_owners(self, company_ids):
        """Return {company id of the units: the user who owns their alerts}."""
        owners = {}
        for company_id in company_ids:
            company = self.env["res.company"].browse(company_id) or self.env.company
            owner = company.serial_alert_user_id.filtered("active")
            owners[company_id] = owner or self._get_manager(company)
        return owners

    def _get_manager(self, company):
        """Return a manager of a company: the first who is a person."""
        group = self.env.ref("serial_dossier.serial_dossier_group_manager")
        return self.env["res.users"].search(
            [
                ("all_group_ids", "in", group.ids),
                ("company_ids", "in", company.ids),
                ("share", "=", False),
                ("id", "!=", self.env.ref("base.user_root").id),
            ],
            order="id",
            limit=1,
        )

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

    def _schedule_activities(self, alerts):
        """Ask the owners to look: one activity an alert, one statement for all.

        No mail is sent: a shipment that turns up elsewhere makes hundreds at once.
        """
        activity_type = self.env.ref(
            "serial_dossier.mail_activity_type_diversion", raise_if_not_found=False
        )
        if not activity_type:
            return
        same = {
            "res_model_id": SQL("%s", self.env["ir.model"]._get_id(self._name)),
            "res_model": SQL("%s", self._name),
            "activity_type_id": SQL("%s", activity_type.id),
            "date_deadline": SQL("%s::date", activity_type._get_date_deadline()),
            "automated": SQL("true"),
            "active": SQL("true"),
            **audit_columns(self.env),
        }
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO mail_activity
                       (res_id, res_name, user_id, user_tz, summary, %s)
                SELECT alert.id, alert.name, alert.user_id, partner.tz,
                       coalesce(type.summary ->> partner.lang,
                                type.summary ->> 'en_US'), %s
                  FROM serial_diversion_alert alert
                  JOIN res_users owner ON owner.id = alert.user_id
                  JOIN res_partner partner ON partner.id = owner.partner_id
                  JOIN mail_activity_type type ON type.id = %s
                 WHERE alert.id = ANY(%s)
                """,
                names_of(same),
                SQL(", ").join(same.values()),
                activity_type.id,
                alerts.ids,
            )
        )
        self.env["mail.activity"].invalidate_model(flush=False)
        alerts.invalidate_recordset(["activity_ids"], flush=False)

    def _notify_owners(self, owner_ids):
        """Refresh the counter of activities in the owners' browsers."""
        for owner_id, count in Counter(filter(None, owner_ids)).items():
            self.env["res.users"].browse(owner_id)._bus_send(
                "mail.activity/updated",
                {"activity_created": True, "count_diff": count},
            )
