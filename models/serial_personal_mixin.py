from odoo import models
from odoo.exceptions import AccessError


class SerialPersonalMixin(models.AbstractModel):
    """Fields with consumers' data: unmasked for one group, and who reads is noted.

    The group stands on the fields themselves. What the application does on its own
    (as superuser) is no reading by anybody.
    """

    _name = "serial.personal.mixin"
    _description = "Personal Data"

    _personal_fields = frozenset()

    def _read_format(self, fnames, load="_classic_read"):
        rows = super()._read_format(fnames, load)
        names = self._personal_fields.intersection(fnames)
        if names and not self.env.su:
            told = [row["id"] for row in rows if any(row.get(name) for name in names)]
            if told:
                self.env["serial.access.log"]._note(self.browse(told), names, "read")
        return rows

    def _export_rows(self, fields, *, _is_toplevel_call=True):
        names = self._personal_fields.intersection(path[0] for path in fields if path)
        if names and self and not self.env.su:
            self.env["serial.access.log"]._note(self, names, "export")
        return super()._export_rows(fields, _is_toplevel_call=_is_toplevel_call)

    def _read_group_groupby(self, alias, groupby_spec, query):
        self._ensure_not_grouped(groupby_spec)
        return super()._read_group_groupby(alias, groupby_spec, query)

    def _read_group_select(self, aggregate_spec, query):
        self._ensure_not_grouped(aggregate_spec)
        return super()._read_group_select(aggregate_spec, query)

    def _ensure_not_grouped(self, spec):
        """Groups would show what nobody noted that it was read."""
        name = spec.split(":")[0].split(".")[0]
        if name in self._personal_fields and not self.env.su:
            raise AccessError(self.env._("Personal data is not grouped."))
