from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..core.privacy import truncate_ip
from .serial_file_check_mixin import PICTURE_TYPES

MAX_TEXT = 2_000
# So often a proof may be sent for one activation, with so many files at a time.
MOST_PROOFS = 3
MOST_FILES = 3


class SerialActivationProof(models.Model):
    """What a consumer hands in to show where he bought: a picture, a PDF or his word.

    It is asked for where a region says hold. His warranty runs all the same. Readers of
    personal data see it, and who looks after the alert or case; each reading is noted.
    """

    _name = "serial.activation.proof"
    _inherit = [
        "serial.file.check.mixin",
        "serial.guarded.mixin",
        "serial.personal.mixin",
    ]
    _description = "Proof of Purchase"
    _order = "id desc"
    _rec_name = "lot_id"
    _file_types = PICTURE_TYPES
    _most_files = MOST_FILES
    _guarded_fields = frozenset({"state", "body", "attachment_ids", "activation_id"})
    # Files are noted one by one, when they are opened.
    _personal_fields = frozenset({"body"})

    activation_id = fields.Many2one(
        "serial.activation",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    lot_id = fields.Many2one(
        "stock.lot", string="Serial", required=True, readonly=True, index=True
    )
    body = fields.Text(string="Text", readonly=True)
    attachment_ids = fields.Many2many("ir.attachment", string="Files", readonly=True)
    given_at = fields.Datetime(required=True, readonly=True)
    ip_prefix = fields.Char(string="IP (truncated)", readonly=True)
    state = fields.Selection(
        [("given", "To Check"), ("accepted", "Accepted"), ("refused", "Refused")],
        default="given",
        required=True,
        readonly=True,
    )
    checked_by_id = fields.Many2one("res.users", readonly=True)
    checked_at = fields.Datetime(readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)

    # === PUBLIC PAGE === #

    @api.model
    def _give(self, lot_sudo, body, files, ip=None):
        """Keep the proof of a unit's activation that asked for one.

        :param files: (name, content as bytes) each
        """
        activation_sudo = lot_sudo.activation_ids[:1]
        if activation_sudo.proof_state not in ("requested", "refused"):
            raise UserError(self.env._("No proof of purchase is needed. Thank you."))
        body = (body or "").replace("\0", "").strip()[:MAX_TEXT]
        if not body and not files:
            raise UserError(
                self.env._("Please add a picture or a PDF, or say where you bought it.")
            )
        self._check_files(files)
        if self.sudo().search_count([("activation_id", "=", activation_sudo.id)]) >= (
            MOST_PROOFS
        ):
            raise UserError(self.env._("Please contact our service."))
        proof_sudo = self.sudo().create(
            {
                "activation_id": activation_sudo.id,
                "lot_id": lot_sudo.id,
                "body": body,
                "given_at": fields.Datetime.now(),
                "ip_prefix": truncate_ip(ip),
                "company_id": activation_sudo.company_id.id,
            }
        )
        proof_sudo._attach(files)
        activation_sudo.proof_state = "given"
        proof_sudo._tell_owner()
        return proof_sudo

    def _tell_owner(self):
        """Tell who looks after the alert of this activation, or its case."""
        text = self.env._(
            "The consumer of %(serial)s sent a proof of purchase.",
            serial=self.lot_id.name,
        )
        for alert in self.activation_id.alert_ids:
            about = alert.case_id or alert
            about.message_post(body=text)
            about.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=text,
                user_id=(about.user_id or self.env.ref("base.user_admin")).id,
            )

    # === ACTIONS === #

    def action_accept(self):
        """Accept proofs: the consumer bought where he says."""
        self._check("accepted")

    def action_refuse(self):
        """Refuse proofs: the page asks for another one. No warranty ends by it."""
        self._check("refused")

    def _check(self, state):
        if not self.env.user.has_group("serial_dossier.serial_dossier_group_user"):
            raise AccessError(self.env._("Users of Serial Dossier check proofs."))
        self.check_access("read")
        self.sudo().write(
            {
                "state": state,
                "checked_by_id": self.env.uid,
                "checked_at": fields.Datetime.now(),
            }
        )
        self.activation_id.sudo().write({"proof_state": state})
        labels = dict(self._fields["state"]._description_selection(self.env))
        for alert in self.activation_id.alert_ids.sudo():
            (alert.case_id or alert).message_post(
                body=self.env._(
                    "Proof of purchase of %(serial)s: %(state)s",
                    serial=alert.lot_id.name,
                    state=labels[state],
                )
            )
