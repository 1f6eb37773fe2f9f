from dataclasses import replace

from odoo import api, fields, models
from odoo.tools import SQL

from ..core.warranty_span import get_span
from .bulk_sql import unnest

REFRESHED = {
    "id": SQL("integer"),
    "start": SQL("date"),
    "end": SQL("date"),
    "days_added": SQL("integer"),
    "extension_months": SQL("integer"),
    "is_excluded": SQL("boolean"),
}


class SerialWarrantyStampMixin(models.AbstractModel):
    """Registering what is relied on, and keeping registrations true; set-based.

    Whoever calls these has checked that the user may cause it.
    """

    _name = "serial.warranty.stamp.mixin"
    _description = "Stamping of Warranties"

    # === FROM WHAT IS RECORDED === #

    @api.model
    def _stamp(self, lot_ids, basis=None, dates=None, proof="record", cause="office"):
        """Register serials that are not yet: because somebody relies on it.

        What starts them is the best day on record; with `proof` "none" it is one that
        needs no papers. Serials of products without a policy get the plain term.

        :param basis: a day that is not on record: sale, delivery, activation or
            production
        :param dates: that day, or {lot id: day}
        :return: the live registrations of these serials
        """
        rows, today = [], fields.Date.context_today(self)
        rules = self.env["serial.warranty.policy"]._get_rules()
        for unit in self._get_units(lot_ids):
            if unit["warranty"]:
                continue
            rule, facts = self._get_case(unit, rules, relied=True)
            if basis:
                day = dates.get(unit["id"]) if isinstance(dates, dict) else dates
                facts = replace(facts, **{basis: day})
            span = get_span(rule, replace(facts, proof=proof, repairs=()), today)
            if span and rule.term_months:
                unit = {**unit, "lot_id": unit["id"], "days": vars(facts)}
                policy_id = self._find_rule(unit, rules)[0]
                rows.append(self._prepare_start(unit, rules, policy_id, span))
        self._insert_starts(rows, cause, proof)
        if rows:
            self._refresh([row["lot_id"] for row in rows])
        return self._get_live(lot_ids)

    @api.model
    def _get_live(self, lot_ids):
        """Return the live registrations of serials."""
        return self.search([("lot_id", "in", list(lot_ids)), ("state", "=", "live")])

    # === CHANGES === #

    @api.model
    def _refresh(self, lot_ids):
        """Compute start and end of live registrations anew from what is recorded:
        repairs, extensions, exclusions. Two queries and an update."""
        if not lot_ids:
            return
        self.env["repair.order"].flush_model(["under_warranty"])
        rows, today = [], fields.Date.context_today(self)
        rules = self.env["serial.warranty.policy"]._get_rules()
        for unit in self._get_units(lot_ids):
            if stamped := unit["warranty"]:
                rights = self._judge_unit(unit, today, rules=rules)
                excluded = any(not part for _code, part in stamped["exclusions"] or ())
                rows.append(
                    {
                        "id": stamped["id"],
                        "start": rights.start,
                        "end": rights.end,
                        "days_added": rights.days_added,
                        "extension_months": stamped["extension"] or 0,
                        "is_excluded": excluded or "not_transferable" in rights.reasons,
                    }
                )
        if rows:
            self._update_ends(rows)
        self._forget(lot_ids)

    _add_repair_days = _refresh

    def _update_ends(self, rows):
        rows.sort(key=lambda row: row["id"])
        assignments = SQL(", ").join(
            SQL("%s = given.%s", SQL.identifier(name), SQL.identifier(name))
            for name in REFRESHED
            if name != "id"
        )
        self.env.cr.execute(
            SQL(
                "UPDATE serial_warranty warranty SET %s, write_date = %s FROM %s "
                "WHERE warranty.id = given.id",
                assignments,
                fields.Datetime.now(),
                unnest(rows, REFRESHED),
            )
        )
        self.env.cr.execute(
            SQL(
                "UPDATE serial_warranty_extension sold SET warranty_id = live.id "
                "FROM serial_warranty live WHERE live.id = ANY(%s) "
                "AND sold.lot_id = live.lot_id AND sold.state = 'sold' "
                "AND sold.warranty_id IS NULL",
                [row["id"] for row in rows],
            )
        )
        self.env["serial.warranty.extension"].invalidate_model(flush=False)

    @api.model
    def _void(self, lot_ids, reason, causes=()):
        """Withdraw the live registrations of serials; one statement.

        :param str reason: see `serial.warranty.void_reason`
        :param causes: only those that were registered by one of these
        """
        self.flush_model(["state", "cause"])
        self.env.cr.execute(
            SQL(
                "UPDATE serial_warranty SET state = 'void', void_reason = %s, "
                "write_uid = %s, write_date = %s "
                "WHERE lot_id = ANY(%s) AND state = 'live' AND (%s OR cause = ANY(%s))",
                reason,
                self.env.uid,
                fields.Datetime.now(),
                list(lot_ids),
                not causes,
                list(causes),
            )
        )
        self._forget(lot_ids)

    @api.model
    def _revive(self, lot_ids, reason):
        """Make the registrations live again that were withdrawn for a reason last."""
        self.flush_model(["state", "void_reason"])
        self.env.cr.execute(
            SQL(
                """
                UPDATE serial_warranty SET state = 'live', void_reason = NULL,
                       write_uid = %(user)s, write_date = %(now)s
                 WHERE id IN (
                    SELECT max(past.id) FROM serial_warranty past
                     WHERE past.lot_id = ANY(%(lot_ids)s) GROUP BY past.lot_id
                 ) AND state = 'void' AND void_reason = %(reason)s
                """,
                user=self.env.uid,
                now=fields.Datetime.now(),
                lot_ids=list(lot_ids),
                reason=reason,
            )
        )
        self._forget(lot_ids)
