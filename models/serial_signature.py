import base64
import hmac
import json
from datetime import datetime, timedelta

from odoo import api, models
from odoo.tools import ormcache


class SerialSignature(models.AbstractModel):
    """What `odoo.tools.misc.hash_sign` and `hmac` give, for pages that sign much.

    Odoo reads its secret anew each time, in an environment of a superuser.
    """

    _name = "serial.signature"
    _description = "Signatures"

    # Kept where parameters are, and forgotten with them.
    @ormcache(cache="stable")
    def _get_secret(self):
        parameters_sudo = self.env["ir.config_parameter"].sudo()
        return parameters_sudo.get_param("database.secret").encode()

    def _digest(self, scope, message):
        text = repr((scope, message)).encode()
        return hmac.digest(self._get_secret(), text, "sha256")

    @api.model
    def _sign(self, scope, values, hours=None):
        """Return a token that `verify_hash_signed` reads.

        :param int hours: how long it is good, for ever if not given
        """
        message, end = json.dumps(values), 0
        if hours:
            end = int((datetime.now() + timedelta(hours=hours)).timestamp())
        digest = self._digest(scope, f"1:{message}:{end}")
        token = b"\x01" + end.to_bytes(8, "little") + digest + message.encode()
        return base64.urlsafe_b64encode(token).decode().rstrip("=")

    @api.model
    def _hash(self, scope, message):
        """Return what nobody can work out without the secret."""
        return self._digest(scope, message).hex()
