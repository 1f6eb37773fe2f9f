from collections import namedtuple
from dataclasses import dataclass, field

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from ..core import activation, scanned
from .recall_sql import BARS_ACTIVATION

Unit = namedtuple(
    "Unit",
    "lot_id scan_code stage blocked recalled product_id production_date sale_date "
    "partner_id region_id company_id activated_at live_at was_activated "
    "policy_id categ_id is_barred",
)


@dataclass
class Candidate:
    """A unit about to be activated, and what is found out about it on the way."""

    item: activation.Item
    unit: Unit
    activated_at: object
    reasons: list = field(default_factory=list)
    observations: list = field(default_factory=list)
    place: object = None
    country_id: int = None
    state_id: int = None
    verdict: str = "undecided"
    score: int = 0
    alerting: bool = False
    proof_requested: bool = False
    activation_id: int = None
    device_key: str = None
    owner_key: str = None
    facts: frozenset = frozenset()
    rule_version: str = None
    whitelist_id: int = None


class SerialActivationMixin(models.AbstractModel):
    """Activating many units at once: every step is one statement for all of them."""

    _name = "serial.activation.mixin"
    _inherit = [
        "serial.activation.judge.mixin",
        "serial.activation.store.mixin",
        "serial.activation.claim.mixin",
        "serial.personal.mixin",
    ]
    _description = "Activation of Serials"
    _personal_fields = frozenset({"phone", "account"})

    @api.model
    def _activate(self, items, source, values=None):
        """Activate units, each at most once; answer every item in its order.

        Codes are looked up with the rights of the current user: a unit of a company
        the user may not see is as unknown as a code that was never made.

        :param list items: as in the API: `code` and what is known beside it
        :param str source: see `serial.activation.source`
        :param dict values: columns of the activations that the items do not tell
        :return: a list of dicts, see the API
        """
        self._ensure_may_activate()
        now = fields.Datetime.now()
        asked = [activation.read_item(raw, scanned.code_of, now) for raw in items]
        units = self._get_units({item.code for item in asked if not item.refusal})
        candidates, results = {}, []
        for item in asked:
            unit = units.get(item.code) if not item.refusal else None
            result = self._get_result(item, unit, candidates)
            if result == "activated":
                candidates[unit.lot_id] = self._prepare_candidate(item, unit, now)
            results.append((item, unit, result))
        values = {**(values or {}), "source": source}
        # One field of the user and one of the company are read: not all the others too.
        lean_sudo = self.sudo().with_context(prefetch_fields=False)
        lean_sudo._process(list(candidates.values()), values)
        lean_sudo._note_claims(self._get_claims(results, now), values)
        return [self._prepare_answer(*row, candidates) for row in results]

    def _ensure_may_activate(self):
        if self.env.su or self._is_of_brand():
            return
        if not self.env.user._get_channel_partner():
            raise AccessError(
                self.env._("Only users of Serial Dossier activate units.")
            )

    def _is_of_brand(self):
        return self.env.user.has_group("serial_dossier.serial_dossier_group_user")

    # === LOOK-UP === #

    def _get_units(self, codes):
        """Return {code: Unit} for the codes that exist and that this user may see.

        LIMIT makes the planner probe an index for each unit; a join would be a scan of
        the whole table where its statistics are old.
        """
        codes.discard("")
        if not codes:
            return {}
        self.env["serial.activation"].flush_model()
        lots = self.env["stock.lot"]
        lots.flush_model()
        self.env["product.template"].flush_model(["serial_policy_id", "categ_id"])
        self.env["serial.recall"].flush_model(["state", "block_activation"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT lot.id, lot.scan_code, lot.stage, lot.blocked, lot.recalled,
                       lot.product_id, lot.production_date, lot.sale_date,
                       lot.channel_partner_id, lot.channel_region_id,
                       lot.company_id, lot.activated_at,
                       (SELECT live.activated_at FROM serial_activation live
                         WHERE live.lot_id = lot.id AND live.active LIMIT 1),
                       (SELECT true FROM serial_activation past
                         WHERE past.lot_id = lot.id AND NOT past.active LIMIT 1),
                       template.serial_policy_id, template.categ_id, %s
                  FROM stock_lot lot
                  JOIN product_product product ON product.id = lot.product_id
                  JOIN product_template template
                    ON template.id = product.product_tmpl_id
                 WHERE lot.id IN %s
                """,
                SQL(BARS_ACTIVATION),
                self._search_units(codes).subselect(),
            )
        )
        return {unit.scan_code: unit for unit in map(Unit._make, rows)}

    def _search_units(self, codes):
        """Return the query of the units of some codes that this user may see.

        People of a distributor have no rights on serials: theirs are those that he and
        whom he supplies hold.
        """
        lots, domain = self.env["stock.lot"], [("scan_code", "in", list(codes))]
        if self.env.su or self._is_of_brand():
            return lots._search(domain)
        subtree = self.env.user._get_channel_partner()._get_channel_subtree_ids()
        domain.append(("channel_partner_id", "in", subtree))
        return lots.sudo()._search(domain)

    def _get_result(self, item, unit, candidates):
        if item.refusal:
            return "refused"
        if unit is None:
            return "unknown"
        live = unit.live_at is not None or unit.lot_id in candidates
        result = activation.result_for(unit.stage, live)
        return "refused" if result == "activated" and unit.is_barred else result

    def _get_claims(self, results, now):
        """Return what was asked of units that are activated or have ended."""
        return [
            self._prepare_candidate(item, unit, now)
            for item, unit, result in results
            if unit and result in ("already_activated", "refused") and unit.live_at
        ]

    def _prepare_candidate(self, item, unit, now):
        """Return a unit about to be activated, with the time that is believed."""
        moment = item.occurred_at or now
        if activation.is_believable(moment, unit.production_date):
            return Candidate(item, unit, moment)
        return Candidate(item, unit, now, reasons=["before_production"])

    # === STEPS === #

    def _process(self, candidates, values):
        """Judge, store, record and alert; `self` is sudo: the rights are checked."""
        if not candidates:
            return
        self._observe(candidates)
        self._excuse(candidates, values.get("phone"))
        self._judge(candidates)
        self._insert(candidates, values)
        done = [c for c in candidates if c.activation_id]
        self._record_activations(done, values["source"])
        self.env["serial.warranty"]._stamp_activated(done)
        self.env["serial.webhook.message"]._enqueue(
            "activation", "serial.activated", lambda: map(self._tell_webhooks, done)
        )
        self.env["serial.diversion.alert"]._raise_for(done)
        self.env["serial.diversion.detector"]._run_at_activation(done, values["source"])

    def _tell_webhooks(self, candidate):
        """Return (company, unit, what other systems hear) of an activation."""
        unit = candidate.unit
        return (
            unit.company_id or self.env.company.id,
            unit.lot_id,
            {
                "code": unit.scan_code,
                "activated_at": activation.format_time(candidate.activated_at),
                "verdict": candidate.verdict,
                "reasons": list(candidate.reasons),
            },
        )

    # === ANSWER === #

    def _prepare_answer(self, item, unit, result, candidates):
        """Return what the caller is told of one item."""
        answer = {
            "code": item.sent_code,
            "result": result,
            "activated_at": None,
            "verdict": "undecided",
            "reasons": [item.refusal] if item.refusal else [],
        }
        candidate = unit and candidates.get(unit.lot_id)
        if result == "activated":
            answer.update(
                activated_at=activation.format_time(candidate.activated_at),
                verdict=candidate.verdict,
                reasons=list(candidate.reasons),
                proof_requested=candidate.proof_requested,
            )
        elif result == "already_activated":
            first = candidate.activated_at if candidate else None
            first = unit.live_at or unit.activated_at or first
            answer.update(activated_at=activation.format_time(first))
        elif unit and result == "refused":
            answer.update(reasons=["recalled" if unit.is_barred else unit.stage])
        return answer
