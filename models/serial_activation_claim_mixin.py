from odoo import models
from odoo.tools import SQL

from ..core.privacy import truncate_ip
from .bulk_sql import audit_columns, names_of, unnest

COLUMNS = {
    "lot_id": SQL("integer"),
    "claimant": SQL("varchar"),
    "owner_key": SQL("varchar"),
    "device_key": SQL("varchar"),
    "claimed_at": SQL("timestamp"),
    "source": SQL("varchar"),
    "ip_prefix": SQL("varchar"),
    "country_id": SQL("integer"),
    "state_id": SQL("integer"),
    "radius_km": SQL("integer"),
    "network": SQL("varchar"),
    "company_id": SQL("integer"),
}
KEYS = ("lot_id", "claimant", "owner_key", "device_key")


class SerialActivationClaimMixin(models.AbstractModel):
    """Noting who else wants to activate what is activated already."""

    _name = "serial.activation.claim.mixin"
    _description = "Noting of Claims"

    def _note_claims(self, candidates, values):
        """Store the claims of others than those who activated the units.

        A device that reports again and again is no claim; asking for that is one query.

        :param candidates: units that are activated already, with the item that asked
        """
        claims = self._find_claims(self._prepare_claims(candidates, values))
        if not claims:
            return
        self._observe([candidate for candidate, _keys in claims])
        rows = [
            {**keys, **self._prepare_claim(candidate, values)}
            for candidate, keys in claims
        ]
        same = audit_columns(self.env)
        self.env.cr.execute(
            SQL(
                "INSERT INTO serial_activation_claim (%s) SELECT %s FROM %s "
                "ON CONFLICT (lot_id, claimant) DO NOTHING",
                names_of([*COLUMNS, *same]),
                SQL(", ").join([names_of(COLUMNS), *same.values()]),
                unnest(rows, COLUMNS),
            )
        )
        self.env["serial.activation.claim"].invalidate_model(flush=False)

    def _prepare_claims(self, candidates, values):
        """Yield (candidate, keys) of those that say who they are."""
        get_device_key = self._make_hash("device_key")
        get_account_key = self._make_hash("account_key")
        phone_key = self._make_hash("phone_key")(values.get("phone"))
        for candidate in candidates:
            item = candidate.item
            owner_key = get_account_key(item.account) or phone_key
            device_key = get_device_key(item.device_id)
            if claimant := owner_key or device_key:
                found = candidate.unit.lot_id, claimant, owner_key, device_key
                yield candidate, dict(zip(KEYS, found, strict=True))

    def _find_claims(self, prepared):
        """Return those whose claim is another's than the activation's, and new."""
        prepared = list(prepared)
        if not prepared:
            return []
        given = unnest(
            [keys for _candidate, keys in prepared],
            {name: COLUMNS[name] for name in KEYS},
        )
        rows = self.env.execute_query(
            SQL(
                """
                SELECT given.lot_id, given.claimant
                  FROM %s
                  JOIN serial_activation live
                    ON live.lot_id = given.lot_id AND live.active
                 WHERE CASE WHEN live.owner_key IS NOT NULL
                             AND given.owner_key IS NOT NULL
                            THEN live.owner_key <> given.owner_key
                            ELSE live.device_key <> given.device_key END
                   AND NOT EXISTS (
                       SELECT FROM serial_activation_claim known
                        WHERE known.lot_id = given.lot_id
                          AND known.claimant = given.claimant)
                """,
                given,
            )
        )
        wanted = set(rows)
        return [
            (candidate, keys)
            for candidate, keys in prepared
            if (keys["lot_id"], keys["claimant"]) in wanted
        ]

    def _prepare_claim(self, candidate, values):
        """Return the columns of a claim that say when, how and from where."""
        place = candidate.place
        return {
            "claimed_at": candidate.activated_at,
            "source": values["source"],
            "ip_prefix": truncate_ip(candidate.item.ip),
            "country_id": candidate.country_id,
            "state_id": candidate.state_id,
            "radius_km": place and place.radius_km and round(place.radius_km),
            "network": place and place.network,
            "company_id": candidate.unit.company_id,
        }
