from collections import Counter

from odoo import models
from odoo.tools import SQL

from .bulk_sql import audit_columns, names_of


class SerialOwnerMixin(models.AbstractModel):
    """Who is asked to look at what was found, when hundreds are found at once."""

    _name = "serial.owner.mixin"
    _description = "Owners of What Was Found"

    # XML id of the type of activity that asks the owner to look
    _activity_type = None

    def _get_owners(self, company_ids):
        """Return {company id of the units: the user who is asked to look}."""
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

    def _schedule_activities(self):
        """Ask the owners to look: one activity an alert, one statement for all.

        No mail is sent: a shipment that turns up elsewhere makes hundreds at once.
        """
        activity_type = self.env.ref(self._activity_type, raise_if_not_found=False)
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
                SELECT record.id, record.name, record.user_id, partner.tz,
                       coalesce(type.summary ->> partner.lang,
                                type.summary ->> 'en_US'), %s
                  FROM %s AS record
                  JOIN res_users owner ON owner.id = record.user_id
                  JOIN res_partner partner ON partner.id = owner.partner_id
                  JOIN mail_activity_type type ON type.id = %s
                 WHERE record.id = ANY(%s)
                """,
                names_of(same),
                SQL(", ").join(same.values()),
                SQL.identifier(self._table),
                activity_type.id,
                self.ids,
            )
        )
        self.env["mail.activity"].invalidate_model(flush=False)
        self.invalidate_recordset(["activity_ids"], flush=False)

    def _notify_owners(self, owner_ids):
        """Refresh the counter of activities in the owners' browsers."""
        for owner_id, count in Counter(filter(None, owner_ids)).items():
            self.env["res.users"].browse(owner_id)._bus_send(
                "mail.activity/updated",
                {"activity_created": True, "count_diff": count},
            )
