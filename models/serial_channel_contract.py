from datetime import date
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL


class Claim(NamedTuple):
    """What a contract claims for its region; compared by the thousand."""

    contract_id: int
    partner_id: int
    exclusive: bool
    begins: date
    ends: date

    def meets(self, other, kin):
        """Tell whether another claim to the same places is in this one's way."""
        return (
            (self.exclusive or other.exclusive)
            and self.begins <= other.ends
            and other.begins <= self.ends
            and (self.partner_id, other.partner_id) not in kin
            and (other.partner_id, self.partner_id) not in kin
        )


class SerialChannelContract(models.Model):
    """Which distributor may sell in which region, from when to when."""

    _name = "serial.channel.contract"
    _inherit = ["mail.thread"]
    _description = "Channel Contract"
    _order = "date_from desc, id desc"

    partner_id = fields.Many2one(
        "res.partner",
        string="Distributor",
        required=True,
        index=True,
        ondelete="cascade",
        domain="[('channel_tier', '!=', False)]",
        tracking=True,
    )
    channel_tier = fields.Selection(related="partner_id.channel_tier")
    region_id = fields.Many2one(
        "serial.channel.region",
        required=True,
        index=True,
        ondelete="restrict",
        tracking=True,
    )
    exclusive = fields.Boolean(
        tracking=True,
        help="Nobody else but those he supplies is meant to sell there meanwhile.",
    )
    reference = fields.Char(help="How the contract is filed.")
    date_from = fields.Date(
        string="From",
        default=fields.Date.context_today,
        tracking=True,
        help="The first day. Empty: since ever.",
    )
    date_to = fields.Date(
        string="Until", tracking=True, help="The last day. Empty: without end."
    )
    active = fields.Boolean(default=True)
    state = fields.Selection(
        [("upcoming", "Upcoming"), ("running", "Running"), ("ended", "Ended")],
        string="Status",
        compute="_compute_state",
        search="_search_state",
    )
    overlap_ids = fields.Many2many(
        "serial.channel.contract",
        string="Overlaps with",
        compute="_compute_overlap_ids",
        search="_search_overlap_ids",
        help="Contracts of others for places in common at the same time, where one of "
        "the two is exclusive.",
    )

    _dates_check = models.Constraint(
        "CHECK (date_to >= date_from)", "A contract cannot end before it begins."
    )

    # === COMPUTE === #

    @api.depends("partner_id", "region_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for contract in self:
            names = (contract.partner_id.display_name, contract.region_id.name)
            contract.display_name = " · ".join(filter(None, names))

    @api.depends("date_from", "date_to", "region_id.date_from", "region_id.date_to")
    @api.depends_context("tz")
    def _compute_state(self):
        """Tell the state of today: stored, it would be wrong tomorrow."""
        today = fields.Date.context_today(self)
        for contract in self:
            begins, ends = contract._get_span()
            contract.state = "running"
            if ends < today:
                contract.state = "ended"
            elif begins > today:
                contract.state = "upcoming"

    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        ended, lasting, upcoming, begun = [], [], [], []
        for prefix in ("", "region_id."):
            ended.append(Domain(f"{prefix}date_to", "<", today))
            lasting.append(
                Domain(f"{prefix}date_to", "=", False)
                | Domain(f"{prefix}date_to", ">=", today)
            )
            upcoming.append(Domain(f"{prefix}date_from", ">", today))
            begun.append(
                Domain(f"{prefix}date_from", "=", False)
                | Domain(f"{prefix}date_from", "<=", today)
            )
        domains = {
            "ended": Domain.OR(ended),
            "upcoming": Domain.AND([*lasting, Domain.OR(upcoming)]),
            "running": Domain.AND([*lasting, *begun]),
        }
        return Domain.OR([domains[state] for state in value if state in domains])

    @api.depends(
        "partner_id.channel_parent_id",
        "region_id",
        "exclusive",
        "date_from",
        "date_to",
        "active",
    )
    def _compute_overlap_ids(self):
        today = fields.Date.context_today(self)
        others = self.search([("state", "in", ("running", "upcoming"))])
        everyone = self | others
        kin = everyone._get_kin()
        neighbours = everyone.region_id._origin._get_neighbours()
        of_region = {
            region.id: [contract._get_claim() for contract in contracts]
            for region, contracts in others.grouped("region_id").items()
        }
        for contract in self:
            claim = contract._get_claim()
            found = []
            if contract.active and claim.ends >= today:
                found = [
                    other.contract_id
                    for region_id in neighbours.get(contract.region_id._origin.id, ())
                    for other in of_region.get(region_id, ())
                    if claim.meets(other, kin)
                ]
            contract.overlap_ids = self.browse(found)

    def _search_overlap_ids(self, operator, value):
        if operator != "in":
            return NotImplemented
        current = self.search([("state", "in", ("running", "upcoming"))])
        overlapping = current.filtered("overlap_ids")
        asked = overlapping.filtered(
            lambda c: not set(value).isdisjoint(c.overlap_ids.ids)
        )
        domain = Domain("id", "in", asked.ids)
        if False in value:
            domain |= Domain("id", "not in", overlapping.ids)
        return domain

    def _get_claim(self):
        return Claim(
            self._origin.id,
            self.partner_id._origin.id,
            self.exclusive,
            *self._get_span(),
        )

    def _get_span(self):
        """Return the first and the last day on which this contract counts."""
        self.ensure_one()
        dated = (self, self.region_id.sudo())
        return (
            max((one.date_from for one in dated if one.date_from), default=date.min),
            min((one.date_to for one in dated if one.date_to), default=date.max),
        )

    def _get_kin(self):
        """Return the pairs (who supplies, directly or not, whom) of partner ids."""
        partners = self.partner_id._origin
        rows = self.env.execute_query(partners._get_channel_subtree_query(partners.ids))
        return {(root, partner_id) for root, partner_id, _depth in rows}

    # === CONSTRAINTS === #

    @api.constrains("partner_id")
    def _check_partner(self):
        for contract in self:
            partner = contract.partner_id
            if partner != partner.commercial_partner_id:
                raise ValidationError(
                    self.env._(
                        "%(contact)s is a contact of %(company)s: a contract is made "
                        "with the company.",
                        contact=partner.display_name,
                        company=partner.commercial_partner_id.display_name,
                    )
                )

    # === BUSINESS === #

    @api.model
    def _search_through(self, one2many, name, operator, value):
        """Return the domain of records of whose running contracts a field is like that.

        :param one2many: the field that leads from those records to their contracts
        """
        if operator in Domain.NEGATIVE_OPERATORS:
            return NotImplemented
        running = Domain("state", "in", ["running"]) & Domain("active", "=", True)
        domain = Domain.FALSE
        if operator == "in" and False in value:
            domain = Domain(one2many, "not any", running)
            value = [one for one in value if one]
        return domain | Domain(one2many, "any", running & Domain(name, operator, value))

    def _end(self):
        """End these contracts before today; those that never ran are archived."""
        today = fields.Date.context_today(self)
        begun = self.filtered(lambda c: not c.date_from or c.date_from < today)
        begun.date_to = fields.Date.subtract(today, days=1)
        (self - begun).active = False

    @api.model
    def _get_regions_on(self, days):
        """Return `{(partner id, day): regions}` by the contracts that run on a day.

        One query whatever is asked; a region that is not valid that day is left out.

        :param days: (id of a commercial partner, date) each
        """
        self.flush_model()
        self.env["serial.channel.region"].flush_model(
            ["active", "date_from", "date_to"]
        )
        partner_ids, dates = zip(*days, strict=True) if days else ((), ())
        rows = self.env.execute_query(
            SQL(
                """
                SELECT given.partner_id, given.day, region.id
                  FROM unnest(%s::integer[], %s::date[]) AS given(partner_id, day)
                  JOIN serial_channel_contract contract
                    ON contract.partner_id = given.partner_id AND contract.active
                   AND coalesce(contract.date_from <= day, true)
                   AND coalesce(contract.date_to >= day, true)
                  JOIN serial_channel_region region
                    ON region.id = contract.region_id AND region.active
                   AND coalesce(region.date_from <= day, true)
                   AND coalesce(region.date_to >= day, true)
              ORDER BY region.id
                """,
                list(partner_ids),
                list(dates),
            )
        )
        regions = self.env["serial.channel.region"].browse(
            {region_id for _partner_id, _day, region_id in rows}
        )
        found = {key: [] for key in days}
        for partner_id, day, region_id in rows:
            found[partner_id, day].append(region_id)
        return {
            key: regions.browse(ids).with_prefetch(regions.ids)
            for key, ids in found.items()
        }
