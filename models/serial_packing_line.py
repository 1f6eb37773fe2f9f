from odoo import fields, models


class SerialPackingLine(models.Model):
    """A unit that lies in an open carton; stock moves when the carton is closed."""

    _name = "serial.packing.line"
    _description = "Unit in an Open Carton"
    _order = "id"
    _rec_name = "lot_id"

    package_id = fields.Many2one(
        "stock.package", required=True, readonly=True, index=True, ondelete="cascade"
    )
    lot_id = fields.Many2one(
        "stock.lot", string="Serial", required=True, readonly=True, ondelete="cascade"
    )
    product_id = fields.Many2one(related="lot_id.product_id")

    _lot_uniq = models.UniqueIndex(
        "(lot_id)", "This unit lies in an open carton already."
    )
