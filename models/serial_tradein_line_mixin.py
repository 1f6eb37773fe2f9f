from odoo import api, fields, models


class SerialTradeinLineMixin(models.AbstractModel):
    """A part of a programme: whoever changes it makes a new version of the whole."""

    _name = "serial.tradein.line.mixin"
    _description = "Part of a Trade-in Programme"
    _order = "sequence, id"

    program_id = fields.Many2one(
        "serial.tradein.program",
        string="Programme",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="program_id.company_id")
    sequence = fields.Integer(default=10)

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records.program_id._start_version()
        return records

    def write(self, vals):
        before = self.program_id
        done = super().write(vals)
        (before | self.program_id)._start_version()
        return done

    def unlink(self):
        programs = self.program_id
        done = super().unlink()
        programs._start_version()
        return done
