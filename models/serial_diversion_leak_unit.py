from odoo import fields, models

from .unchecked_many2one import UncheckedMany2one


class SerialDiversionLeakUnit(models.Model):
    """One unit of a leak, with its own odds: not each member of a group left."""

    _name = "serial.diversion.leak.unit"
    _description = "Unit of a Leak"
    _order = "leak_id desc, probability desc, id"
    _rec_name = "lot_id"
    _log_access = False

    leak_id = fields.Many2one(
        "serial.diversion.leak",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    # a delivered serial cannot be deleted, see serial_guard.py
    lot_id = UncheckedMany2one(
        "stock.lot",
        string="Serial",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    product_id = fields.Many2one(related="lot_id.product_id")
    probability = fields.Float(
        readonly=True,
        aggregator="avg",
        help="That this unit left, given all that was seen of it and of its group.",
    )
    seen_outside = fields.Boolean(
        readonly=True, help="It was seen in the place that the group leaked to."
    )
    named = fields.Boolean(
        string="Accused",
        readonly=True,
        default=True,
        help="An alert was raised: of all units accused, nineteen of twenty are meant "
        "to have left. Of a suspected leak no unit is.",
    )
    activation_id = UncheckedMany2one("serial.activation", readonly=True)
    activated_at = fields.Datetime(related="activation_id.activated_at")
