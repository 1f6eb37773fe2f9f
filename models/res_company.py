from odoo import fields, models

from .serial_compliance_category import RULES


class ResCompany(models.Model):
    _name = "res.company"
    _inherit = ["serial.company.tradein.mixin", "res.company"]

    serial_alert_user_id = fields.Many2one(
        "res.users",
        string="Alert Owner",
        help="Who is asked to look at a new diversion alert.",
    )
    serial_alert_score = fields.Integer(
        string="Alert from Score",
        default=30,
        help="Signals below this score (0-100) are kept, but raise no alert.",
    )
    serial_rebind_limit = fields.Integer(
        string="Re-bind without a Manager",
        default=50,
        help="More serials at a time are re-bound to another distributor by managers "
        "only.",
    )
    serial_repair_days = fields.Integer(
        string="Promise Repairs within (days)",
        default=7,
        help="When a unit is promised back, counted from its taking in.",
    )
    serial_repair_rate = fields.Monetary(
        string="Repair Rate", help="What an hour of repair work costs us."
    )
    serial_gs1_prefix = fields.Char(
        string="GS1 Company Prefix",
        size=12,
        help="Six to twelve digits, licensed from GS1: numbers of cartons and pallets "
        "(SSCC) and EPC codes are built on it.",
    )
    serial_uncoded_delivery = fields.Selection(
        RULES,
        string="Uncoded Units of Coded Categories",
        required=True,
        default="warn",
        help="What becomes of a delivery with units that the law wants coded and that "
        "bear no code. A category may say otherwise.",
    )
    serial_page_phone = fields.Char(string="Service Phone")
    serial_listing_retention_days = fields.Integer(
        string="Keep Listings (days)",
        default=400,
        help="Zero keeps them for good.",
    )
    serial_personal_months = fields.Integer(
        string="Keep Personal Data (months)",
        default=36,
        help="Telephone numbers, addresses and accounts of consumers, after the "
        "activation or repair and the end of the warranty. Zero keeps them for good.",
    )
    serial_retention_years = fields.Integer(
        string="Keep Dossiers (years)",
        default=2,
        help="After the expiry of a unit, its last event and the end of its warranty, "
        "whichever is last. Products and categories can say otherwise. Zero keeps "
        "them for good.",
    )
    serial_scan_retention_months = fields.Integer(
        string="Keep Scans (months)", default=24
    )
