from odoo import fields, models

from .serial_api_quota_mixin import DEFAULTS


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    serial_alert_user_id = fields.Many2one(
        related="company_id.serial_alert_user_id", readonly=False
    )
    serial_alert_score = fields.Integer(
        related="company_id.serial_alert_score", readonly=False
    )
    serial_rebind_limit = fields.Integer(
        related="company_id.serial_rebind_limit", readonly=False
    )
    serial_repair_days = fields.Integer(
        related="company_id.serial_repair_days", readonly=False
    )
    serial_repair_rate = fields.Monetary(
        related="company_id.serial_repair_rate", readonly=False
    )
    serial_company_gln = fields.Char(
        string="Company GLN",
        related="company_id.partner_id.global_location_number",
        readonly=False,
    )
    serial_gs1_prefix = fields.Char(
        related="company_id.serial_gs1_prefix", readonly=False
    )
    serial_uncoded_delivery = fields.Selection(
        related="company_id.serial_uncoded_delivery", readonly=False
    )
    serial_page_phone = fields.Char(
        related="company_id.serial_page_phone", readonly=False
    )
    serial_listing_retention_days = fields.Integer(
        related="company_id.serial_listing_retention_days", readonly=False
    )
    serial_personal_months = fields.Integer(
        related="company_id.serial_personal_months", readonly=False
    )
    serial_retention_years = fields.Integer(
        related="company_id.serial_retention_years", readonly=False
    )
    serial_scan_retention_months = fields.Integer(
        related="company_id.serial_scan_retention_months", readonly=False
    )
    serial_flat_geoip_path = fields.Char(
        string="Flat IP Database",
        config_parameter="serial_dossier.flat_geoip_path",
        help="Path on the server of an MMDB file with a flat schema (DB-IP, "
        "ip-location-db).",
    )
    serial_asn_path = fields.Char(
        string="Network Database",
        config_parameter="serial_dossier.asn_path",
        help="Path on the server of an MMDB file of AS numbers (GeoLite2 ASN, "
        "ip-location-db): it tells mobile networks, lines, data centres and VPNs "
        "apart.",
    )
    serial_api_units_per_minute = fields.Integer(
        string="Units a Minute",
        config_parameter="serial_dossier.api_units_per_minute",
        default=DEFAULTS["serial_dossier.api_units_per_minute"],
    )
    serial_api_units_per_day = fields.Integer(
        string="Units a Day",
        config_parameter="serial_dossier.api_units_per_day",
        default=DEFAULTS["serial_dossier.api_units_per_day"],
    )
    serial_api_misses_per_hour = fields.Integer(
        string="Misses an Hour",
        config_parameter="serial_dossier.api_misses_per_hour",
        default=DEFAULTS["serial_dossier.api_misses_per_hour"],
    )
