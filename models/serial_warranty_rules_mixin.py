from collections import defaultdict
from decimal import Decimal
from typing import NamedTuple

import pytz

from odoo import api, models
from odoo.tools import ormcache

from ..core import warranty_policy as core

# What may be asked for without papers, as a policy chooses it.
UNPROVEN = {
    "none": (),
    "repair": ("repair",),
    "exchange": ("exchange", "repair"),
    "all": core.KINDS,
}


class Rules(NamedTuple):
    """All policies at once, as workers keep them.

    :param dict categories: category -> the policy it has, itself or from above
    :param dict markets: policy -> (countries or None for all, policy) of its markets,
        the most special first
    :param dict policies: policy -> its `core` rules
    :param bool is_used: a product or a category names a policy
    :param bool has_extensions: a product is sold that lengthens warranties
    :param frozenset unlike: products of which no like model is left
    :param dict zones: company -> the time zone its days are counted in
    :param dict companies: company -> its country
    :param dict regions: region -> its country, if it lies in one
    """

    categories: dict
    markets: dict
    policies: dict
    is_used: bool
    has_extensions: bool
    unlike: frozenset
    zones: dict
    companies: dict
    regions: dict

    def get_id(self, policy_id, categ_id, country_id):
        """Return the policy of a product in a market, None if it has none."""
        policy_id = policy_id or self.categories.get(categ_id)
        for countries, market_id in self.markets.get(policy_id, ()):
            if countries is None or country_id in countries:
                return market_id
        return None

    def get_zone(self, company_id):
        """Return the time zone that days of a company's units are counted in."""
        return self.zones.get(company_id, pytz.utc)


class SerialWarrantyRulesMixin(models.AbstractModel):
    """The policies as the rules that `core` judges by, and as workers keep them."""

    _name = "serial.warranty.rules.mixin"
    _description = "Rules of Warranty"

    @api.model
    @ormcache()
    def _get_rules(self):
        """Return all policies as `Rules`; kept until one of them changes."""
        # These are few, and all of them are kept.
        # pylint: disable=no-search-all
        self_sudo = self.sudo()
        policies = self_sudo.with_context(active_test=False).search([])
        categories = {
            category.id: policy.id
            for category in self_sudo.env["product.category"].search([])
            if (policy := category._get_warranty_policy())
        }
        templates = self_sudo.env["product.template"].with_context(active_test=False)
        companies = self_sudo.env["res.company"].search([])
        return Rules(
            categories,
            {policy.id: policy._get_markets() for policy in policies},
            {policy.id: policy._get_rule() for policy in policies},
            is_used=bool(categories)
            or bool(templates.search_count([("serial_policy_id", "!=", False)], 1)),
            has_extensions=bool(
                templates.search_count([("serial_extension_months", ">", 0)], 1)
            ),
            unlike=self_sudo._get_unlike_products(),
            zones={
                company.id: pytz.timezone(company.partner_id.tz or "UTC")
                for company in companies
            },
            companies={company.id: company.country_id.id for company in companies},
            regions=self_sudo._get_countries_of_regions(),
        )

    def _get_unlike_products(self):
        """Return the products that cannot be exchanged for the like any more."""
        products = self.env["product.product"].with_context(active_test=False)
        return frozenset(products.search([("serial_no_like_model", "=", True)]).ids)

    def _get_countries_of_regions(self):
        """Return {region: country} of the regions that lie in one country."""
        # pylint: disable=no-search-all
        found = defaultdict(set)
        for region in self.env["serial.channel.region"].search([]):
            within = (region.country_ids | region.state_ids.country_id).ids
            for region_id in map(int, region.parent_path.split("/")[:-1]):
                found[region_id].update(within)
        return {
            region_id: next(iter(country_ids))
            for region_id, country_ids in found.items()
            if len(country_ids) == 1
        }

    def _get_markets(self):
        """Return (countries, policy id) of this policy and of its other markets."""
        special = (self | self.market_ids).filtered(
            lambda policy: policy.active and policy._get_countries()
        )
        found = [
            (frozenset(policy._get_countries().ids), policy.id)
            for policy in special.sorted(
                lambda policy: (not policy.country_ids, policy != self, policy.sequence)
            )
        ]
        return (*found, (None, self.id))

    def _get_countries(self):
        return self.country_ids or self.country_group_id.country_ids

    def _get_rule(self):
        """Return this policy as the rules that `core` judges by."""
        self.ensure_one()
        since = self.repair_extension_from
        bases = self.basis_ids.sorted()
        return core.Policy(
            self.code or f"policy_{self.id}",
            market=self.country_group_id.code or self.country_ids[:1].code or "",
            source=self.source or "",
            term_months=self.term_months,
            bases=tuple(bases.mapped("basis")),
            production_days=sum(bases.mapped("days_later")),
            components=tuple(line._get_rule() for line in self.component_ids),
            entitlements=tuple(line._get_rule() for line in self.entitlement_ids),
            repair_extends=self.repair_extends,
            repair_extension_months=self.repair_extension_months,
            repair_extension_from=since.isoformat() if since else "",
            exchange_restarts=self.exchange_restarts,
            transferable=self.transferable,
            failed_repairs=self.failed_repairs,
            same_fault=self.same_fault,
            parts_days=self.parts_days,
            repair_days=self.repair_days,
            depreciation_per_day=self._get_depreciation(),
            full_bases=tuple(bases.filtered("is_full").mapped("basis")),
            unproven_kinds=UNPROVEN[self.unproven],
            first_day_counts=self.first_day_counts,
            rest_days_roll=self.rest_days_roll,
            confidence=self.confidence,
        )

    def _get_depreciation(self):
        return Decimal(f"{self.depreciation_percent:.4f}") / 100
