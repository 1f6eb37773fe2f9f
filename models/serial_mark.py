from odoo import fields, models

from .serial_label_template import PLACES, SYMBOLS


class SerialMark(models.Model):
    """A mark on a unit: what was printed there, and whether it was read back.

    A unit has one valid mark at each place. Steps write marks, nobody else does.
    """

    _name = "serial.mark"
    _inherit = ["serial.mark.step.mixin"]
    _description = "Mark"
    _order = "id desc"
    _rec_name = "content"
    _log_access = False

    lot_id = fields.Many2one(
        "stock.lot",
        string="Serial",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    product_id = fields.Many2one(related="lot_id.product_id")
    place = fields.Selection(PLACES, required=True, readonly=True)
    symbol = fields.Selection(SYMBOLS, readonly=True)
    content = fields.Char(
        required=True,
        readonly=True,
        help="What a scanner reads. GS1 elements are separated by an invisible sign.",
    )
    state = fields.Selection(
        [
            ("printed", "Printed"),
            ("verified", "Verified"),
            ("replaced", "Replaced"),
            ("void", "Void"),
        ],
        required=True,
        readonly=True,
    )
    template_id = fields.Many2one(
        "serial.label.template", readonly=True, ondelete="restrict"
    )
    job_id = fields.Many2one(
        "serial.label.job",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    printed_at = fields.Datetime(required=True, readonly=True)
    printed_by = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    verified_at = fields.Datetime(readonly=True)
    verified_by = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    ended_at = fields.Datetime(string="Valid until", readonly=True)
    reason = fields.Char(readonly=True, help="Why it was printed again, or is void.")

    _valid_uniq = models.UniqueIndex(
        "(lot_id, place) WHERE state IN ('printed', 'verified')",
        "The unit has a valid mark at this place.",
    )
    _content_idx = models.Index("(content)")
