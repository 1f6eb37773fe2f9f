from odoo import api, fields, models
from odoo.exceptions import UserError

MAX_TEXT = 10_000


class SerialDiversionStatement(models.Model):
    """The other side's word on a case or an alert: what he says, with his proofs.

    A statement stays as it was given; who wants to say more gives another one.
    """

    _name = "serial.diversion.statement"
    _inherit = ["serial.file.check.mixin"]
    _description = "Distributor Statement"
    _order = "id desc"
    _rec_name = "partner_id"

    alert_id = fields.Many2one(
        "serial.diversion.alert",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    case_id = fields.Many2one(
        "serial.diversion.case",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    partner_id = fields.Many2one(
        "res.partner", string="Distributor", required=True, readonly=True
    )
    author_id = fields.Many2one(
        "res.partner", string="Given by", required=True, readonly=True
    )
    kind = fields.Selection(
        [("statement", "Statement"), ("appeal", "Appeal")],
        required=True,
        readonly=True,
    )
    body = fields.Text(string="Text", required=True, readonly=True)
    given_at = fields.Datetime(required=True, readonly=True)
    attachment_ids = fields.Many2many("ir.attachment", string="Files", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)

    _subject_check = models.Constraint(
        "CHECK (alert_id IS NOT NULL OR case_id IS NOT NULL)",
        "A statement is about a case or an alert.",
    )

    # === BUSINESS === #

    @api.model
    def _give(self, about_sudo, partner_sudo, body, files=()):
        """Record what a distributor says; on what is confirmed it is an appeal.

        :param about_sudo: a case or an alert of his, which the caller has made sure of
        :param files: (name, content as bytes) each
        """
        body = (body or "").strip()
        if not body:
            raise UserError(self.env._("Please write what you have to say."))
        if len(body) > MAX_TEXT:
            raise UserError(
                self.env._("At most %(most)s characters, please.", most=MAX_TEXT)
            )
        self._check_files(files)
        statement_sudo = self.sudo().create(
            {
                **self._prepare_subject(about_sudo),
                "partner_id": partner_sudo.id,
                "author_id": self.env.user.partner_id.id,
                "body": body,
                "given_at": fields.Datetime.now(),
                "company_id": about_sudo.company_id.id,
            }
        )
        statement_sudo._attach(files)
        statement_sudo._tell_owner()
        return statement_sudo

    def _prepare_subject(self, about_sudo):
        """Return what a statement is about, and whether it is an appeal."""
        if about_sudo._name == "serial.diversion.case":
            appeals = about_sudo.outcome == "confirmed"
            subject = {"case_id": about_sudo.id}
        else:
            appeals = about_sudo.state == "confirmed"
            subject = {"alert_id": about_sudo.id, "case_id": about_sudo.case_id.id}
        return {**subject, "kind": "appeal" if appeals else "statement"}

    def _tell_owner(self):
        """Tell who looks after it, in the chatter and by an activity."""
        about = self.case_id or self.alert_id
        texts = {
            "statement": self.env._(
                "%(who)s made a statement.", who=self.partner_id.name
            ),
            "appeal": self.env._("%(who)s appeals.", who=self.partner_id.name),
        }
        about.message_post(body=texts[self.kind], author_id=self.author_id.id)
        about.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=texts[self.kind],
            user_id=(about.user_id or self.env.ref("base.user_admin")).id,
        )
