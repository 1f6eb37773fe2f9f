import json
import uuid

from odoo import api, fields, models
from odoo.tools import SQL

from ..core.activation import format_time
from .bulk_sql import unnest

KEEP_DAYS = 30
COLUMNS = {
    "webhook_id": SQL("integer"),
    "message_id": SQL("varchar"),
    "kind": SQL("varchar"),
    "lot_id": SQL("integer"),
    "payload": SQL("jsonb"),
}


class SerialWebhookMessage(models.Model):
    """The outbox: what other systems are told, written with what it tells of.

    A message stands in the same transaction as its cause: neither is without the other.
    """

    _name = "serial.webhook.message"
    _description = "Webhook Message"
    _order = "id desc"
    _rec_name = "message_id"
    _log_access = False

    webhook_id = fields.Many2one(
        "serial.webhook", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="webhook_id.company_id")
    message_id = fields.Char(
        string="Message Id",
        required=True,
        readonly=True,
        help="The same at every try: the receiver knows a message it has already.",
    )
    kind = fields.Selection(
        [
            ("serial.activated", "Activation"),
            ("diversion.alert", "Diversion Alert"),
            ("test", "Test"),
        ],
        required=True,
        readonly=True,
    )
    lot_id = fields.Many2one(
        "stock.lot", string="Serial", readonly=True, ondelete="cascade"
    )
    payload = fields.Json(readonly=True)
    payload_text = fields.Text(string="Content", compute="_compute_payload_text")
    created_at = fields.Datetime(required=True, readonly=True)
    state = fields.Selection(
        [("pending", "Waiting"), ("sent", "Delivered")],
        required=True,
        readonly=True,
        default="pending",
    )
    attempts = fields.Integer(string="Failed Tries", readonly=True)
    retry_at = fields.Datetime(string="Next Try", readonly=True)
    sent_at = fields.Datetime(string="Delivered at", readonly=True)
    last_error = fields.Char(readonly=True)

    _message_uniq = models.UniqueIndex("(message_id)", "This message exists already.")
    _pending_idx = models.Index("(webhook_id, id) WHERE state = 'pending'")
    _order_idx = models.Index("(webhook_id, lot_id, id) WHERE state = 'pending'")
    _sent_at_idx = models.Index("(sent_at) WHERE state = 'sent'")
    _lot_idx = models.Index("(lot_id) WHERE lot_id IS NOT NULL")

    @api.depends("payload")
    def _compute_payload_text(self):
        for message in self:
            message.payload_text = json.dumps(
                message.payload, indent=2, ensure_ascii=False
            )

    # === WRITING === #

    @api.model
    def _enqueue(self, event, kind, contents):
        """Tell the webhooks that listen of many units; one statement, none if nobody.

        :param str event: activation or alert
        :param contents: function that returns (company id, lot id, data) of each unit;
            not called if no webhook listens
        """
        targets = self.env["serial.webhook"]._get_targets(event)
        if not targets:
            return
        rows = [
            self._prepare_row(webhook_id, kind, lot_id, data)
            for company_id, lot_id, data in contents()
            for webhook_id in targets.get(company_id, ())
        ]
        self._insert(rows)

    @api.model
    def _enqueue_test(self, webhook):
        data = {"webhook": webhook.name}
        self._insert([self._prepare_row(webhook.id, "test", None, data)])

    def _prepare_row(self, webhook_id, kind, lot_id, data):
        payload = {
            "type": kind,
            "timestamp": format_time(fields.Datetime.now()),
            "data": data,
        }
        return {
            "webhook_id": webhook_id,
            "message_id": f"msg_{uuid.uuid4().hex}",
            "kind": kind,
            "lot_id": lot_id,
            "payload": json.dumps(payload, ensure_ascii=False),
        }

    def _insert(self, rows):
        if not rows:
            return
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO serial_webhook_message
                       (webhook_id, message_id, kind, lot_id, payload, state,
                        attempts, created_at)
                SELECT given.*, 'pending', 0, %s FROM %s
                """,
                fields.Datetime.now(),
                unnest(rows, COLUMNS),
            )
        )
        self.invalidate_model(flush=False)
        self.env["serial.webhook"]._trigger()

    # === READING === #

    @api.model
    def _get_due(self, webhook, limit):
        """Return messages to send now: of each unit the oldest that waits.

        The later ones of a unit wait for it, so that a receiver never hears of a
        unit in the wrong order.
        """
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT message.id FROM serial_webhook_message message
                 WHERE message.webhook_id = %(webhook)s AND message.state = 'pending'
                   AND (message.retry_at IS NULL OR message.retry_at <= %(now)s)
                   AND NOT EXISTS (
                        SELECT FROM serial_webhook_message earlier
                         WHERE earlier.webhook_id = message.webhook_id
                           AND earlier.lot_id = message.lot_id
                           AND earlier.state = 'pending' AND earlier.id < message.id
                   )
              ORDER BY message.id LIMIT %(limit)s
                """,
                webhook=webhook.id,
                now=fields.Datetime.now(),
                limit=limit,
            )
        )
        return self.browse([message_id for (message_id,) in rows])

    @api.autovacuum
    def _gc_sent(self):
        self.env.cr.execute(
            SQL(
                "DELETE FROM serial_webhook_message "
                "WHERE state = 'sent' AND sent_at < %s",
                fields.Datetime.subtract(fields.Datetime.now(), days=KEEP_DAYS),
            )
        )
