from odoo import fields, models


class SerialChannelAssignment(models.Model):
    """To which distributor and region a unit was bound, from when to when."""

    _name = "serial.channel.assignment"
    _description = "Channel Assignment"
    _order = "assigned_at desc, id desc"
    _rec_name = "lot_id"
    _log_access = False

    lot_id = fields.Many2one(
        "stock.lot", string="Serial", required=True, readonly=True, ondelete="cascade"
    )
    product_id = fields.Many2one(related="lot_id.product_id")
    partner_id = fields.Many2one(
        "res.partner", string="Distributor", readonly=True, index="btree_not_null"
    )
    region_id = fields.Many2one(
        "serial.channel.region", string="Target Region", readonly=True
    )
    picking_id = fields.Many2one(
        "stock.picking", string="Delivery", readonly=True, index="btree_not_null"
    )
    assigned_at = fields.Datetime(required=True, readonly=True)
    released_at = fields.Datetime(readonly=True)
    release_reason = fields.Selection(
        [("returned", "Returned"), ("rebound", "Re-bound"), ("corrected", "Corrected")],
        readonly=True,
    )

    _lot_idx = models.Index("(lot_id, id)")
    _lot_live_uniq = models.UniqueIndex(
        "(lot_id) WHERE released_at IS NULL",
        "A serial can be bound to one distributor at a time.",
    )
