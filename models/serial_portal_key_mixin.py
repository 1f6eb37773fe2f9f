from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

MAX_KEYS = 10
MAX_DAYS = 365
MAX_NAME = 64
DAYS = (30, 90, 180, 365)


class SerialPortalKeyMixin(models.AbstractModel):
    """The keys of a distributor's machines, made and revoked by his own people.

    Colleagues share them: each sees and revokes every key of the company. A key acts as
    the one who made it, and sees what the distributor sees.
    """

    _name = "serial.portal.key.mixin"
    _description = "API Keys in the Portal"

    def _get_keys_sudo(self):
        """Return the keys of the user's company that were not revoked."""
        company = self._get_distributor()
        keys_sudo = self.env["serial.api.key"].sudo()
        domain = [
            ("user_id.partner_id.commercial_partner_id", "=", company.id),
            ("user_id.share", "=", True),
            ("revoked_at", "=", False),
        ]
        return keys_sudo.with_context(active_test=False).search(domain)

    @api.model
    def _get_keys(self):
        """Return the keys of the user's company as rows for a page."""
        labels = self._get_key_state_labels()
        return [
            {
                "id": key.id,
                "name": key.name,
                "made_by": key.user_id.name,
                "scopes": key.scope_ids.mapped("name"),
                "expires_at": key.expiration_date,
                "last_used_at": key.last_used_at,
                "state": key.state,
                "state_label": labels[key.state],
            }
            for key in self._get_keys_sudo()
            if key.state != "revoked"
        ]

    def _get_key_state_labels(self):
        field = self.env["serial.api.key"]._fields["state"]
        return dict(field._description_selection(self.env))

    @api.model
    def _get_key_scopes(self):
        """Return (code, name) of what the user's key may be for."""
        scopes_sudo = self.env["serial.api.scope"].sudo()._get_usable(self.env.user)
        return [(scope.code, scope.name) for scope in scopes_sudo]

    @api.model
    def _make_key(self, name, days, codes):
        """Make a key for the user and return it; it cannot be read again later.

        :param days: for how long it is good, at most a year
        :param codes: the codes of its scopes
        """
        company = self._get_distributor()
        name = (name or "").strip()[:MAX_NAME]
        if not name:
            raise UserError(self.env._("Say what the key is for."))
        days = self._read_id(days)
        if not 0 < days <= MAX_DAYS:
            raise UserError(
                self.env._("A key is good for %(most)s days at most.", most=MAX_DAYS)
            )
        # Of two colleagues at once the second begins anew, and counts the first's key.
        query = "UPDATE res_partner SET write_date = write_date WHERE id = %s"
        self.env.cr.execute(SQL(query, company.id))
        self._ensure_room()
        usable = self.env["serial.api.scope"].sudo()._get_usable(self.env.user)
        scopes = usable.filtered(lambda scope: scope.code in codes)
        if not scopes:
            raise UserError(self.env._("Choose what the key is for."))
        end = fields.Datetime.now() + timedelta(days=days)
        return self.env["serial.api.key"]._make(name, self.env.user, end, scopes)

    def _ensure_room(self):
        """Refuse a company that has keys enough, or one that is suspended."""
        keys_sudo = self._get_keys_sudo()
        if keys_sudo.filtered("suspended_at"):
            # else whoever guesses would go on with the next key
            raise UserError(
                self.env._("A key of yours is suspended. Ask the brand to lift this.")
            )
        live = keys_sudo.filtered(lambda key: key.state == "active")
        if len(live) >= MAX_KEYS:
            raise UserError(
                self.env._(
                    "Your company has %(most)s keys already. Revoke one that is not "
                    "needed any more.",
                    most=MAX_KEYS,
                )
            )

    @api.model
    def _revoke_key(self, key_id):
        """End a key of the user's company; return whether there is such a key.

        A suspended one stays until the brand has looked at it.
        """
        key_sudo = self._get_keys_sudo().filtered(lambda key: key.id == key_id)
        key_sudo.filtered(lambda key: not key.suspended_at)._revoke()
        return bool(key_sudo)
