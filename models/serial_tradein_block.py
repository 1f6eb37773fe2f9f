from odoo import fields, models


class SerialTradeinBlock(models.Model):
    """A unit somebody reported: it is not taken in while the report stands."""

    _name = "serial.tradein.block"
    _inherit = ["mail.thread"]
    _description = "Reported Unit"
    _order = "reported_at desc, id desc"
    _rec_name = "lot_id"

    lot_id = fields.Many2one(
        "stock.lot", string="Serial", required=True, index=True, ondelete="restrict"
    )
    product_id = fields.Many2one(related="lot_id.product_id")
    kind = fields.Selection(
        [
            ("stolen", "Stolen"),
            ("lost", "Lost"),
            ("fraud", "Fraud"),
        ],
        required=True,
        default="stolen",
        tracking=True,
    )
    reported_at = fields.Datetime(required=True, default=fields.Datetime.now)
    reported_by = fields.Char(
        help="Who says so: police station and file number, insurer, distributor."
    )
    note = fields.Text()
    active = fields.Boolean(
        default=True, tracking=True, help="Archived when the report was withdrawn."
    )
    company_id = fields.Many2one(related="lot_id.company_id", store=True)

    _lot_live_uniq = models.UniqueIndex(
        "(lot_id) WHERE active", "This unit is reported already."
    )
