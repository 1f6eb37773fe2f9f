import json
from functools import lru_cache

from odoo import fields, models
from odoo.tools import file_open

from ..core import evidence
from ..core.nearest import Towns
from ..core.whitelist import Visit

# A position is kept to about a kilometre: enough for a province, not for a door.
POSITION_DIGITS = 2
UNKNOWN_RADIUS = 10_000

NOWHERE = frozenset()


@lru_cache(maxsize=1)
def _get_towns():
    """Return the table of towns, read once a process."""
    with file_open("serial_dossier/core/places.txt") as lines:
        return Towns(lines)


class SerialActivationJudgeMixin(models.AbstractModel):
    """Where units were activated, and whether that is where they belong."""

    _name = "serial.activation.judge.mixin"
    _description = "Judging of Activations"

    facts = fields.Json(
        readonly=True,
        help="What our records said of the unit, whatever the rules made of it.",
    )
    rule_version = fields.Char(string="Judged by Rules", readonly=True)
    whitelist_id = fields.Many2one(
        "serial.diversion.whitelist",
        string="Excused by",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )

    # === OBSERVE === #

    def _observe(self, candidates):
        """Gather every place a unit was seen at; an address is looked up once."""
        geoip = self.env["serial.geoip"]
        addresses = {c.item.ip for c in candidates if c.item.ip}
        located = {ip: list(geoip._locate(ip)) for ip in addresses}
        for candidate in candidates:
            candidate.observations = [
                *self._observe_position(candidate.item),
                *located.get(candidate.item.ip, []),
            ]
            candidate.place = self._get_best_place(candidate.observations)
        self._fill_places(candidates)

    def _observe_position(self, item):
        """Return what a consented position tells: the place of the nearest town."""
        if item.latitude is None:
            return []
        nearest = _get_towns().nearest(item.latitude, item.longitude)
        country, _, subdivision = nearest.place.partition("-")
        return [
            evidence.Observation(
                source="gps",
                country=country or None,
                subdivision=subdivision or None,
                latitude=item.latitude,
                longitude=item.longitude,
                radius_km=nearest.distance_km,
            )
        ]

    def _get_best_place(self, observations):
        """Return the most precise observation that names a place, else None."""
        return min(
            (seen for seen in observations if seen.place),
            key=lambda seen: (
                "-" not in seen.place,
                seen.kind != "gps",
                seen.radius_km if seen.radius_km is not None else UNKNOWN_RADIUS,
            ),
            default=None,
        )

    def _fill_places(self, candidates):
        """Set the records of country and subdivision."""
        get_place_ids = self.env["serial.geoip"]._get_place_ids
        for candidate in candidates:
            if candidate.place:
                country, _, subdivision = candidate.place.place.partition("-")
                candidate.country_id, candidate.state_id = get_place_ids(
                    country, subdivision or None
                )

    def _dump_observations(self, candidate):
        """Return the observations as JSON, positions rounded."""
        return json.dumps(
            [
                {
                    "source": seen.source,
                    "country": seen.country,
                    "subdivision": seen.subdivision,
                    "city": seen.city,
                    "latitude": self._round_position(seen.latitude),
                    "longitude": self._round_position(seen.longitude),
                    "radius_km": seen.radius_km,
                    "network": seen.network,
                    "prefix": seen.prefix,
                }
                for seen in candidate.observations
            ],
            ensure_ascii=False,
        )

    def _round_position(self, degrees):
        return degrees if degrees is None else round(degrees, POSITION_DIGITS)

    # === JUDGE === #

    def _excuse(self, candidates, phone):
        """Note which of the activations are those of somebody on the whitelist."""
        whitelist = self.env["serial.diversion.whitelist"]._get_whitelist()
        if not whitelist:
            return
        keys = {}
        if whitelist.asks_keys:
            get_device_key = self._make_hash("device_key")
            get_account_key = self._make_hash("account_key")
            keys["phone"] = self._make_hash("phone_key")(phone)
        for candidate in candidates:
            item, unit = candidate.item, candidate.unit
            if keys:
                keys["device"] = get_device_key(item.device_id)
                keys["account"] = get_account_key(item.account)
            visit = Visit(
                moment=candidate.activated_at,
                lot_id=unit.lot_id,
                company_id=unit.company_id,
                ip=item.ip,
                place=candidate.place.place if candidate.place else "",
                **keys,
            )
            entry = whitelist.find(visit)
            candidate.whitelist_id = entry and entry.id

    def _judge(self, candidates):
        """Fill in verdict, score and reasons, and what follows from the enforcement."""
        territory = self.env["serial.channel.region"]._get_territory
        rule_set = self.env["serial.diversion.rule"]._get_active()
        scores = {}
        for candidate in candidates:
            candidate.facts = self._get_facts(candidate)
            candidate.rule_version = rule_set.version
            if candidate.whitelist_id:
                candidate.reasons.append("whitelisted")
                continue
            region_id = candidate.unit.region_id
            level, codes = territory(region_id) if region_id else ("off", NOWHERE)
            judgement = self._judge_unit(
                candidate, NOWHERE if level == "off" else codes, rule_set
            )
            if region_id and level == "off":
                candidate.reasons.append("enforcement_off")
            score = self._get_company_score(candidate.unit.company_id, scores)
            candidate.alerting = rule_set.alerts(judgement, level, score)
            candidate.proof_requested = candidate.unit.blocked or (
                level == "hold" and rule_set.suspects(judgement, level, score)
            )

    def _get_company_score(self, company_id, known):
        """Return the score from which a company wants an alert."""
        if company_id not in known:
            company = self.env["res.company"].browse(company_id) or self.env.company
            known[company_id] = company.serial_alert_score
        return known[company_id]

    def _get_facts(self, candidate):
        """Return what our own records say of the unit, as reason codes."""
        unit = candidate.unit
        return evidence.facts_of(
            evidence.UnitContext(
                stage=unit.stage,
                shipped=unit.stage == "shipped",
                sale_date=unit.sale_date,
                activated_at=candidate.activated_at,
                was_returned=bool(unit.was_activated),
                recalled=unit.recalled,
                blocked=unit.blocked,
            )
        )

    def _judge_unit(self, candidate, codes, rule_set):
        """Compare the places with the territory (empty: not to be compared)."""
        judgement = rule_set.judge(candidate.observations, codes, candidate.facts)
        candidate.verdict = judgement.verdict
        candidate.score = judgement.score
        candidate.reasons += [
            reason
            for reason in judgement.reasons
            if reason != "not_bound" or not candidate.unit.region_id
        ]
        return judgement
