from odoo import api, fields, models


class SerialApiScope(models.Model):
    """A part of the API that a key may be made for."""

    _name = "serial.api.scope"
    _description = "API Scope"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="As the API names it.")
    sequence = fields.Integer(default=10)
    is_for_distributors = fields.Boolean(
        help="Keys of people who work for a distributor may have it too."
    )

    _code_uniq = models.UniqueIndex("(code)", "There is a scope of this code already.")

    @api.model
    def _get_usable(self, user):
        """Return the scopes that a key of a user may have."""
        scopes = self.sudo().search([("code", "!=", False)])
        if user and user.has_group("serial_dossier.serial_dossier_group_user"):
            return scopes.sudo(self.env.su)
        if user and user._get_channel_partner():
            return scopes.filtered("is_for_distributors").sudo(self.env.su)
        return self.browse()
