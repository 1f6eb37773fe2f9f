from odoo import models


class SerialRunCollectMixin(models.AbstractModel):
    """Collecting what was seen of every unit that is bound to a region."""

    _name = "serial.run.collect.mixin"
    _description = "Collecting of Observations"

    def _collect(self, memory):
        """Fill `memory` with the evidence of all units."""
        memory["units"] = []
