from odoo import api, fields, models


class SerialWarrantyExtension(models.Model):
    """Months sold on top of a unit's warranty, and the line that sold them."""

    _name = "serial.warranty.extension"
    _inherit = ["serial.guarded.mixin", "serial.extension.bind.mixin"]
    _description = "Sold Extension"
    _order = "id desc"
    _rec_name = "sale_line_id"
    _guarded_fields = frozenset(
        {"warranty_id", "lot_id", "sale_line_id", "months", "state", "company_id"}
    )

    warranty_id = fields.Many2one(
        "serial.warranty",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Empty while the warranty it lengthens has not started.",
    )
    lot_id = fields.Many2one(
        "stock.lot",
        string="Serial",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    sale_line_id = fields.Many2one(
        "sale.order.line", readonly=True, index=True, ondelete="restrict"
    )
    order_id = fields.Many2one(related="sale_line_id.order_id", string="Sale Order")
    product_id = fields.Many2one(related="sale_line_id.product_id")
    company_id = fields.Many2one("res.company", readonly=True)
    months = fields.Integer(readonly=True, required=True)
    state = fields.Selection(
        [("sold", "Sold"), ("withdrawn", "Withdrawn")],
        default="sold",
        required=True,
        readonly=True,
    )

    # A line sells a unit its months once, however often its order is delivered.
    _line_lot_uniq = models.UniqueIndex(
        "(sale_line_id, lot_id) WHERE state = 'sold'",
        "This line has lengthened the warranty of this serial already.",
    )
    _months_check = models.Constraint(
        "CHECK (months > 0)", "An extension has a month at least."
    )

    @api.depends("sale_line_id", "months")
    def _compute_display_name(self):
        for extension in self:
            extension.display_name = self.env._(
                "%(order)s: %(months)s months",
                order=extension.sudo().order_id.name or "",
                months=extension.months,
            )
