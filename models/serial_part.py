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
    unit_product_id = fields.Many2one(
        related="lot_id.product_id", string="Unit's Product"
    )
    name = fields.Char(string="Component Serial", required=True)
    product_id = fields.Many2one("product.product", string="Component")
    component_lot_id = fields.Many2one(
        "stock.lot",
        string="Component's Dossier",
        index="btree_not_null",
        help="Set where the component is a serial of its own.",
    )
    removed_at = fields.Datetime(help="Empty while the part sits in the unit.")

    # Two components of different products may bear the same number.
    _name_live_uniq = models.UniqueIndex(
        "(name, coalesce(product_id, 0)) WHERE removed_at IS NULL",
        "A component serial can sit in one unit only.",
    )
