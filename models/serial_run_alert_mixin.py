from odoo import models


class SerialRunAlertMixin(models.AbstractModel):
    """What follows from a run: findings of the detectors, and alerts."""

    _name = "serial.run.alert.mixin"
    _description = "Alerts of a Scoring Run"

    def _detect(self, memory):
        """Let the detectors look at what was stored since the last run."""

    def _alert(self, memory):
        """Raise alerts for the units of open leaks."""
