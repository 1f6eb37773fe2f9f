from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields, models
from odoo.tools.lru import LRU

from ..core import quota

# What this worker knows of keys in use: (database, id of the key's record) -> `Tally`.
_tallies = LRU(1024)

# What a key may do where it has no limits of its own: parameter -> how much.
DEFAULTS = {
    "serial_dossier.api_units_per_minute": 6_000,
    "serial_dossier.api_units_per_day": 1_000_000,
    "serial_dossier.api_misses_per_hour": 100,
}


class SerialApiQuotaMixin(models.AbstractModel):
    """What keys of the API spend, and what happens to those that guess."""

    _name = "serial.api.quota.mixin"
    _description = "Quota of API Keys"

    @api.model
    def _admit(self, record_id, units, requests=0):
        """Spend units of a key; return a `quota.Refusal` if it has none left.

        Most of the time nothing but this worker's memory is asked.

        :param int record_id: of `serial.api.key`
        """
        now, tally = fields.Datetime.now(), self._get_tally(record_id)
        tally.begin(now)
        refusal = tally.refusal(units, now)
        if refusal and tally.is_fresh(now):
            return refusal
        needs_settling = tally.needs_settling(units, now)
        tally.spend(units, requests=requests, items=units)
        if not needs_settling:
            return None
        self._settle_tally(record_id, tally, now)
        refusal = tally.refusal(0, now)
        if refusal:
            tally.spend(-units, requests=-requests, items=-units)
        return refusal

    @api.model
    def _charge_misses(self, record_id, misses):
        """Make a key pay for codes that do not exist or are not the caller's."""
        now, tally = fields.Datetime.now(), self._get_tally(record_id)
        tally.begin(now)
        # the item itself was paid for when the request was let in
        tally.spend(misses * (quota.MISS_UNITS - 1), misses=misses)
        if tally.needs_settling(0, now):
            self._settle_tally(record_id, tally, now)

    @api.model
    def _get_quota_headers(self, record_id):
        """Return the headers that tell a caller what is left."""
        return self._get_tally(record_id).get_headers(fields.Datetime.now())

    def _get_tally(self, record_id):
        place = self.env.cr.dbname, record_id
        tally = _tallies.get(place)
        if tally is None:
            tally = _tallies[place] = quota.Tally()
        return tally

    def _settle_tally(self, record_id, tally, now):
        """Tell the database what was spent, take over what it knows, and judge it."""
        usages_sudo = self.env["serial.api.usage"].sudo()
        row = usages_sudo._settle(record_id, tally.take(), now)
        if not row:
            return  # the key is gone, and so is the request soon
        usage_id, own_limits = row.pop("id"), row.pop("own_limits")
        row.pop("hurry")
        limits = self._get_limits(own_limits)
        tally.settle(limits, quota.Standing(**row), now)
        standing = tally.standing
        strikes = quota.strikes_for(
            standing.window_items, standing.window_misses, limits.misses_per_hour
        )
        if strikes:
            self._strike(record_id, usage_id, standing, strikes, now)

    def _get_limits(self, own_limits):
        """Return the limits of a key: its own, else those of the settings."""
        get_param = self.env["ir.config_parameter"].sudo().get_param
        limits = []
        for own, (name, default) in zip(own_limits, DEFAULTS.items(), strict=True):
            text = str(get_param(name, default))
            limits.append(own or (int(text) if text.isdecimal() else default))
        return quota.Limits(*limits)

    def _strike(self, record_id, usage_id, standing, strikes, now):
        """Slow a key that misses too much, suspend it in the end; raise a lead."""
        total = min(standing.strikes + strikes, quota.MAX_STRIKES)
        until = now + timedelta(seconds=quota.slowed_seconds(total))
        usages_sudo = self.env["serial.api.usage"].sudo()
        standing.slowed_until = until
        if not usages_sudo._strike(usage_id, standing.strikes, strikes, now, until):
            return
        standing.strikes = total
        with self.env.registry.cursor() as cursor:
            env = api.Environment(cursor, SUPERUSER_ID, {})
            key_sudo = env["serial.api.key"].browse(record_id)
            key_sudo._note_guessing(standing, total >= quota.MAX_STRIKES)

    def _note_guessing(self, standing, is_last):
        """Raise a lead on a key that guesses codes; suspend it at the last strike."""
        self.ensure_one()
        partner = self.user_id._get_channel_partner()
        row = {
            "api_key_id": self.id,
            "partner_id": partner.id,
            "company_id": self.user_id.company_id.id,
            "count": standing.window_misses,
            "detail": {
                "items": standing.window_items,
                "misses": standing.window_misses,
                "strikes": standing.strikes,
            },
        }
        self.env["serial.diversion.lead"]._raise("code_guessing", [row])
        if is_last:
            self._suspend("guessing")
