from datetime import timedelta

from odoo import fields, models
from odoo.tools import SQL

from ..core import early_use, fake_activation, lifeless
from ..core.rule_limits import settings_of

WITHIN = timedelta(days=120)
# Ways of activating by which one hand honestly does many: the brand's and a dealer's.
OWN_SOURCES = ("portal", "backend")
MOST_AT_ONCE = 2000
AT_ONCE = timedelta(hours=24)
# A distributor's month is looked at for so long after it is ripe.
RIPE_DAYS = 92
# A unit that people use is looked at again within this time.
LIFE = timedelta(days=60)

# `later`: was the unit seen again after the hour it was activated in; unknown of a unit
# that is not old enough. `sold`: what a declared sale and the transfers say.
_CLAIM = """
SELECT seen.lot_id, seen.activated_at, seen.ip_prefix,
       seen.observations -> 0 ->> 'network' AS network, seen.device_key, seen.owner_key,
       concat(seen.partner_id, ' ', to_char(seen.activated_at, 'YYYY-MM')) AS month,
       CASE WHEN seen.activated_at < %(ripe)s THEN EXISTS (
           SELECT FROM serial_scan scan
            WHERE scan.lot_id = seen.lot_id AND scan.is_bot IS NOT TRUE
              AND scan.scanned_at > seen.activated_at + interval '1 hour') END AS later,
       CASE WHEN lot.sale_date > seen.activated_at::date + 1 THEN false
            WHEN EXISTS (
                SELECT FROM serial_channel_transfer_line line
                  JOIN serial_channel_transfer transfer
                    ON transfer.id = line.transfer_id
                 WHERE line.lot_id = seen.lot_id
                   AND transfer.sent_at > seen.activated_at + interval '1 day')
            THEN false
            WHEN lot.sale_date <= seen.activated_at::date THEN true END AS sold
  FROM serial_activation seen
  JOIN stock_lot lot ON lot.id = seen.lot_id
 WHERE seen.active AND seen.whitelist_id IS NULL AND seen.source <> ALL(%(own)s)
"""
# Keys that occur often enough to be looked at, and lately.
_OFTEN = """
AND seen.activated_at >= %(begin)s AND (
    seen.%(key)s IN (
        SELECT %(key)s FROM serial_activation
         WHERE %(key)s IS NOT NULL AND activated_at >= %(begin)s AND active
           AND whitelist_id IS NULL AND source <> ALL(%(own)s)
      GROUP BY %(key)s
        HAVING count(*) >= %(least)s AND max(create_date) >= %(since)s))
"""
_USES = """
SELECT seen.lot_id, seen.activated_at, lot.sale_date,
       (SELECT max(transfer.sent_at)
          FROM serial_channel_transfer_line line
          JOIN serial_channel_transfer transfer ON transfer.id = line.transfer_id
         WHERE line.lot_id = seen.lot_id AND transfer.sender_id IS NOT NULL
           AND line.state <> 'surplus') AS handled_at
  FROM serial_activation seen
  JOIN stock_lot lot ON lot.id = seen.lot_id
 WHERE seen.active AND seen.whitelist_id IS NULL
   AND (seen.create_date >= %(since)s OR lot.write_date >= %(since)s)
   AND (lot.sale_date > seen.activated_at::date + 1 OR EXISTS (
        SELECT FROM serial_channel_transfer_line line
          JOIN serial_channel_transfer transfer ON transfer.id = line.transfer_id
         WHERE line.lot_id = seen.lot_id AND transfer.sent_at > seen.activated_at))
"""


class SerialDetectorFakeMixin(models.AbstractModel):
    """Activations that no consumer made."""

    _name = "serial.detector.fake.mixin"
    _description = "Detectors of Fake Activations"

    # === MANY UNITS, ONE HAND === #

    def _find_bulk_activation(self, rule_set, since):
        settings = settings_of("bulk", rule_set.thresholds)
        begin = fields.Datetime.now() - WITHIN
        found = {}
        for kind, column in (
            ("device", "device_key"),
            ("account", "owner_key"),
            ("address", "ip_prefix"),
        ):
            often = SQL(
                _OFTEN,
                key=SQL.identifier(column),
                begin=begin,
                own=list(OWN_SOURCES),
                least=settings.least,
                since=since,
            )
            bursts = fake_activation.find_bursts(self._get_claims(often), settings)
            found.update(self._prepare_bursts(bursts, kind))
        return list(found.values())

    def _find_hands(self, candidates, source, rule_set):
        """Return the units just activated that one device or account did with others.

        An address alone says nothing before the night: shops share theirs, and
        carriers.
        """
        if source in OWN_SOURCES:
            return []
        devices = {c.device_key for c in candidates if c.device_key}
        owners = {c.owner_key for c in candidates if c.owner_key}
        if not devices and not owners:
            return []
        settings = settings_of("bulk", rule_set.thresholds)
        often = self._get_often_now(devices, owners, settings.least)
        bursts = fake_activation.find_bursts(self._get_claims(often), settings)
        found = {}
        for kind in ("account", "device"):
            found.update(self._prepare_bursts(bursts, kind))
        return list(found.values())

    def _get_often_now(self, devices, owners, least):
        """Return the condition of the activations by keys of now that occur often."""
        since = fields.Datetime.now() - AT_ONCE
        conditions = [
            SQL(
                "seen.%(key)s IN (SELECT %(key)s FROM serial_activation"
                " WHERE %(key)s = ANY(%(values)s) AND activated_at >= %(since)s"
                " GROUP BY %(key)s HAVING count(*) >= %(least)s)",
                key=SQL.identifier(key),
                values=list(values),
                since=since,
                least=least,
            )
            for key, values in (("device_key", devices), ("owner_key", owners))
            if values
        ]
        return SQL(
            "AND seen.activated_at >= %s AND (%s) LIMIT %s",
            since,
            SQL(" OR ").join(conditions),
            MOST_AT_ONCE,
        )

    def _get_claims(self, condition, ripe=timedelta(days=30)):
        """Return activations as `core.fake_activation.Claim`."""
        rows = self.env.execute_query(
            SQL(
                "%s %s",
                SQL(
                    _CLAIM,
                    ripe=fields.Datetime.now() - ripe,
                    own=list(OWN_SOURCES),
                ),
                condition,
            )
        )
        return [
            fake_activation.Claim(
                unit=lot_id,
                at=at,
                prefix=prefix or "",
                network=network,
                device=device or "",
                account=owner or "",
                group=month,
                later=later,
                sold=sold,
            )
            for lot_id, at, prefix, network, device, owner, month, later, sold in rows
        ]

    def _prepare_bursts(self, bursts, kind):
        """Return {unit: alert} of the bursts of a kind."""
        return {
            unit: {
                "lot_id": unit,
                "observed_at": burst.last_at,
                "score": 100 * burst.probability,
                "reasons": ["bulk_activation"],
                "detail": {
                    "by": burst.kind,
                    "count": len(burst.units),
                    "hours": self._get_hours(burst),
                    "usual": burst.usual,
                },
            }
            for burst in bursts
            if burst.kind == kind
            for unit in burst.units
        }

    def _get_hours(self, burst):
        seconds = (burst.last_at - burst.first_at).total_seconds()
        return max(1, round(seconds / 3600))

    # === BEFORE THE SALE === #

    def _find_before_sale_date(self, _rule_set, since):
        return self._get_early(since, "before_sale_date")

    def _find_dealer_stock(self, _rule_set, since):
        return self._get_early(since, "dealer_stock")

    def _get_early(self, since, kind):
        """Return units in use while a dealer had them in stock."""
        rows = self.env.execute_query(SQL(_USES, since=since))
        uses = [
            early_use.Use(lot_id, at, sold_on=sold_on, handled_at=handled_at)
            for lot_id, at, sold_on, handled_at in rows
        ]
        moments = {use.unit: use for use in uses}
        return [
            {
                "lot_id": found.unit,
                "observed_at": moments[found.unit].activated_at,
                "score": found.score,
                "detail": {
                    "days": found.days,
                    "sale_date": str(moments[found.unit].sold_on or "") or None,
                },
            }
            for found in early_use.judge_uses(uses)
            if found.kind == kind
        ]

    # === NEVER SEEN AGAIN === #

    def _find_no_later_life(self, _rule_set, _since):
        end = fields.Datetime.now() - LIFE
        condition = SQL(
            "AND seen.partner_id IS NOT NULL"
            " AND seen.activated_at >= %s AND seen.activated_at < %s",
            end - timedelta(days=RIPE_DAYS),
            end,
        )
        claims = self._get_claims(condition, ripe=LIFE)
        moments = {claim.unit: claim.at for claim in claims}
        return [
            {
                "lot_id": unit,
                "observed_at": moments[unit],
                "score": 100 * probability,
                "detail": {
                    "count": len(group.members),
                    "of": group.count,
                    "expected": round(group.expected),
                    "days": LIFE.days,
                },
            }
            for group in lifeless.find_lifeless(claims)
            for unit, probability in group.members
        ]
