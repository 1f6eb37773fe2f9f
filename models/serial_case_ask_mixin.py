from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class SerialCaseAskMixin(models.AbstractModel):
    """The other side's word: the distributor of a case is asked by mail and portal."""

    _name = "serial.case.ask.mixin"
    _description = "Asking the Distributor of a Case"

    asked_at = fields.Datetime(
        readonly=True, copy=False, help="Since then the distributor sees the case."
    )
    answer_count = fields.Integer(string="Statements", compute="_compute_answer_count")

    def _compute_answer_count(self):
        counts = dict(
            self.env["serial.diversion.statement"]._read_group(
                [("case_id", "in", self.ids)], ["case_id"], ["__count"]
            )
        )
        for case in self:
            case.answer_count = counts.get(case._origin, 0)

    def _ask(self):
        """Show cases to their distributors and write to their contacts."""
        nobody = self.filtered(lambda case: not case.partner_id)
        if nobody:
            raise UserError(
                self.env._(
                    "Name the distributor first, there is nobody to ask: %(cases)s",
                    cases=", ".join(nobody.mapped("name")),
                )
            )
        if not self:
            return
        self.check_access("write")
        now = fields.Datetime.now()
        for asked, cases in self.grouped("asked_at").items():
            cases.sudo()._set_state("waiting", asked_at=asked or now)
        self._take_on_alerts()
        self._mail_distributors()

    def _take_on_alerts(self):
        """Alerts of which the distributor is asked are being looked into."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE serial_diversion_alert SET state = 'investigating' "
                "WHERE case_id = ANY(%s) AND state = 'new'",
                self.ids,
            )
        )
        self.env["serial.diversion.alert"].invalidate_model(flush=False)

    def _mail_distributors(self):
        template = self.env.ref(
            "serial_dossier.mail_template_case_asked", raise_if_not_found=False
        )
        if not template:
            return
        for case in self.sudo():
            contacts = case._get_contacts()
            if contacts:
                template.sudo().send_mail(
                    case.id,
                    email_values={"recipient_ids": [fields.Command.set(contacts.ids)]},
                    email_layout_xmlid="mail.mail_notification_light",
                )

    def _get_contacts(self):
        """Return whom to write to: who logs in for the distributor, else himself."""
        users = self.partner_id.channel_user_ids
        contacts = users.partner_id | self.partner_id
        return contacts.filtered("email")
