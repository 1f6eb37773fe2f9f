from odoo import models
from odoo.exceptions import UserError


class SerialStateMixin(models.AbstractModel):
    """Records with a `state`, whose steps are open in some states only."""

    _name = "serial.state.mixin"
    _description = "Records with States"

    def _ensure_state(self, *states):
        """Refuse records that are in none of these states."""
        for record in self.filtered(lambda one: one.state not in states):
            raise UserError(
                self.env._(
                    "%(name)s is in the state “%(state)s”: this is not possible now.",
                    name=record.display_name,
                    state=record._get_state_label(),
                )
            )

    def _get_state_label(self):
        """Return the state of a record as people read it."""
        labels = dict(self._fields["state"]._description_selection(self.env))
        return labels[self.state]
