from odoo import fields, models


class SerialPart(models.Model):
    """A component built into a unit, as the factory or a repair recorded it."""

    _name = "serial.part"
    _description = "As-built Part"
    _order = "lot_id, id"
    _rec_name = "name"

    lot_id = fields.Many2one(
        "stock.lot", string="Unit", required=True, index=True, ondelete="cascade"
    )
    name = fields.Char(string="Component Serial", required=True)
    product_id = fields.Many2one("product.product", string="Component")
    component_lot_id = fields.Many2one("stock.lot", index="btree_not_null")
    removed_at = fields.Datetime(help="Empty while the part sits in the unit.")

    _name_live_uniq = models.UniqueIndex(
        "(name) WHERE removed_at IS NULL",
        "A component serial can sit in one unit only.",
    )
