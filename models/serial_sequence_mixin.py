from odoo import api, fields, models


class SerialSequenceMixin(models.AbstractModel):
    """Records whose name is the next number of the sequence of their model."""

    _name = "serial.sequence.mixin"
    _description = "Records Numbered by a Sequence"

    name = fields.Char(
        string="Number",
        required=True,
        default=lambda self: self.env._("New"),
        readonly=True,
        copy=False,
    )

    @api.model_create_multi
    def create(self, vals_list):
        new = self.env._("New")
        # Whoever may make such a record gets a number for it.
        sequence_sudo = self.env["ir.sequence"].sudo()
        for vals in vals_list:
            if vals.get("name", new) == new:
                vals["name"] = sequence_sudo.next_by_code(self._name) or new
        return super().create(vals_list)
