from odoo import fields, models


class SerialWarrantyPolicyExclusion(models.Model):
    """A reason for which a warranty does not answer, as the law or the maker says."""

    _name = "serial.warranty.policy.exclusion"
    _description = "Exclusion from Warranty"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    source = fields.Char(string="Article")

    _code_uniq = models.UniqueIndex("(code)", "Another exclusion has this code.")
