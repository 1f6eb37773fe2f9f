import json
from collections import namedtuple
from dataclasses import dataclass, field

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL
from odoo.tools.misc import hmac

from ..core import activation, code_scheme
from ..core.privacy import truncate_ip

Unit = namedtuple(
    "Unit",
    "lot_id scan_code stage blocked recalled product_id production_date sale_date "
    "partner_id region_id company_id activated_at live_at was_activated",
)

# What one activation stores, with the column's type in the database.
COLUMNS = {
    "lot_id": SQL("integer"),
    "product_id": SQL("integer"),
    "activated_at": SQL("timestamp"),
    "reported_at": SQL("timestamp"),
    "account": SQL("varchar"),
    "device_key": SQL("varchar"),
    "ip_prefix": SQL("varchar"),
    "country_id": SQL("integer"),
    "state_id": SQL("integer"),
    "city": SQL("varchar"),
    "radius_km": SQL("integer"),
    "observations": SQL("jsonb"),
    "partner_id": SQL("integer"),
    "region_id": SQL("integer"),
    "company_id": SQL("integer"),
    "verdict": SQL("varchar"),
    "score": SQL("integer"),
    "reasons": SQL("jsonb"),
    "proof_requested": SQL("boolean"),
}
# The same for every unit of one call.
SHARED_COLUMNS = {
    "source": SQL("varchar"),
    "phone": SQL("varchar"),
    "phone_masked": SQL("varchar"),
    "consent_text": SQL("text"),
    "consent_at": SQL("timestamp"),
}


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


class SerialActivationMixin(models.AbstractModel):
    """Activating many units at once: every step is one statement for all of them."""

    _name = "serial.activation.mixin"
    _inherit = "serial.activation.judge.mixin"
    _description = "Activation of Serials"

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
        asked = [activation.read_item(raw, code_scheme.canonical, now) for raw in items]
        units = self._get_units({item.code for item in asked if not item.refusal})
        candidates, results = {}, []
        for item in asked:
            unit = units.get(item.code) if not item.refusal else None
            result = self._get_result(item, unit, candidates)
            if result == "activated":
                candidates[unit.lot_id] = self._prepare_candidate(item, unit, now)
            results.append((item, unit, result))
        values = {**(values or {}), "source": source}
        self.sudo()._process(list(candidates.values()), values, now)
        return [self._prepare_answer(*row, candidates) for row in results]

    def _ensure_may_activate(self):
        group = "serial_dossier.serial_dossier_group_user"
        if not self.env.su and not self.env.user.has_group(group):
            raise AccessError(
                self.env._("Only users of Serial Dossier activate units.")
            )

    # === LOOK-UP === #

    def _get_units(self, codes):
        """Return {code: Unit} for the codes that exist and that this user may see."""
        codes.discard("")
        if not codes:
            return {}
        self.env["serial.activation"].flush_model()
        lots = self.env["stock.lot"]
        lots.flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT lot.id, lot.scan_code, lot.stage, lot.blocked, lot.recalled,
                       lot.product_id, lot.production_date, lot.sale_date,
                       lot.channel_partner_id, lot.channel_region_id,
                       lot.company_id, lot.activated_at,
                       live.activated_at, EXISTS (
                           SELECT 1 FROM serial_activation past
                            WHERE past.lot_id = lot.id AND NOT past.active
                       )
                  FROM stock_lot lot
             LEFT JOIN serial_activation live ON live.lot_id = lot.id AND live.active
                 WHERE lot.id IN %s
                """,
                lots._search([("scan_code", "in", list(codes))]).subselect(),
            )
        )
        return {unit.scan_code: unit for unit in map(Unit._make, rows)}

    def _get_result(self, item, unit, candidates):
        if item.refusal:
            return "refused"
        if unit is None:
            return "unknown"
        live = unit.live_at is not None or unit.lot_id in candidates
        return activation.result_for(unit.stage, live)

    def _prepare_candidate(self, item, unit, now):
        """Return a unit about to be activated, with the time that is believed."""
        moment = item.occurred_at or now
        if activation.is_believable(moment, unit.production_date):
            return Candidate(item, unit, moment)
        return Candidate(item, unit, now, reasons=["before_production"])

    # === STORE === #

    def _process(self, candidates, values, now):
        """Judge, store, record and alert; `self` is sudo: the rights are checked."""
        if not candidates:
            return
        self._observe(candidates)
        self._judge(candidates)
        self._insert(candidates, values)
        done = [c for c in candidates if c.activation_id]
        self._record_activations(done, values["source"])
        self.env["serial.diversion.alert"]._raise_for(done, now)

    def _insert(self, candidates, shared):
        """Insert the activations in one statement; the index lets each happen once.

        A unit that another transaction activates at the same time makes this one fail
        to serialise: it runs again and then sees the other's activation. The order of
        the units keeps two batches from waiting for each other in a circle.
        """
        candidates.sort(key=lambda candidate: candidate.unit.lot_id)
        rows = [self._prepare_row(candidate) for candidate in candidates]
        shared_names = [name for name in SHARED_COLUMNS if name in shared]
        names = SQL(", ").join(map(SQL.identifier, [*COLUMNS, *shared_names]))
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO serial_activation (
                    active, create_uid, create_date, write_uid, write_date, %(names)s
                )
                SELECT true, %(uid)s, %(now)s, %(uid)s, %(now)s, %(values)s
                  FROM unnest(%(arrays)s) AS input(%(columns)s)
                ON CONFLICT (lot_id) WHERE active DO NOTHING
                RETURNING id, lot_id
                """,
                names=names,
                uid=self.env.uid,
                now=fields.Datetime.now(),
                values=SQL(", ").join(
                    [
                        *(SQL.identifier("input", name) for name in COLUMNS),
                        *(
                            SQL("%s::%s", shared[name] or None, SHARED_COLUMNS[name])
                            for name in shared_names
                        ),
                    ]
                ),
                arrays=SQL(", ").join(
                    SQL("%s::%s[]", [row[name] for row in rows], COLUMNS[name])
                    for name in COLUMNS
                ),
                columns=SQL(", ").join(map(SQL.identifier, COLUMNS)),
            )
        )
        ids = {lot_id: record_id for record_id, lot_id in self.env.cr.fetchall()}
        for candidate in candidates:
            candidate.activation_id = ids.get(candidate.unit.lot_id)
        self.env["serial.activation"].invalidate_model(flush=False)

    def _prepare_row(self, candidate):
        """Return the columns of one activation."""
        item, unit, place = candidate.item, candidate.unit, candidate.place
        return {
            "lot_id": unit.lot_id,
            "product_id": unit.product_id,
            "activated_at": candidate.activated_at,
            "reported_at": item.occurred_at,
            "account": item.account,
            "device_key": self._get_device_key(item.device_id),
            "ip_prefix": truncate_ip(item.ip),
            "country_id": candidate.country_id,
            "state_id": candidate.state_id,
            "city": place and place.city,
            "radius_km": place and place.radius_km and round(place.radius_km),
            "observations": self._dump_observations(candidate),
            "partner_id": unit.partner_id,
            "region_id": unit.region_id,
            "company_id": unit.company_id,
            "verdict": candidate.verdict,
            "score": candidate.score,
            "reasons": json.dumps(candidate.reasons),
            "proof_requested": candidate.proof_requested,
        }

    def _get_device_key(self, device_id):
        """Return a hash that tells devices apart and does not tell what they are."""
        if not device_id:
            return None
        return hmac(self.env(su=True), "serial_dossier.device", device_id)[:32]

    def _record_activations(self, candidates, source):
        """Move the units on and write their events; never with personal data."""
        if not candidates:
            return
        self.env["serial.event"]._record(
            [candidate.unit.lot_id for candidate in candidates],
            "activated",
            stage="activated",
            lot_values={"activated_at": None},
            per_lot={
                candidate.unit.lot_id: {
                    "activated_at": candidate.activated_at,
                    "event_time": candidate.activated_at,
                    "country_id": candidate.country_id,
                    "state_id": candidate.state_id,
                    "document_id": candidate.activation_id,
                    "data": {
                        "public": {},
                        "private": {
                            "source": source,
                            "verdict": candidate.verdict,
                            "score": candidate.score,
                            "reasons": candidate.reasons,
                        },
                    },
                }
                for candidate in candidates
            },
            document_model="serial.activation",
        )
        lots = self.env["stock.lot"].browse([c.unit.lot_id for c in candidates])
        lots.invalidate_recordset(["activation_ids", "alert_ids"], flush=False)

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
            answer.update(reasons=[unit.stage])
        return answer
