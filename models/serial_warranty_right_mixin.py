from dataclasses import replace
from datetime import date, datetime

from odoo import api, fields, models
from odoo.tools import SQL

from ..core.warranty import Facts, Repair, judge
from ..core.warranty_policy import plain

# Stages in which nobody may claim: it was exchanged, scrapped or handed in.
ENDED = ("traded_in", "retired")

# What the rights of `lot` follow from besides its own columns, each as one JSON value.
# Plain texts: the public page and the API read them in their own single statement.
WARRANTY_SQL = """
(SELECT json_build_object(
            'id', live.id, 'policy', live.policy_id, 'months', live.months,
            'basis', live.basis, 'day', live.basis_date,
            'exchanged', live.exchanged_on, 'proof', live.proof,
            'distance', live.is_distance_sale,
            'transferred', live.transferred_on IS NOT NULL, 'past', live.past_repairs,
            'extension', (
                SELECT sum(sold.months) FROM serial_warranty_extension sold
                 WHERE sold.lot_id = live.lot_id AND sold.state = 'sold'
                   AND (sold.warranty_id IS NULL OR sold.warranty_id = live.id)),
            'exclusions', (
                SELECT json_agg(json_build_array(said.code, said.component))
                  FROM serial_warranty_exclusion said
                 WHERE said.warranty_id = live.id AND said.active))
   FROM serial_warranty live
  WHERE live.lot_id = lot.id AND live.state = 'live')
"""
REPAIRS_SQL = """
(SELECT json_agg(json_build_array(
            stay.serial_taken_in_at, stay.serial_given_back_at,
            stay.serial_parts_from, stay.serial_parts_until,
            stay.serial_failed, stay.serial_fault_id, stay.under_warranty)
            ORDER BY stay.serial_taken_in_at)
   FROM repair_order stay
  WHERE stay.lot_id = lot.id AND stay.serial_taken_in_at IS NOT NULL
    AND stay.state <> 'cancel')
"""
_UNITS = f"""
SELECT lot.id, lot.sale_date, lot.activated_at, lot.shipped_at, lot.production_date,
       lot.in_service, lot.stage, lot.company_id, lot.product_id,
       lot.channel_region_id AS region_id,
       template.serial_policy_id AS policy_id, template.categ_id,
       template.serial_warranty_months AS warranty_months,
       {WARRANTY_SQL} AS warranty, {REPAIRS_SQL} AS repairs
  FROM stock_lot lot
  JOIN product_product product ON product.id = lot.product_id
  JOIN product_template template ON template.id = product.product_tmpl_id
 WHERE lot.id = ANY(%s)
"""  # noqa: S608  (of the constants above)
_READ = {
    "serial.warranty": None,
    "serial.warranty.extension": None,
    "serial.warranty.exclusion": None,
    "stock.lot": (
        "sale_date",
        "activated_at",
        "shipped_at",
        "production_date",
        "in_service",
        "stage",
        "channel_region_id",
    ),
    "product.template": ("serial_policy_id", "categ_id", "serial_warranty_months"),
    # Not what it computes: the repairs ask for these rights when they compute it.
    "repair.order": (
        "serial_taken_in_at",
        "serial_given_back_at",
        "serial_parts_from",
        "serial_parts_until",
        "serial_failed",
        "serial_fault_id",
        "state",
    ),
}


class SerialWarrantyRightMixin(models.AbstractModel):
    """What the holders of units may ask for: the facts, and the engine's answer."""

    _name = "serial.warranty.right.mixin"
    _description = "Rights under Warranty"

    @api.model
    def _get_rights(self, lots, today=None, relied=False):
        """Return {lot id: `core.warranty.Rights`}; one query whatever the lots.

        :param bool relied: the unit is here to be repaired: if nothing else is known,
            its delivery and its production start the term
        """
        today = today or fields.Date.context_today(self)
        rules = self.env["serial.warranty.policy"]._get_rules()
        return {
            unit["id"]: self._judge_unit(unit, today, relied, rules)
            for unit in self._get_units(lots.ids)
        }

    def _get_units(self, lot_ids):
        """Return the facts of units as dicts, see `_judge_unit`."""
        for name, field_names in _READ.items():
            self.env[name].flush_model(field_names)
        self.env.cr.execute(SQL(_UNITS, list(lot_ids)))
        return self.env.cr.dictfetchall()

    @api.model
    def _judge_unit(self, unit, today, relied=False, rules=None):
        """Return the rights of a unit.

        :param dict unit: `warranty` and `repairs` as `WARRANTY_SQL` and `REPAIRS_SQL`
            give them, `sale_date`, `activated_at`, `shipped_at`, `production_date`,
            `in_service`, `stage`, `company_id`, `product_id` and `region_id` of the
            lot, `policy_id` (the product's own), `categ_id` and `warranty_months` of
            the product
        :param rules: what `_get_rules` returns, of whoever has it
        """
        rules = rules or self.env["serial.warranty.policy"]._get_rules()
        rule, facts = self._get_case(unit, rules, relied)
        if unit["stage"] in ENDED:
            facts = replace(facts, ended=unit["stage"])
        if unit.get("product_id") in rules.unlike:
            facts = replace(facts, like_model=False)
        return judge(rule, facts, today)

    def _get_case(self, unit, rules, relied=False):
        """Return the policy and the facts that a unit is judged by."""
        zone = rules.get_zone(unit["company_id"] or self.env.company.id)
        stays = unit["repairs"] or []
        if stamped := unit["warranty"]:
            repairs = self._get_repairs([*(stamped["past"] or ()), *stays], zone)
            return self._get_registered(stamped, rules, repairs)
        repairs = self._get_repairs(stays, zone)
        rule = self._find_rule(unit, rules)[1] or plain(unit["warranty_months"])
        facts = self._get_dates(unit, zone, relied or unit["in_service"])
        return rule, Facts(**facts, repairs=repairs)

    def _find_rule(self, unit, rules=None):
        """Return the id and the rules of the policy of a unit that has no registration
        yet; both None if it has none."""
        rules = rules or self.env["serial.warranty.policy"]._get_rules()
        country_id = self._get_market(unit, rules)
        policy_id = rules.get_id(unit["policy_id"], unit["categ_id"], country_id)
        return policy_id, rules.policies.get(policy_id)

    @api.model
    def _get_policy_of(self, unit):
        """Return the policy of a unit, as it is registered or would be."""
        stamped = unit["warranty"]
        policy_id = stamped["policy"] if stamped else self._find_rule(unit)[0]
        return self.env["serial.warranty.policy"].browse(policy_id or [])

    def _get_registered(self, stamped, rules, repairs):
        """Return policy and facts of a registration: its start is settled."""
        rule = rules.policies.get(stamped["policy"]) or plain(stamped["months"] or 0)
        basis, bases = stamped["basis"], ()
        days = {}
        if basis and basis != "exchange":
            days, bases = {basis: _day(stamped["day"])}, (basis,)
        # The term is that of the day it started; what else a policy grants is today's.
        rule = replace(rule, term_months=stamped["months"] or 0, bases=bases)
        facts = Facts(
            **days,
            repairs=repairs,
            exchanged_on=_day(stamped["exchanged"]),
            extension_months=stamped["extension"] or 0,
            transferred=stamped["transferred"],
            exclusions=tuple(map(tuple, stamped["exclusions"] or ())),
            proof=stamped["proof"],
            distance=bool(stamped["distance"]),
        )
        return rule, facts

    def _get_dates(self, unit, zone, relied=False):
        """Return the days that a warranty may start from, as `Facts` names them.

        That a distributor got a unit starts nothing while it may still lie in his shop.
        """
        days = {
            "sale": unit["sale_date"],
            "activation": _local_day(unit["activated_at"], zone),
        }
        if relied:
            days["delivery"] = _local_day(unit["shipped_at"], zone)
            days["production"] = unit["production_date"]
        elif unit["sale_date"]:
            days["delivery"] = unit["sale_date"]
        return days

    def _get_repairs(self, rows, zone):
        last_fault = rows[-1][5] if rows else None
        return tuple(_read_repair(row, zone, last_fault) for row in rows)

    # === WHERE === #

    def _get_zone(self, company_id):
        """Return the time zone that days of a company's units are counted in."""
        rules = self.env["serial.warranty.policy"]._get_rules()
        return rules.get_zone(company_id or self.env.company.id)

    @api.model
    def _get_local_day(self, moment, company_id):
        """Return the day of a moment where a company counts."""
        return _local_day(moment, self._get_zone(company_id))

    def _get_market(self, unit, rules):
        """Return the country whose rules hold for a unit: where it is known to be sold,
        or is meant to be.

        A region of several countries names none: then it is the company's.
        """
        company_id = unit["company_id"] or self.env.company.id
        return (
            unit.get("country_id")
            or rules.regions.get(unit["region_id"])
            or rules.companies.get(company_id)
        )


def _day(value):
    return date.fromisoformat(value) if isinstance(value, str) else value


def _moment(value):
    return datetime.fromisoformat(value) if isinstance(value, str) else value


def _local_day(value, zone):
    moment = _moment(value)
    return moment and zone.fromutc(moment).date()


def _count_days(since, until):
    since, until = _moment(since), _moment(until) or fields.Datetime.now()
    return max((until - since).days, 0) if since else 0


def _read_repair(row, zone, last_fault):
    """Return a stay in repair; the same fault is the one it came with last."""
    taken_in, given_back, parts_from, parts_until, failed, fault, covered = row
    return Repair(
        _local_day(taken_in, zone),
        _local_day(given_back, zone),
        _count_days(parts_from, parts_until or given_back),
        failed=bool(failed),
        same_fault=fault == last_fault,
        covered=bool(covered),
    )
