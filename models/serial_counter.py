from odoo import fields, models


class SerialCounter(models.Model):
    """The next number of a scheme, for each prefix a structured serial can have."""

    _name = "serial.counter"
    _inherit = ["serial.counter.mixin"]
    _description = "Serial Counter"
    _rec_name = "prefix"
    _log_access = False

    scheme_id = fields.Many2one(
        "serial.scheme", required=True, ondelete="cascade", readonly=True
    )
    prefix = fields.Char(default="", readonly=True)
    next_number = fields.Integer(compute="_compute_next_number")

    _scheme_prefix_uniq = models.UniqueIndex(
        "(scheme_id, coalesce(prefix, ''))", "This counter exists already."
    )

    def _compute_next_number(self):
        for counter in self:
            counter.next_number = counter._get_next()
