import secrets
from datetime import timedelta
from urllib.parse import urlsplit

from odoo import api, fields, models, tools
from odoo.exceptions import AccessError, ValidationError

from ..core.webhook import SECRET_BYTES, format_secret
from .window import list_window


class SerialWebhook(models.Model):
    """Another system that is told what happens to serials, as it happens."""

    _name = "serial.webhook"
    _inherit = [
        "serial.guarded.mixin",
        "serial.chunk.mixin",
        "serial.webhook.send.mixin",
    ]
    _description = "Webhook"
    _order = "name, id"
    _guarded_fields = frozenset(
        {"secret", "failed_at", "last_sent_at", "last_error", "retry_at", "attempts"}
    )

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    url = fields.Char(string="Address", required=True, help="Messages are posted here.")
    on_activation = fields.Boolean(string="Activations", default=True)
    on_alert = fields.Boolean(string="Diversion Alerts", default=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    secret = fields.Char(
        readonly=True,
        copy=False,
        default=lambda self: self._new_secret(),
        groups="serial_dossier.serial_dossier_group_manager",
        help="The receiver checks with it that a message is ours.",
    )
    message_ids = fields.One2many("serial.webhook.message", "webhook_id")
    pending_count = fields.Integer(string="Waiting", compute="_compute_counts")
    sent_count = fields.Integer(string="Delivered", compute="_compute_counts")
    failed_at = fields.Datetime(string="Failing since", readonly=True, copy=False)
    last_sent_at = fields.Datetime(string="Last Delivery", readonly=True, copy=False)
    last_error = fields.Char(readonly=True, copy=False)
    retry_at = fields.Datetime(string="Next Try", readonly=True, copy=False)
    attempts = fields.Integer(string="Failed Tries", readonly=True, copy=False)

    # === COMPUTE === #

    def _compute_counts(self):
        counts = {
            (webhook.id, state): count
            for webhook, state, count in self.env["serial.webhook.message"]
            .sudo()
            ._read_group(
                [("webhook_id", "in", self.ids)], ["webhook_id", "state"], ["__count"]
            )
        }
        for webhook in self:
            webhook.pending_count = counts.get((webhook.id, "pending"), 0)
            webhook.sent_count = counts.get((webhook.id, "sent"), 0)

    # === CONSTRAINTS === #

    @api.constrains("url")
    def _check_url(self):
        for webhook in self:
            try:
                parts = urlsplit(webhook.url or "")
                is_good = parts.scheme in ("http", "https") and parts.hostname
            except ValueError:
                is_good = False
            if not is_good or parts.username or parts.password:
                raise ValidationError(
                    self.env._(
                        "The address must begin with https:// and hold no log-in."
                    )
                )

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        if {"active", "on_activation", "on_alert", "company_id"} & set(vals):
            self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    # === ACTIONS === #

    def action_send_test(self):
        """Put a test message into the queue and send what waits now."""
        self.ensure_one()
        self._ensure_manager()
        self.env["serial.webhook.message"].sudo()._enqueue_test(self)
        self._resume()

    def action_rotate_secret(self):
        """Make a new secret; messages still waiting are signed with it."""
        self._ensure_manager()
        for webhook in self.sudo():
            webhook.secret = self._new_secret()

    def action_retry(self):
        """Try at once again, whatever failed before."""
        self._ensure_manager()
        self._resume()

    def action_view_messages(self):
        """Open what was sent and what waits."""
        self.ensure_one()
        return list_window(
            "serial.webhook.message",
            self.env._("Messages to %(name)s", name=self.name),
            [("webhook_id", "=", self.id)],
        )

    def _resume(self):
        self.sudo().write({"retry_at": False})
        self._trigger()

    def _ensure_manager(self):
        group = "serial_dossier.serial_dossier_group_manager"
        if not self.env.su and not self.env.user.has_group(group):
            raise AccessError(self.env._("Only a manager may do this."))

    # === BUSINESS === #

    @api.model
    def _new_secret(self):
        return format_secret(secrets.token_bytes(SECRET_BYTES))

    @api.model
    @tools.ormcache("event")
    def _get_targets(self, event):
        """Return {company id: ids of the webhooks} that hear of a kind of event.

        :param str event: activation or alert
        """
        groups = self.sudo()._read_group(
            [(f"on_{event}", "=", True)], ["company_id"], ["id:recordset"]
        )
        return {company.id: tuple(webhooks.ids) for company, webhooks in groups}

    @api.model
    def _trigger(self, at=None):
        """Have the messages sent as soon as this transaction is done, or later."""
        cron_sudo = self.env.ref("serial_dossier.ir_cron_serial_webhook_send").sudo()
        cron_sudo._trigger(at)

    def _put_off(self, delay, error):
        """Wait with a receiver that fails."""
        now = fields.Datetime.now()
        retry_at = now + timedelta(seconds=delay)
        self.write(
            {
                "attempts": self.attempts + 1,
                "failed_at": self.failed_at or now,
                "last_error": error,
                "retry_at": retry_at,
            }
        )
        self._trigger(retry_at)
