import json
from hashlib import blake2b

from odoo import models
from odoo.tools import SQL
from odoo.tools.misc import hmac

from ..core.privacy import truncate_ip
from .bulk_sql import audit_columns, names_of, unnest

# What one activation stores, with the column's type in the database.
COLUMNS = {
    "lot_id": SQL("integer"),
    "product_id": SQL("integer"),
    "activated_at": SQL("timestamp"),
    "reported_at": SQL("timestamp"),
    "account": SQL("varchar"),
    "device_key": SQL("varchar"),
    "owner_key": SQL("varchar"),
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
    "proof_state": SQL("varchar"),
    "facts": SQL("jsonb"),
    "rule_version": SQL("varchar"),
    "whitelist_id": SQL("integer"),
}
# The same for every unit of one call.
SHARED_COLUMNS = {
    "source": SQL("varchar"),
    "phone": SQL("varchar"),
    "phone_masked": SQL("varchar"),
    "consent_id": SQL("integer"),
    "consent_text": SQL("text"),
    "consent_at": SQL("timestamp"),
}


class SerialActivationStoreMixin(models.AbstractModel):
    """Storing of judged activations, and of the events they are."""

    _name = "serial.activation.store.mixin"
    _description = "Storing of Activations"

    def _insert(self, candidates, shared):
        """Insert the activations in one statement; the index lets each happen once.

        A unit that another transaction activates at the same time makes this one fail
        to serialise: it runs again and then sees the other's activation. The order of
        the units keeps two batches from waiting for each other in a circle.
        """
        candidates.sort(key=lambda candidate: candidate.unit.lot_id)
        self._set_keys(candidates, shared.get("phone"))
        rows = [self._prepare_row(candidate) for candidate in candidates]
        same = {
            "active": SQL("true"),
            **audit_columns(self.env),
            **{
                name: SQL("%s::%s", shared[name] or None, kind)
                for name, kind in SHARED_COLUMNS.items()
                if name in shared
            },
        }
        self.env.cr.execute(
            SQL(
                "INSERT INTO serial_activation (%s) SELECT %s FROM %s "
                "ON CONFLICT (lot_id) WHERE active DO NOTHING RETURNING lot_id, id",
                names_of([*COLUMNS, *same]),
                SQL(", ").join([names_of(COLUMNS), *same.values()]),
                unnest(rows, COLUMNS),
            )
        )
        ids = dict(self.env.cr.fetchall())
        for candidate in candidates:
            candidate.activation_id = ids.get(candidate.unit.lot_id)
        self.env["serial.activation"].invalidate_model(flush=False)

    def _set_keys(self, candidates, phone):
        """Set the hashes that tell devices and owners apart."""
        get_device_key = self._make_hash("device_key")
        get_account_key = self._make_hash("account_key")
        phone_key = self._make_hash("phone_key")(phone)
        for candidate in candidates:
            candidate.device_key = get_device_key(candidate.item.device_id)
            candidate.owner_key = get_account_key(candidate.item.account) or phone_key

    def _prepare_row(self, candidate):
        """Return the columns of one activation."""
        item, unit, place = candidate.item, candidate.unit, candidate.place
        return {
            "lot_id": unit.lot_id,
            "product_id": unit.product_id,
            "activated_at": candidate.activated_at,
            "reported_at": item.occurred_at,
            "account": item.account,
            "device_key": candidate.device_key,
            "owner_key": candidate.owner_key,
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
            "proof_state": "requested" if candidate.proof_requested else None,
            "facts": json.dumps(sorted(candidate.facts)),
            "rule_version": candidate.rule_version,
            "whitelist_id": candidate.whitelist_id,
        }

    def _make_hash(self, column):
        """Return a function to a hash that tells devices apart, not what they are.

        :param str column: `device_key`, `phone_key` or `account_key`
        """
        scope = f"serial_dossier.{column.removesuffix('_key')}"
        secret = hmac(self.env(su=True), scope, "").encode()

        def get_key(text):
            if not text:
                return None
            return blake2b(text.encode(), key=secret, digest_size=16).hexdigest()

        return get_key

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
                candidate.unit.lot_id: self._prepare_event(candidate, source)
                for candidate in candidates
            },
            document_model="serial.activation",
        )
        lots = self.env["stock.lot"].browse([c.unit.lot_id for c in candidates])
        lots.invalidate_recordset(["activation_ids", "alert_ids"], flush=False)

    def _prepare_event(self, candidate, source):
        """Return what the event of one activation has for itself."""
        private = {
            "source": source,
            "verdict": candidate.verdict,
            "score": candidate.score,
            "reasons": candidate.reasons,
        }
        return {
            "activated_at": candidate.activated_at,
            "event_time": candidate.activated_at,
            "event_offset": self._get_event_offset(candidate),
            "country_id": candidate.country_id,
            "state_id": candidate.state_id,
            "document_id": candidate.activation_id,
            "data": {"public": {}, "private": private},
        }

    def _get_event_offset(self, candidate):
        """Return the offset the time was told with, if that is the time believed."""
        believed = candidate.activated_at == candidate.item.occurred_at
        return candidate.item.offset if believed else "+00:00"
