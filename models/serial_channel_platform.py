import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

_CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}", re.ASCII)


class SerialChannelPlatform(models.Model):
    """A marketplace on the web, where stores have ids of their own."""

    _name = "serial.channel.platform"
    _description = "Platform"
    _order = "sequence, name, id"
    _rec_names_search = ["name", "code"]

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        required=True,
        copy=False,
        help="What the API and files call it, in small letters: taobao, jd.",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    url = fields.Char(string="Website")
    store_ids = fields.One2many("serial.channel.store", "platform_id")
    store_count = fields.Integer(string="Stores", compute="_compute_store_count")

    _code_uniq = models.UniqueIndex("(code)", "Another platform has this code.")

    @api.depends("store_ids")
    def _compute_store_count(self):
        groups = self.env["serial.channel.store"]._read_group(
            [("platform_id", "in", self.ids)], ["platform_id"], ["__count"]
        )
        counts = dict(groups)
        for platform in self:
            platform.store_count = counts.get(platform._origin, 0)

    @api.constrains("code")
    def _check_code(self):
        for platform in self:
            if not _CODE.fullmatch(platform.code):
                raise ValidationError(
                    self.env._(
                        "A platform's code has small letters, digits, - and _ only."
                    )
                )

    @api.constrains("url")
    def _check_url(self):
        self.env["serial.channel.store"]._ensure_urls(self.mapped("url"))

    def action_view_stores(self):
        """Open the stores on this platform."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "serial_dossier.serial_channel_store_action"
        )
        return {
            **action,
            "domain": [("platform_id", "=", self.id)],
            "context": {"default_platform_id": self.id},
        }

    @api.model
    def _get_codes_by_name(self):
        """Return {code or name in any language, in small letters: code}."""
        self.flush_model()
        rows = self.env.execute_query(
            SQL("SELECT code, name FROM serial_channel_platform ORDER BY id DESC")
        )
        codes = {
            name.lower(): code
            for code, names in rows
            for name in names.values()
            if name
        }
        return codes | {code: code for code, _names in rows}

    @api.model
    def _get_ids_by_code(self, codes):
        """Return {code: id} of the platforms that have one of these codes."""
        rows = self.sudo().search_fetch([("code", "in", list(codes))], ["code"])
        return {platform.code: platform.id for platform in rows}
