from odoo import api, fields, models
from odoo.tools import SQL

from ..core.warranty import Facts
from ..core.warranty_span import get_span
from .bulk_sql import audit_columns, names_of, unnest

# What a registration is stamped with, with the column's type in the database.
COLUMNS = {
    "lot_id": SQL("integer"),
    "product_id": SQL("integer"),
    "company_id": SQL("integer"),
    "policy_id": SQL("integer"),
    "country_id": SQL("integer"),
    "months": SQL("integer"),
    "basis": SQL("varchar"),
    "basis_date": SQL("date"),
    "start": SQL("date"),
    "end": SQL("date"),
    "owner_key": SQL("varchar"),
}


class SerialWarrantyStartMixin(models.AbstractModel):
    """Registering units in the transaction of what starts their warranty; set-based.

    Whoever calls these has checked that the user may cause it.
    """

    _name = "serial.warranty.start.mixin"
    _description = "Start of Warranties"

    @api.model
    def _stamp_known(self, units, cause):
        """Register units from what the step that causes it knows of them: one
        statement, and none for products without a policy.

        :param units: dicts `lot_id`, `product_id`, `company_id`, `region_id`,
            `policy_id` (the product's own), `categ_id`, `days` (basis -> day), and if
            known `country_id` and `owner_key`
        :param str cause: see `serial.warranty.cause`
        """
        rules = self.env["serial.warranty.policy"]._get_rules()
        if not rules.is_used:
            return
        spans, rows = {}, []
        for unit in units:
            policy_id, rule = self._find_rule(unit, rules)
            if not rule:
                continue
            key = policy_id, *unit["days"].items()
            if key not in spans:
                spans[key] = self._get_span(rule, unit["days"])
            if spans[key]:
                rows.append(self._prepare_start(unit, rules, policy_id, spans[key]))
        self._insert_starts(rows, cause, "record")

    @api.model
    def _stamp_activated(self, candidates):
        """Register units that were just activated, see `serial.activation.mixin`."""
        self._stamp_known(
            (
                {
                    **candidate.unit._asdict(),
                    "days": {
                        "sale": candidate.unit.sale_date,
                        "activation": self._get_local_day(
                            candidate.activated_at, candidate.unit.company_id
                        ),
                    },
                    "owner_key": candidate.owner_key,
                }
                for candidate in candidates
            ),
            "activation",
        )

    @api.model
    def _stamp_sold(self, groups):
        """Register units that a delivery brought to their buyers.

        :param groups: see `serial.binding.Group`
        """
        shared = ("product_id", "policy_id", "categ_id", "company_id", "region_id")
        self._stamp_known(
            (
                {
                    **{name: getattr(group, name) for name in shared},
                    "lot_id": lot_id,
                    "country_id": group.country_id,
                    "days": dict.fromkeys(
                        ("sale", "delivery"),
                        self._get_local_day(group.date, group.company_id),
                    ),
                }
                for group in groups
                for lot_id in group.lot_ids
            ),
            "delivery",
        )

    @api.model
    def _stamp_declared(self, lot_ids):
        """Register units whose sale to a consumer is on record by now."""
        if not lot_ids or not self.env["serial.warranty.policy"]._get_rules().is_used:
            return
        self._stamp_known(
            (
                {
                    **unit,
                    "lot_id": unit["id"],
                    "days": self._get_dates(unit, self._get_zone(unit["company_id"])),
                }
                for unit in self._get_units(lot_ids)
            ),
            "declared",
        )

    def _get_span(self, rule, days):
        return get_span(rule, Facts(**days), fields.Date.context_today(self))

    def _prepare_start(self, unit, rules, policy_id, span):
        """Return the columns of a registration."""
        return {
            "lot_id": unit["lot_id"],
            "product_id": unit["product_id"],
            "company_id": unit["company_id"],
            "policy_id": policy_id,
            "country_id": self._get_market(unit, rules) or None,
            "months": span.policy.term_months,
            "basis": span.basis,
            "basis_date": unit["days"][span.basis],
            "start": span.start,
            "end": span.end if span.policy.term_months else None,
            "owner_key": unit.get("owner_key"),
        }

    def _insert_starts(self, rows, cause, proof):
        """Insert registrations; a unit that has a live one keeps it.

        An activation after a declared sale tells whose the unit is.
        """
        if not rows:
            return
        rows.sort(key=lambda row: row["lot_id"])
        same = {
            "state": SQL("'live'"),
            "cause": SQL("%s", cause),
            "proof": SQL("%s", proof),
            **audit_columns(self.env),
        }
        self.env.cr.execute(
            SQL(
                "INSERT INTO serial_warranty (%s) SELECT %s FROM %s "
                "ON CONFLICT (lot_id) WHERE state = 'live' DO UPDATE "
                "SET owner_key = excluded.owner_key "
                "WHERE serial_warranty.owner_key IS NULL "
                "AND excluded.owner_key IS NOT NULL",
                names_of([*COLUMNS, *same]),
                SQL(", ").join([names_of(COLUMNS), *same.values()]),
                unnest(rows, COLUMNS),
            )
        )
        lot_ids = [row["lot_id"] for row in rows]
        self._forget(lot_ids)
        if self.env["serial.warranty.policy"]._get_rules().has_extensions:
            self._refresh(self._find_extended(lot_ids))

    def _find_extended(self, lot_ids):
        """Return those of the serials that months were sold for before they started."""
        waiting = self.env["serial.warranty.extension"].sudo()
        return waiting.search(
            [
                ("lot_id", "in", lot_ids),
                ("state", "=", "sold"),
                ("warranty_id", "=", False),
            ]
        ).lot_id.ids

    def _forget(self, lot_ids):
        """Drop what caches know of the warranties of serials."""
        self.env["serial.warranty"].invalidate_model(flush=False)
        lots = self.env["stock.lot"].browse(lot_ids)
        names = ["warranty_ids", "warranty_start", "warranty_end", "warranty_state"]
        lots.invalidate_recordset([*names, "warranty_id"], flush=False)
