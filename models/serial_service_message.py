from odoo import api, fields, models
from odoo.exceptions import UserError

from .serial_file_check_mixin import PICTURE_TYPES

MAX_TEXT = 2_000
MOST_FILES = 5
# So much may be said from one side before the other has answered.
MOST_UNANSWERED = 20


class SerialServiceMessage(models.Model):
    """What a consumer and a service centre write to each other about a repair."""

    _name = "serial.service.message"
    _inherit = ["serial.file.check.mixin", "serial.guarded.mixin"]
    _description = "Message about a Repair"
    _order = "id desc"
    _rec_name = "repair_id"
    _file_types = PICTURE_TYPES
    _most_files = MOST_FILES
    _guarded_fields = frozenset({"repair_id", "side", "author", "body", "sent_at"})

    repair_id = fields.Many2one(
        "repair.order", required=True, readonly=True, index=True, ondelete="cascade"
    )
    side = fields.Selection(
        [("consumer", "Consumer"), ("centre", "Service Centre")],
        required=True,
        readonly=True,
    )
    author = fields.Char(readonly=True)
    body = fields.Text(readonly=True)
    sent_at = fields.Datetime(required=True, readonly=True)
    attachment_ids = fields.Many2many("ir.attachment", string="Files", readonly=True)

    @api.model
    def _say(self, repair_sudo, side, body, files=()):
        """Keep a message of one side; its files are checked first.

        :param files: (name, content as bytes) each
        """
        body = (body or "").replace("\0", "").strip()[:MAX_TEXT]
        if not body and not files:
            raise UserError(self.env._("Please write a message or add a picture."))
        self._check_files(files)
        self._ensure_answered(repair_sudo, side)
        message_sudo = self.sudo().create(
            {
                "repair_id": repair_sudo.id,
                "side": side,
                "author": self.env.user.name if side == "centre" else False,
                "body": body,
                "sent_at": fields.Datetime.now(),
            }
        )
        if files:
            message_sudo._attach(files)
        return message_sudo

    def _ensure_answered(self, repair_sudo, side):
        """Refuse to be flooded from one side."""
        latest = repair_sudo.serial_message_ids[:MOST_UNANSWERED]
        if len(latest) == MOST_UNANSWERED and set(latest.mapped("side")) == {side}:
            raise UserError(
                self.env._("You have written often. Please wait for an answer.")
            )
