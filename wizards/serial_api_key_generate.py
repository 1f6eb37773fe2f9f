from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.base.models.res_users import check_identity


class SerialApiKeyGenerate(models.TransientModel):
    """Asks for whom a key is and until when, and shows it once."""

    _name = "serial.api.key.generate"
    _description = "New API Key"

    name = fields.Char(
        string="Description", required=True, help="Where the key will be used."
    )
    user_id = fields.Many2one(
        "res.users",
        string="Acts as",
        required=True,
        domain=lambda self: self._get_user_domain(),
        help="The API may do with this key what this user may do. Better a user of "
        "its own for each system than a person.",
    )
    scope_ids = fields.Many2many(
        "serial.api.scope",
        string="Scopes",
        compute="_compute_scope_ids",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
        domain="[('id', 'in', usable_scope_ids)]",
        help="What the key may be used for. Give each system what it needs, no more.",
    )
    usable_scope_ids = fields.Many2many(
        "serial.api.scope", compute="_compute_usable_scope_ids"
    )
    duration = fields.Selection(
        [
            ("30", "30 days"),
            ("90", "90 days"),
            ("180", "180 days"),
            ("365", "1 year"),
            ("custom", "Until a day"),
        ],
        required=True,
        default="180",
    )
    expiration_date = fields.Datetime(
        compute="_compute_expiration_date",
        string="Ends on",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
    )

    @api.model
    def _get_user_domain(self):
        group = self.env.ref("serial_dossier.serial_dossier_group_user")
        tier = "partner_id.commercial_partner_id.channel_tier"
        return Domain("all_group_ids", "in", group.ids) | Domain(tier, "!=", False)

    @api.depends("user_id")
    def _compute_usable_scope_ids(self):
        for wizard in self:
            wizard.usable_scope_ids = self.env["serial.api.scope"]._get_usable(
                wizard.user_id
            )

    @api.depends("user_id")
    def _compute_scope_ids(self):
        for wizard in self:
            wizard.scope_ids = wizard.usable_scope_ids

    @api.depends("duration")
    def _compute_expiration_date(self):
        for wizard in self:
            if wizard.duration and wizard.duration != "custom":
                days = timedelta(days=int(wizard.duration))
                wizard.expiration_date = fields.Datetime.now() + days

    @check_identity
    def action_generate(self):
        """Make the key, once the manager has typed the password again."""
        self.ensure_one()
        key = self.env["serial.api.key"]._generate(
            self.name, self.user_id, self.expiration_date, self.scope_ids
        )
        self.unlink()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("API Key"),
            "res_model": "serial.api.key.show",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_key": key},
        }


class SerialApiKeyShow(models.AbstractModel):
    """Shows a key that is stored nowhere: only the web client holds it."""

    _name = "serial.api.key.show"
    _description = "API Key, shown once"

    # The web client needs an id to ask for the default of `key`.
    id = fields.Id()
    key = fields.Char(readonly=True)
