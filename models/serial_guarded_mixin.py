from odoo import api, models
from odoo.exceptions import AccessError


class SerialGuardedMixin(models.AbstractModel):
    """Fields that the application's own steps write, and nobody else.

    `readonly=True` on a field binds the screens only: whoever may write the record
    could still write the field through RPC or an import.
    """

    _name = "serial.guarded.mixin"
    _description = "Fields Written by Steps Only"

    _guarded_fields = frozenset()

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._ensure_not_guarded(vals)
        return super().create(vals_list)

    def copy_data(self, default=None):
        """Leave out of a copy what steps wrote of the original."""
        return [
            {
                name: value
                for name, value in vals.items()
                if self.env.su or name not in self._guarded_fields
            }
            for vals in super().copy_data(default)
        ]

    def write(self, vals):
        self._ensure_not_guarded(vals)
        return super().write(vals)

    def _write_step(self, vals):
        """Write what a step changes, for a user who may write these records."""
        self.check_access("write")
        return self.sudo().write(vals)

    def _ensure_not_guarded(self, vals):
        guarded = sorted(self._guarded_fields.intersection(vals))
        if guarded and not self.env.su:
            raise AccessError(
                self.env._(
                    "These are written by the steps of a serial only: %(fields)s",
                    fields=", ".join(
                        self._fields[name]._description_string(self.env)
                        for name in guarded
                    ),
                )
            )
