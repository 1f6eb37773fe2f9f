from odoo import fields, models


class SerialScan(models.Model):
    """One view of the public page. The table is partitioned by month."""

    _name = "serial.scan"
    _description = "Scan"
    _order = "scanned_at desc, id desc"
    _rec_name = "code"
    _log_access = False
    _auto = False

    lot_id = fields.Many2one("stock.lot", string="Serial", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    code = fields.Char(readonly=True, help="What was scanned, at most 64 characters.")
    result = fields.Selection(
        [("known", "Known"), ("void", "Void"), ("unknown", "Unknown")], readonly=True
    )
    scanned_at = fields.Datetime(readonly=True)
    session_key = fields.Char(readonly=True)
    is_bot = fields.Boolean(readonly=True)
    is_repeat = fields.Boolean(
        readonly=True, help="The same session saw the same code shortly before."
    )
    ip_prefix = fields.Char(readonly=True, string="IP (truncated)")
    country_id = fields.Many2one("res.country", readonly=True)
    state_id = fields.Many2one("res.country.state", string="Subdivision", readonly=True)
    city = fields.Char(readonly=True)
    radius_km = fields.Integer(readonly=True, string="Precision (km)")
    user_agent = fields.Char(readonly=True)
