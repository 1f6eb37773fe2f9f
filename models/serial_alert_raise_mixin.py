import json

from odoo import api, models
from odoo.tools import SQL

from ..core.activation import format_time
from .serial_case_gather_mixin import SINGLE_KINDS

COLUMNS = {
    "kind": SQL("varchar"),
    "lot_id": SQL("integer"),
    "product_id": SQL("integer"),
    "activation_id": SQL("integer"),
    "leak_id": SQL("integer"),
    "partner_id": SQL("integer"),
    "region_id": SQL("integer"),
    "country_id": SQL("integer"),
    "state_id": SQL("integer"),
    "observed_at": SQL("timestamp"),
    "score": SQL("integer"),
    "reasons": SQL("jsonb"),
    "detail": SQL("jsonb"),
    "user_id": SQL("integer"),
    "company_id": SQL("integer"),
}
# What a repetition tells anew about an open alert.
SEEN_COLUMNS = (
    "activation_id",
    "leak_id",
    "country_id",
    "state_id",
    "observed_at",
    "score",
    "reasons",
    "detail",
)
# The kind of an activation's alert is the first of its reasons in this order: what
# our own records prove, then the place, then what only adds to it.
KIND_OF_REASON = {
    "void_code": "void_code",
    "never_shipped": "never_shipped",
    "blocked_unit": "blocked_unit",
    "traded_in_before": "traded_in_before",
    "outside_country": "outside_country",
    "outside_region": "region_mismatch",
    "returned_before": "refurbished_as_new",
    "dealer_stock": "dealer_stock",
    "before_sale_date": "before_sale_date",
    "recalled_unit": "recalled_unit",
}


class SerialAlertRaiseMixin(models.AbstractModel):
    """Raising many alerts at once; one of a kind is open for a unit at a time."""

    _name = "serial.alert.raise.mixin"
    _inherit = ["serial.owner.mixin"]
    _description = "Raising of Alerts"

    # === AT ACTIVATION === #

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
        alert_ids = self._store_alerts(rows)
        self.env["serial.webhook.message"]._enqueue(
            "alert",
            "diversion.alert",
            lambda: [
                self._tell_webhooks(alert_ids[row["lot_id"]], candidate, row)
                for candidate, row in zip(raised, rows, strict=True)
            ],
        )
        return self.browse(alert_ids.values())

    def _tell_webhooks(self, alert_id, candidate, row):
        """Return (company, unit, what other systems hear) of an alert."""
        data = {
            "alert": alert_id,
            "kind": row["kind"],
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
            **dict.fromkeys(COLUMNS),
            "kind": self._get_kind(candidate.reasons),
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

    def _get_kind(self, reasons):
        return next(
            (kind for reason, kind in KIND_OF_REASON.items() if reason in reasons),
            "region_mismatch",
        )

    # === BY DETECTORS === #

    @api.model
    def _raise_units(self, kind, rows):
        """Raise an alert of a kind on each unit, or renew the one that is open.

        Product, distributor, region and company are those of the unit. What was closed
        before is not raised again, unless the evidence is much stronger now.

        :param str kind: one of `KINDS`
        :param list rows: dicts with `lot_id` and any of `activation_id`, `leak_id`,
            `country_id`, `state_id`, `observed_at`, `score`, `reasons` (codes) and
            `detail` (a dict, see `serial_alert_tell_mixin.py`)
        :return: the open alerts about these units (as superuser)
        """
        alerts = self.sudo()
        given = {row["lot_id"]: row for row in rows}
        units = alerts._get_alert_units(kind, given)
        if not units:
            return alerts.browse()
        owners = alerts._get_owners({unit["company_id"] for unit in units})
        rows = [
            {
                **alerts._prepare_unit_row(kind, given[unit["lot_id"]], unit),
                "user_id": owners[unit["company_id"]].id or None,
            }
            for unit in units
        ]
        return alerts.browse(alerts._store_alerts(rows, tell=True).values())

    def _get_alert_units(self, kind, given):
        """Return what is known of the units that may be raised, sorted by id."""
        if not given:
            return []
        self.env["stock.lot"].flush_model()
        self.flush_model()
        rules = self.env["serial.diversion.rule"]._get_active()
        self.env.cr.execute(
            SQL(
                """
                SELECT lot.id AS lot_id, lot.product_id,
                       lot.channel_partner_id AS partner_id,
                       lot.channel_region_id AS region_id,
                       coalesce(lot.company_id, %(company)s) AS company_id
                  FROM unnest(%(ids)s::integer[], %(scores)s::integer[])
                       AS given(lot_id, score)
                  JOIN stock_lot lot ON lot.id = given.lot_id
                 WHERE NOT EXISTS (
                    SELECT FROM serial_diversion_alert past
                     WHERE past.lot_id = lot.id AND past.kind = %(kind)s
                       AND past.state NOT IN ('new', 'investigating')
                       AND coalesce(past.score, 0) + %(step)s
                           > coalesce(given.score, 0)
                       )
              ORDER BY lot.id
                """,
                company=self.env.company.id,
                ids=list(given),
                scores=[row.get("score") for row in given.values()],
                kind=kind,
                step=rules.thresholds["repeat_score"],
            )
        )
        return self.env.cr.dictfetchall()

    def _prepare_unit_row(self, kind, row, unit):
        """Return the columns of the alert on one unit."""
        told = {name: row.get(name) or None for name in SEEN_COLUMNS}
        detail = row.get("detail")
        return {
            **dict.fromkeys(COLUMNS),
            **told,
            **unit,
            "kind": kind,
            "score": row.get("score"),
            "reasons": json.dumps(list(row.get("reasons") or [kind])),
            "detail": detail and json.dumps(detail, ensure_ascii=False, default=str),
        }

    def _tell_unit_webhooks(self):
        """Return (company, unit, what other systems hear) of these alerts."""
        return [
            (
                alert.company_id.id,
                alert.lot_id.id,
                {
                    "alert": alert.id,
                    "kind": alert.kind,
                    "code": alert.lot_id.scan_code or None,
                    "observed_at": format_time(alert.observed_at or alert.create_date),
                    "country": alert.country_id.code or None,
                    "subdivision": alert.state_id.code or None,
                    "distributor": alert.partner_id.id or None,
                    "score": alert.score,
                    "reasons": alert.reasons or [],
                },
            )
            for alert in self
        ]

    # === STORING === #

    def _store_alerts(self, rows, tell=False):
        """Store alerts and ask their owners to look; return {lot id: alert id}.

        :param tell: whether the webhooks hear of the new ones
        """
        stored = self._upsert(rows)
        alert_ids = {lot_id: alert_id for alert_id, lot_id, _is_new in stored}
        if any(row["kind"] not in SINGLE_KINDS for row in rows):
            self.env["serial.diversion.case"]._gather(self.browse(alert_ids.values()))
        new = self.browse([alert_id for alert_id, _lot_id, is_new in stored if is_new])
        self._ask_owners(new.filtered(lambda alert: not alert.case_id))
        if tell:
            self.env["serial.webhook.message"]._enqueue(
                "alert", "diversion.alert", new._tell_unit_webhooks
            )
        self.env["stock.lot"].invalidate_model(["alert_ids"], flush=False)
        return alert_ids

    def _ask_owners(self, alerts):
        """Ask the owners of alerts to look; for one in a case, the case does."""
        if alerts:
            alerts._schedule_activities()
            self._notify_owners([alert.user_id.id for alert in alerts])

    @api.model
    def _drop_activities(self, alert_ids):
        """Ask for no look at these alerts any more: their case asks for one."""
        self.env["mail.activity"].sudo().search(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", alert_ids),
                ("automated", "=", True),
            ]
        ).unlink()

    def _upsert(self, rows):
        """Store alerts in one statement; return (id, lot id, is it new) of each."""
        return self._insert_numbered(
            rows,
            COLUMNS,
            {"state": "new"},
            SQL(
                """
                (company_id, lot_id, kind) WHERE state IN ('new', 'investigating')
                DO UPDATE SET %s
                RETURNING id, lot_id, (xmax = 0)
                """,
                SQL(", ").join(
                    SQL(
                        "%(name)s = coalesce(excluded.%(name)s, kept.%(name)s)",
                        name=SQL.identifier(name),
                    )
                    for name in SEEN_COLUMNS
                ),
            ),
        )
