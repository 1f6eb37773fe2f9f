from odoo import fields, models


class SerialServiceSettlementLine(models.Model):
    """One repair on a settlement sheet; no repair is on two of them."""

    _name = "serial.service.settlement.line"
    _description = "Repair on a Settlement Sheet"
    _order = "given_back_on, id"
    _rec_name = "repair_id"

    settlement_id = fields.Many2one(
        "serial.service.settlement",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    repair_id = fields.Many2one(
        "repair.order", required=True, readonly=True, ondelete="restrict"
    )
    lot_id = fields.Many2one("stock.lot", string="Serial", readonly=True)
    product_id = fields.Many2one(related="repair_id.product_id")
    action_id = fields.Many2one(related="repair_id.serial_action_id")
    coverage = fields.Selection(related="repair_id.serial_coverage")
    given_back_on = fields.Date(readonly=True)
    labour = fields.Monetary(readonly=True)
    parts = fields.Monetary(readonly=True)
    amount = fields.Monetary(string="Total", readonly=True)
    currency_id = fields.Many2one(related="settlement_id.company_id.currency_id")

    _repair_uniq = models.UniqueIndex("(repair_id)", "This repair is settled already.")
