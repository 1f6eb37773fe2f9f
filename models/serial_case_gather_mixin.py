from collections import Counter, defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..core import case_key

OPEN_ALERTS = ("new", "investigating")
# What one location says of one unit is no case; it is added to that of its leak.
SINGLE_KINDS = ("region_mismatch", "outside_country")
# Days in which a case should be decided.
DAYS = 30

COLUMNS = {
    "key": SQL("varchar"),
    "family": SQL("varchar"),
    "partner_id": SQL("integer"),
    "picking_id": SQL("integer"),
    "user_id": SQL("integer"),
    "company_id": SQL("integer"),
}


class SerialCaseGatherMixin(models.AbstractModel):
    """Gathering of alerts into cases: as many statements for one alert as for 10,000.

    Two transactions that gather for the same key at a time meet at the unique index of
    open cases: the later one runs again and joins the case of the earlier one.
    """

    _name = "serial.case.gather.mixin"
    _inherit = ["serial.owner.mixin"]
    _description = "Gathering of Alerts"

    @api.model
    def _gather(self, alerts, force=False):
        """Put open alerts into the open cases they belong to; open those that lack.

        :param force: open a case whatever the alerts are: a person wants one
        :return: the cases these alerts are in (as superuser)
        """
        cases = self.sudo()
        if not alerts:
            return cases.browse()
        self.env.flush_all()
        groups = cases._get_groups(alerts.ids, force)
        case_ids = cases._find_open(groups)
        lacking = {
            key: found
            for key, found in groups.items()
            if key not in case_ids
            and (force or case_key.opens([kind for _id, kind in found["alerts"]]))
        }
        opened = cases._open(lacking)
        joined = Counter()
        for key, found in groups.items():
            case_id = case_ids.get(key) or opened.get(key)
            if case_id:
                joined[case_id] += len(found["alerts"])
                found["case_id"] = case_id
        cases._join([found for found in groups.values() if found.get("case_id")])
        for case_id in opened.values():
            del joined[case_id]
        cases._log_joined(joined)
        cases._join_leaks(alerts.ids)
        for model in ("alert", "lead", "leak", "case"):
            self.env[f"serial.diversion.{model}"].invalidate_model(flush=False)
        return alerts.sudo().case_id

    def _get_groups(self, alert_ids, force):
        """Return {(company, key): what a case of it would be}.

        Alerts of which a few make a case bring along those of their distributor that
        have none yet.
        """
        self.env.cr.execute(
            SQL(
                """
                SELECT alert.id, alert.kind, alert.company_id, alert.lot_id,
                       alert.product_id, alert.user_id,
                       coalesce(leak.partner_id, alert.partner_id), leak.picking_id
                  FROM serial_diversion_alert alert
             LEFT JOIN serial_diversion_leak leak ON leak.id = alert.leak_id
                 WHERE alert.case_id IS NULL
                   AND alert.state = ANY(%(open)s)
                   AND (%(force)s OR alert.kind <> ALL(%(single)s))
                   AND (alert.id = ANY(%(ids)s) OR alert.kind = ANY(%(together)s)
                        AND alert.partner_id IN (
                            SELECT given.partner_id FROM serial_diversion_alert given
                             WHERE given.id = ANY(%(ids)s)
                               AND given.kind = ANY(%(together)s)))
              ORDER BY alert.id
                """,
                open=list(OPEN_ALERTS),
                force=force,
                single=list(SINGLE_KINDS),
                ids=list(alert_ids),
                together=list(case_key.OPENS_TOGETHER),
            )
        )
        groups = {}
        for (
            alert_id,
            kind,
            company_id,
            lot_id,
            product_id,
            user_id,
            *ends,
        ) in self.env.cr.fetchall():
            found = case_key.key_of(kind, lot_id, product_id, *ends)
            group = groups.setdefault(
                (company_id, found.key),
                {"about": found, "user_id": user_id, "alerts": []},
            )
            group["alerts"].append((alert_id, kind))
        return groups

    def _find_open(self, keys):
        """Return {(company, key): case id} of the open cases."""
        keys = list(keys)
        self.env.cr.execute(
            SQL(
                """
                SELECT serial_case.company_id, serial_case.key, serial_case.id
                  FROM unnest(%s::integer[], %s::varchar[]) AS given(company_id, key)
                  JOIN serial_diversion_case serial_case
                       USING (company_id, key)
                 WHERE serial_case.state <> 'decided'
                """,
                [company_id for company_id, _key in keys],
                [key for _company_id, key in keys],
            )
        )
        return {
            (company, key): case_id for company, key, case_id in self.env.cr.fetchall()
        }

    def _open(self, groups):
        """Open cases in one statement; return {(company, key): case id}.

        In the order of their keys, so that two who open the same ones do not lock each
        other out.
        """
        rows = [
            {
                "key": key,
                "family": groups[company_id, key]["about"].family,
                "partner_id": groups[company_id, key]["about"].partner_id,
                "picking_id": groups[company_id, key]["about"].picking_id,
                "user_id": groups[company_id, key]["user_id"],
                "company_id": company_id,
            }
            for company_id, key in sorted(groups)
        ]
        if not rows:
            return {}
        case_ids = self._insert_cases(rows)
        new = self.browse(case_ids.values())
        new._schedule_activities()
        self._notify_owners(row["user_id"] for row in rows)
        return case_ids

    def _insert_cases(self, rows):
        """Insert cases; one that another transaction opened meanwhile makes this one
        fail to serialise: it runs again and then sees it.
        """
        same = {
            "state": "new",
            "priority": "0",
            "date_deadline": fields.Date.context_today(self) + timedelta(days=DAYS),
            "opened_at": fields.Datetime.now(),
        }
        on_conflict = SQL(
            "(company_id, key) WHERE state <> 'decided' DO NOTHING "
            "RETURNING company_id, key, id"
        )
        inserted = self._insert_numbered(rows, COLUMNS, same, on_conflict)
        return {(company, key): case_id for company, key, case_id in inserted}

    def _join(self, groups):
        """Put alerts into their cases: from now on the case is what people look at."""
        pairs = [
            (alert_id, group["case_id"])
            for group in groups
            for alert_id, _kind in group["alerts"]
        ]
        if not pairs:
            return
        alert_ids, case_ids = map(list, zip(*pairs, strict=True))
        self.env.cr.execute(
            SQL(
                """
                UPDATE serial_diversion_alert alert SET case_id = given.case_id
                  FROM unnest(%s::integer[], %s::integer[]) AS given(id, case_id)
                 WHERE alert.id = given.id
                """,
                alert_ids,
                case_ids,
            )
        )
        self.env["serial.diversion.alert"]._drop_activities(alert_ids)
        self._join_leads(alert_ids)

    def _join_leads(self, alert_ids):
        """Put open leads on the same units into the cases of these alerts."""
        self.env.cr.execute(
            SQL(
                """
                UPDATE serial_diversion_lead lead SET case_id = alert.case_id
                  FROM serial_diversion_alert alert
                 WHERE alert.id = ANY(%s) AND alert.lot_id = lead.lot_id
                   AND alert.company_id = lead.company_id
                   AND lead.case_id IS NULL AND lead.state IN ('new', 'open')
                """,
                alert_ids,
            )
        )

    def _join_leaks(self, alert_ids):
        """Put leaks into the cases of their alerts, and what else is told of them.

        A single signal about a unit of the leak is evidence of the same thing.
        """
        self.env.cr.execute(
            SQL(
                """
                WITH found AS (
                    UPDATE serial_diversion_leak leak SET case_id = alert.case_id
                      FROM serial_diversion_alert alert
                     WHERE alert.id = ANY(%(ids)s) AND alert.leak_id = leak.id
                       AND alert.case_id IS NOT NULL
                    RETURNING leak.id, leak.case_id
                )
                UPDATE serial_diversion_alert alert SET case_id = found.case_id
                  FROM found
                  JOIN serial_diversion_leak_unit unit ON unit.leak_id = found.id
                 WHERE alert.lot_id = unit.lot_id AND alert.case_id IS NULL
                   AND alert.state = ANY(%(open)s) AND alert.kind = ANY(%(single)s)
                RETURNING alert.id
                """,
                ids=list(alert_ids),
                open=list(OPEN_ALERTS),
                single=list(SINGLE_KINDS),
            )
        )
        self.env["serial.diversion.alert"]._drop_activities(
            [row[0] for row in self.env.cr.fetchall()]
        )

    def _log_joined(self, counts):
        """Note on cases that were open already how many alerts came to them."""
        texts = defaultdict(lambda: "")
        for case_id, count in counts.items():
            texts[case_id] = self.env._("%(count)s more alerts joined.", count=count)
        if texts:
            self.browse(texts)._message_log_batch(bodies=dict(texts))
