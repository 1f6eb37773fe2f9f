from functools import lru_cache

from odoo import models
from odoo.tools import file_open, ormcache

from ..core.network import Networks
from .location_file import read

ASN_PATH = "serial_dossier.asn_path"
# What hides where somebody is decides, whatever the other files say.
HIDING = ("vpn", "hosting")


@lru_cache(maxsize=1)
def _get_networks():
    """Return the table of networks, read once a process."""
    with file_open("serial_dossier/core/networks.txt") as lines:
        return Networks(lines)


class SerialNetworkMixin(models.AbstractModel):
    """Whether an address is of a mobile network, a line, a data centre or a VPN."""

    _name = "serial.network.mixin"
    _description = "Kind of Network"

    # Cached where parameters are, and forgotten with them.
    @ormcache(cache="stable")
    def _get_asn_path(self):
        return self.env["ir.config_parameter"].sudo().get_param(ASN_PATH)

    def _get_network(self, address, records):
        """Return the kind of network of an address, None if no file tells.

        :param records: what location files hold of it
        """
        networks = _get_networks()
        kinds = [networks.kind_of_record(record) for record in records if record]
        if path := self._get_asn_path():
            record = read(path, address)[0]
            kinds.insert(0, record and networks.kind_of_record(record))
        hidden = next((kind for kind in kinds if kind in HIDING), None)
        return hidden or next(filter(None, kinds), None)
