from odoo import fields, models
from odoo.tools import SQL


class PrivacyLookupWizard(models.TransientModel):
    """Odoo's privacy lookup finds our records too, by telephone number as well."""

    _inherit = "privacy.lookup.wizard"

    serial_phone = fields.Char(
        string="Phone", help="Consumers of Serial Dossier are known by their number."
    )

    def _get_query_models_blacklist(self):
        # Events name no person, cannot be deleted, and are many.
        return [
            *super()._get_query_models_blacklist(),
            "serial.event",
            "serial.purge.unit",
        ]

    def _get_query(self):
        query = super()._get_query()
        finder = self.env["serial.personal.request"].new(
            {"phone": self.serial_phone, "email": self.email}
        )
        for records_sudo in finder._find_records(finder.sudo()._get_person()):
            # Those that are linked by a party are found by Odoo itself.
            query = SQL(
                "%s UNION SELECT %s AS res_model_id, id AS res_id, %s AS is_active "
                "FROM %s WHERE id = ANY(%s)",
                query,
                self.env["ir.model"].sudo()._get_id(records_sudo._name),
                SQL.identifier("active") if "active" in records_sudo else True,
                SQL.identifier(records_sudo._table),
                records_sudo.ids,
            )
        return query
