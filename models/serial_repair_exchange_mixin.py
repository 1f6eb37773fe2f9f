from odoo import fields, models


class SerialRepairExchangeMixin(models.AbstractModel):
    """A unit that is not worth repairing: the customer gets another for it."""

    _name = "serial.repair.exchange.mixin"
    _description = "Exchange of a Unit"

    serial_exchange_lot_id = fields.Many2one(
        "stock.lot",
        string="Exchanged for",
        copy=False,
        index="btree_not_null",
        domain="[('product_id.product_tmpl_id', '=', serial_template_id),"
        " ('stage', 'in', ('produced', 'shipped')), ('activated_at', '=', False)]",
    )
    serial_old_unit_to = fields.Selection(
        [("scrap", "Scrapped"), ("stock", "Back to Stock")],
        string="Old Unit",
        default="scrap",
        copy=False,
    )
