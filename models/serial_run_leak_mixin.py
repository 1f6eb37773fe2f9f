from odoo import models


class SerialRunLeakMixin(models.AbstractModel):
    """Finding groups of units that leaked, and storing them."""

    _name = "serial.run.leak.mixin"
    _description = "Finding of Leaks"

    def _learn(self, memory):
        """Learn from all units how often locations err."""

    def _test(self, memory):
        """Test every group."""

    def _store(self, memory):
        """Store what was found, and supersede what was found before."""
