from odoo import api, fields, models
from odoo.tools import SQL


class SerialNumberMixin(models.AbstractModel):
    """Records whose name is a prefix and their id: their numbers need no sequence,
    and bulk statements give them too."""

    _name = "serial.number.mixin"
    _description = "Records Numbered by Id"
    _number_prefix = None

    name = fields.Char(required=True, readonly=True, default="New", copy=False)

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        for record in records.sudo().filtered(lambda record: record.name == "New"):
            record.name = f"{self._number_prefix}{record.id:06}"
        return records

    def _get_number_sql(self):
        """Return the number of `id`, as SQL."""
        return SQL(
            "%s || lpad(id::text, greatest(6, length(id::text)), '0')",
            self._number_prefix,
        )
