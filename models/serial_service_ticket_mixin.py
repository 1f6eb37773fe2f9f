from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import hash_sign, verify_hash_signed

from ..core.privacy import mask_email

TICKET_SCOPE = "serial_dossier.service_ticket"
PERSONAL = "serial_dossier.serial_dossier_group_personal_data"
# So often one unit may be asked for in a day: most of them are tries.
MOST_REQUESTS = 5


class SerialServiceTicketMixin(models.AbstractModel):
    """A repair that a consumer asked for, and follows without a log-in."""

    _name = "serial.service.ticket.mixin"
    _description = "Service Ticket"

    serial_centre_id = fields.Many2one(
        "res.partner",
        string="Service Centre",
        domain="[('is_service_centre', '=', True)]",
        index="btree_not_null",
        tracking=True,
    )
    serial_requested_at = fields.Datetime(string="Asked for", readonly=True, copy=False)
    serial_phone = fields.Char(
        string="Phone", readonly=True, copy=False, help="E.164.", groups=PERSONAL
    )
    serial_phone_masked = fields.Char(
        string="Phone (masked)", readonly=True, copy=False
    )
    serial_email = fields.Char(
        string="Email", readonly=True, copy=False, groups=PERSONAL
    )
    serial_email_masked = fields.Char(
        string="Email (masked)",
        compute="_compute_serial_email_masked",
        compute_sudo=True,
    )
    serial_consent_id = fields.Many2one(
        "serial.consent.text",
        string="Consent",
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="The version that was agreed to.",
    )
    serial_consent_text = fields.Text(readonly=True, copy=False)
    serial_consent_at = fields.Datetime(readonly=True, copy=False)
    serial_lang = fields.Char(string="Language", readonly=True, copy=False)
    serial_message_ids = fields.One2many(
        "serial.service.message",
        "repair_id",
        string="Consumer's Messages",
        readonly=True,
    )
    serial_ticket_url = fields.Char(
        string="Consumer's Link", compute="_compute_serial_ticket_url"
    )

    _serial_request_uniq = models.UniqueIndex(
        "(lot_id) WHERE serial_requested_at IS NOT NULL "
        "AND state IN ('draft', 'confirmed', 'under_repair')",
        "There is an open request for this unit already.",
    )
    _serial_centre_idx = models.Index(
        "(serial_centre_id, id DESC) WHERE serial_centre_id IS NOT NULL"
    )

    @api.depends("serial_email")
    def _compute_serial_email_masked(self):
        for repair in self:
            email = repair.serial_email
            repair.serial_email_masked = email and mask_email(email)

    # === TOKEN === #

    def _compute_serial_ticket_url(self):
        base = self.get_base_url() if self else ""
        for repair in self:
            repair.serial_ticket_url = (
                repair.serial_requested_at
                and f"{base}/service/ticket/{repair._get_ticket_token()}"
            )

    def _get_ticket_token(self):
        """Return what the consumer's link carries: the same one at all times."""
        self.ensure_one()
        return hash_sign(self.env(su=True), TICKET_SCOPE, [self._origin.id])

    @api.model
    def _find_ticket(self, token):
        """Return the repair (sudo) that a link leads to, empty if it is not ours."""
        try:
            signed = verify_hash_signed(self.env(su=True), TICKET_SCOPE, token or "")
        except (ValueError, IndexError):
            signed = None
        repair_sudo = self.sudo().browse(signed or [])
        return repair_sudo.exists().filtered("serial_requested_at")

    # === REQUEST === #

    @api.model
    def _get_open_repair(self, lot_sudo):
        """Return the repair that a unit is in or announced for, maybe none."""
        return self.sudo().search(
            [
                ("lot_id", "=", lot_sudo.id),
                ("serial_stage", "not in", self._get_ended()),
            ],
            order="id desc",
            limit=1,
        )

    @api.model
    def _get_ended(self):
        return ("closed", "cancelled")

    @api.model
    def _request(self, lot_sudo, values, files=()):
        """Create the repair a consumer asks for; it has to wait until it is taken in.

        :param dict values: `fault_id`, `centre_id`, `words`, `phone` (as
            `serial.activation` prepares it), `email`, `consent_text`,
            `consent_id`
        :return: the repair (sudo)
        """
        messages = self.env["serial.service.message"]
        messages._check_files(files)
        if self._get_open_repair(lot_sudo):
            raise UserError(self._get_open_text())
        self._ensure_not_too_often(lot_sudo)
        try:
            with self.env.cr.savepoint():
                repair_sudo = self.sudo().create(
                    self._prepare_request_vals(lot_sudo, values)
                )
        except UniqueViolation as error:
            raise UserError(self._get_open_text()) from error
        if files:
            repair_sudo._attach_photos(files)
        repair_sudo._tell_consumer("requested")
        repair_sudo._tell_centre(self.env._("A consumer asks for a repair."))
        return repair_sudo

    def _get_open_text(self):
        return self.env._(
            "A repair of this product is under way already. Its link was sent when it "
            "was asked for; if you do not have it, please call our service."
        )

    def _ensure_not_too_often(self, lot_sudo):
        since = fields.Datetime.subtract(fields.Datetime.now(), days=1)
        count = self.sudo().search_count(
            [("lot_id", "=", lot_sudo.id), ("serial_requested_at", ">", since)]
        )
        if count >= MOST_REQUESTS:
            raise UserError(
                self.env._(
                    "Repairs of this product were asked for often today. Please call "
                    "our service."
                )
            )

    def _prepare_unit_vals(self, lot_sudo):
        """Return what any repair of a unit starts with that no user opened."""
        company = lot_sudo.company_id or self.env.company
        return {
            "lot_id": lot_sudo.id,
            "product_id": lot_sudo.product_id.id,
            "company_id": company.id,
            "user_id": False,
        }

    def _prepare_request_vals(self, lot_sudo, values):
        return {
            **self._prepare_unit_vals(lot_sudo),
            "serial_centre_id": values.get("centre_id"),
            "serial_fault_id": values.get("fault_id"),
            "serial_fault_note": values.get("words"),
            "serial_requested_at": fields.Datetime.now(),
            "serial_phone": values["phone"]["phone"],
            "serial_phone_masked": values["phone"]["phone_masked"],
            "serial_email": values.get("email"),
            "serial_consent_id": values.get("consent_id"),
            "serial_consent_text": values["consent_text"],
            "serial_consent_at": fields.Datetime.now(),
            "serial_lang": self.env.lang,
        }

    def _attach_photos(self, files):
        """Keep pictures with the repair; they were checked."""
        messages = self.env["serial.service.message"]
        self.serial_photo_ids += self.env["ir.attachment"].create(
            [
                {
                    "name": name[:200],
                    "raw": content,
                    "mimetype": messages._get_file_type(name, content),
                    "res_model": self._name,
                    "res_id": self.id,
                }
                for name, content in files
            ]
        )

    # === TOLD === #

    def _tell_consumer(self, what):
        """Write to the consumer by mail and text message, as far as he gave addresses.

        :param str what: requested, taken_in, ready, cancelled or message
        """
        template = self.env.ref(
            f"serial_dossier.mail_template_service_{what}", raise_if_not_found=False
        )
        for repair_sudo in self.sudo().filtered("serial_requested_at"):
            if template and repair_sudo.serial_email:
                template.sudo().send_mail(repair_sudo.id)
            if template and repair_sudo.serial_phone and "sms.sms" in self.env:
                repair_sudo._send_sms(template.sudo())

    def _send_sms(self, template_sudo):
        """Queue a text message: the subject of the mail, and the link."""
        subject = template_sudo._render_field("subject", self.ids, compute_lang=True)[
            self.id
        ]
        self.env["sms.sms"].sudo().create(
            {
                "number": self.serial_phone,
                "body": f"{subject} {self.serial_ticket_url}",
            }
        )

    def _tell_centre(self, text):
        """Note in the chatter what the consumer did; the centre's people get a mail."""
        for repair_sudo in self.sudo():
            repair_sudo.message_post(
                body=text,
                partner_ids=repair_sudo.serial_centre_id.channel_user_ids.partner_id.ids,
                author_id=self.env.ref("base.partner_root").id,
                force_send=False,
            )

    # === CONSUMER === #

    def _may_cancel(self):
        """Tell whether the consumer may call it off: nobody has his unit yet."""
        return self.serial_stage == "announced"

    def _cancel_by_consumer(self):
        """Call a repair off that has not begun."""
        self.ensure_one()
        if not self._may_cancel():
            raise UserError(
                self.env._("The service centre has your product already. Please write.")
            )
        self.sudo().action_repair_cancel()
        self._tell_centre(self.env._("The consumer has called the repair off."))
