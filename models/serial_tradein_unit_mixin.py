import pytz

from odoo import models
from odoo.tools import SQL

from ..core import tradein

# States of a claim that let its unit and its person claim once more.
ENDED_STATES = ("cancelled", "refused", "clawed_back")
OPEN_ALERT_STATES = ("new", "investigating", "confirmed")


class SerialTradeinUnitMixin(models.AbstractModel):
    """What our records say of a unit that somebody wants to trade in."""

    _name = "serial.tradein.unit.mixin"
    _description = "Look-up of Units to Trade in"

    def _get_unit(self, lot_sudo):
        """Return what our records say of a unit: as `core` asks it, and the rest."""
        for model in ("stock.lot", "serial.tradein", "serial.tradein.block"):
            self.env[model].flush_model()
        self.env["serial.diversion.alert"].flush_model(["lot_id", "kind", "state"])
        self.env["serial.activation"].flush_model(["lot_id", "active", "country_id"])
        rows = self.env.execute_query_dict(self._get_unit_query(lot_sudo.id))
        row = rows[0] if rows else {}
        unit = tradein.Unit(**{name: row.get(name) for name in tradein.UNIT_FIELDS})
        if not row:
            return unit, {}
        activated = row["activated_at"]
        if activated:
            zone = pytz.timezone(
                self.env.context.get("tz") or self.env.user.tz or "UTC"
            )
            activated = pytz.utc.localize(activated).astimezone(zone).date()
        row["activated_on"] = activated
        row["country_ids"] = self._get_markets(row)
        return unit, row

    def _get_markets(self, row):
        """Return the countries a unit was meant for, or was first used in."""
        region_sudo = (
            self.env["serial.channel.region"].sudo().browse(row["channel_region_id"])
        )
        countries = region_sudo.country_ids | region_sudo.state_ids.country_id
        return set(countries.ids) | {row["country_id"]} - {None}

    def _get_unit_query(self, lot_id):
        return SQL(
            """
            SELECT lot.stage, lot.activated_at IS NOT NULL AS was_activated,
                   lot.sale_date, lot.activated_at, lot.channel_region_id,
                   coalesce(lot.blocked, false) AS is_blocked,
                   coalesce(lot.recalled, false) AS is_recalled,
                   coalesce(lot.in_service, false) AS is_in_service,
                   (SELECT claim.accepted_at FROM serial_tradein claim
                     WHERE claim.lot_id = lot.id AND claim.state NOT IN %(ended)s
                     LIMIT 1) AS claimed_at,
                   CASE lot.stage WHEN 'traded_in' THEN (
                       SELECT max(event.event_time) FROM serial_event event
                        WHERE event.lot_id = lot.id AND event.kind = 'traded_in'
                   ) END AS traded_in_at,
                   report.kind AS report, report.reported_at,
                   EXISTS (SELECT FROM serial_diversion_alert alert
                            WHERE alert.lot_id = lot.id AND alert.kind = 'clone'
                              AND alert.state IN %(open)s) AS has_clone_alert,
                   activation.country_id
              FROM stock_lot lot
              LEFT JOIN serial_tradein_block report
                ON report.lot_id = lot.id AND report.active
              LEFT JOIN serial_activation activation
                ON activation.lot_id = lot.id AND activation.active
             WHERE lot.id = %(lot_id)s
            """,
            lot_id=lot_id,
            ended=ENDED_STATES,
            open=OPEN_ALERT_STATES,
        )
