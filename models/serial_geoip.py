from odoo import models


class SerialGeoip(models.AbstractModel):
    """Where an IP address lies, from every file there is, with its precision."""

    _name = "serial.geoip"
    _description = "IP Location"

    def _locate(self, ip):
        """Return the `core.evidence.Observation`s for an IP address (may be empty)."""
        raise NotImplementedError
