from odoo import api, models
from odoo.tools import ormcache
from odoo.tools.misc import hash_sign, hmac


class _Secret(str):
    """The database's secret, in the place of an environment that it is read from."""

    __slots__ = ()

    def __getitem__(self, _key):
        return self

    def get_param(self, _name):
        """Return what `hmac` reads: it asks for nothing else."""
        return str(self)


class SerialSignature(models.AbstractModel):
    """Signatures as Odoo makes and reads them, for pages that make many.

    Odoo reads its secret anew for each, in an environment of a superuser.
    """

    _name = "serial.signature"
    _description = "Signatures"

    # Kept where parameters are, and forgotten with them.
    @ormcache(cache="stable")
    def _get_secret(self):
        parameters_sudo = self.env["ir.config_parameter"].sudo()
        return _Secret(parameters_sudo.get_param("database.secret"))

    @api.model
    def _sign(self, scope, values, hours=None):
        """Return a token that `verify_hash_signed` reads."""
        return hash_sign(self._get_secret(), scope, values, expiration_hours=hours)

    @api.model
    def _hash(self, scope, message):
        """Return what nobody can work out without the secret."""
        return hmac(self._get_secret(), scope, message)
