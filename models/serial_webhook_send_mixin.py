import json
import logging
import time
from datetime import timedelta

import requests

from odoo import api, fields, models

from ..core import webhook

_logger = logging.getLogger(__name__)

CHUNK = 20
TIMEOUT = 10  # seconds to connect, and to wait for the answer
TURN = 60  # seconds a receiver may take before the next one has its turn
DOWN = 3  # failures in a row after which a receiver is left alone for a while
MAX_ERROR = 300


class SerialWebhookSendMixin(models.AbstractModel):
    """Delivery: in order for each unit, until the receiver has it.

    A message that was sent just before the server died is sent again with the same id:
    delivered at least once, and once in effect.
    """

    _name = "serial.webhook.send.mixin"
    _description = "Delivery of Webhook Messages"

    @api.model
    def _cron_send(self):
        """Give every receiver that has messages waiting its turn."""
        cron = self.env["ir.cron"]
        now = fields.Datetime.now()
        domain = [
            ("message_ids.state", "=", "pending"),
            "|",
            ("retry_at", "=", False),
            ("retry_at", "<=", now),
        ]
        done = []
        while receiver := self._take_next([*domain, ("id", "not in", done)]):
            done.append(receiver.id)
            receiver._send_pending()
            if not cron._commit_progress(1):
                break

    def _send_pending(self):
        """Send what waits for one receiver, until nothing is left or its turn ends."""
        end = time.monotonic() + TURN
        failures = 0
        with requests.Session() as session:
            while time.monotonic() < end:
                due = self.env["serial.webhook.message"]._get_due(self, CHUNK)
                if not due:
                    return
                for message in due:
                    status, error = self._post(session, message)
                    failures = 0 if not error else failures + 1
                    if not self._note(message, status, error, failures):
                        return
                if not self.env["ir.cron"]._commit_progress():
                    return
                # the commit ended the lock that keeps other workers away
                if not self._take_next([("id", "=", self.id)]):
                    return
        self._trigger()

    def _post(self, session, message):
        """Return (status, error) of one try; error is None if it arrived."""
        body = json.dumps(message.payload, ensure_ascii=False).encode()
        secret = self.sudo().secret
        signed = webhook.headers(message.message_id, int(time.time()), body, secret)
        try:
            answer = session.post(
                self.url,
                data=body,
                headers=dict(signed),
                timeout=TIMEOUT,
                allow_redirects=False,
                stream=True,
            )
            # what it says is not read: a receiver cannot fill our memory
            answer.close()
        except requests.RequestException as error:
            return None, f"{type(error).__name__}: {error}"[:MAX_ERROR]
        if webhook.is_delivered(answer.status_code):
            return answer.status_code, None
        return answer.status_code, f"HTTP {answer.status_code}"

    def _note_sent(self, message, now):
        message.write({"state": "sent", "sent_at": now, "last_error": False})
        self.write(
            {
                "last_sent_at": now,
                "failed_at": False,
                "attempts": 0,
                "last_error": False,
                "retry_at": False,
            }
        )

    def _note(self, message, status, error, failures):
        """Record what became of a try; return whether to go on."""
        now = fields.Datetime.now()
        if not error:
            self._note_sent(message, now)
            return True
        delay = webhook.delay_after(message.attempts + 1)
        message.write(
            {
                "attempts": message.attempts + 1,
                "last_error": error,
                "retry_at": now + timedelta(seconds=delay),
            }
        )
        if status == webhook.GONE:
            _logger.info("webhook %s: the receiver wants no more", self.name)
            self.write({"active": False, "last_error": error, "failed_at": now})
            return False
        if failures >= DOWN:
            self._put_off(webhook.delay_after(self.attempts + 1), error)
            return False
        self._trigger(message.retry_at)
        return True
