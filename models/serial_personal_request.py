import base64

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize

from ..core.privacy import mask_email, mask_phone

PERSONAL = "serial_dossier.serial_dossier_group_personal_data"
# The file of an export is for the person, not for keeping.
KEEP_FILE_DAYS = 30


class SerialPersonalRequest(models.Model):
    """A person asks what is kept of him, or that it be erased.

    He is found by telephone number or mail address. After an erasure only masked
    forms of them stay on the request, which is the record that it was done.
    """

    _name = "serial.personal.request"
    _inherit = [
        "serial.sequence.mixin",
        "serial.guarded.mixin",
        "serial.personal.mixin",
        "serial.personal.find.mixin",
        "serial.personal.erase.mixin",
        "serial.personal.export.mixin",
        "serial.personal.forget.mixin",
    ]
    _description = "Personal-data Request"
    _order = "id desc"
    _personal_fields = frozenset({"phone", "email"})
    _guarded_fields = frozenset(
        {
            "state",
            "phone_masked",
            "email_masked",
            "file",
            "file_name",
            "exported_at",
            "erased_at",
            "handled_by_id",
        }
    )

    state = fields.Selection(
        [("draft", "New"), ("found", "Found"), ("erased", "Erased")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    phone = fields.Char(groups=PERSONAL, copy=False)
    email = fields.Char(groups=PERSONAL, copy=False)
    phone_masked = fields.Char(string="Phone (masked)", readonly=True, copy=False)
    email_masked = fields.Char(string="Email (masked)", readonly=True, copy=False)
    asked_on = fields.Date(
        required=True, default=fields.Date.context_today, string="Asked on"
    )
    identity_note = fields.Char(
        string="Identity Checked by",
        help="How the person proved to be the one: such as a code sent to the number.",
    )
    note = fields.Text()
    line_ids = fields.One2many("serial.personal.line", "request_id", readonly=True)
    file = fields.Binary(readonly=True, copy=False, groups=PERSONAL)
    file_name = fields.Char(readonly=True, copy=False)
    exported_at = fields.Datetime(readonly=True, copy=False)
    erased_at = fields.Datetime(readonly=True, copy=False)
    handled_by_id = fields.Many2one("res.users", readonly=True, copy=False)

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        requests = super().create(vals_list)
        requests._set_masked()
        return requests

    def write(self, vals):
        done = super().write(vals)
        if {"phone", "email"} & set(vals) and not self.env.su:
            self._set_masked()
        return done

    @api.ondelete(at_uninstall=False)
    def _unlink_except_handled(self):
        if any(request.exported_at or request.erased_at for request in self):
            raise UserError(
                self.env._("A request that was answered stays as a record.")
            )

    def _set_masked(self):
        for request in self.sudo():
            number = request.phone and request.env["serial.activation"]._parse_phone(
                request.phone, None, None
            )
            email = email_normalize(request.email or "")
            if request.phone and not number:
                raise UserError(
                    self.env._("%(phone)s is no telephone number.", phone=request.phone)
                )
            if request.email and not email:
                raise UserError(
                    self.env._("%(email)s is no mail address.", email=request.email)
                )
            request.write(
                {
                    "phone_masked": number
                    and mask_phone(
                        str(number.country_code), str(number.national_number)
                    ),
                    "email_masked": email and mask_email(email),
                }
            )

    # === ACTIONS === #

    def action_find(self):
        """List what is kept of the person."""
        self.ensure_one()
        self.check_access("write")
        if self.state == "erased":
            raise UserError(self.env._("The data is erased already."))
        if not self.sudo().phone and not self.sudo().email:
            raise UserError(self.env._("Give a telephone number or a mail address."))
        lines = []
        for records_sudo in self._find_all():
            kept = self._get_kept(records_sudo)
            lines += [
                {
                    "request_id": self.id,
                    "model": record.sudo()._name,
                    "res_id": record.id,
                    "reason": kept.get(record.id),
                }
                for record in records_sudo
            ]
        self.sudo().line_ids.unlink()
        self.env["serial.personal.line"].sudo().create(lines)
        self.sudo().state = "found"
        return True

    def action_export(self):
        """Make the file with all that is kept of the person."""
        self.ensure_one()
        self._ensure_checked()
        found = self._find_all()
        for records_sudo in found:
            records = records_sudo.sudo(False)
            self.env["serial.access.log"]._note(records, {"*"}, "request", self.name)
        self.sudo().write(
            {
                "file": base64.b64encode(self._write_export(found)),
                "file_name": f"{self.name.replace('/', '-')}.zip",
                "exported_at": fields.Datetime.now(),
                "handled_by_id": self.env.uid,
            }
        )
        return True

    def action_erase(self):
        """Erase what is kept of the person, but for what has to stay."""
        self.ensure_one()
        self._ensure_checked()
        self.action_find()
        person = self.sudo()._get_person()
        for records_sudo in self._find_all():
            kept = self._get_kept(records_sudo)
            gone = records_sudo.filtered(lambda one, kept=kept: one.id not in kept)
            self._erase_records(gone, person)
            self._mark(records_sudo - gone, "kept")
            self._mark(gone, "erased")
        self._erase_queues(person)
        self.sudo().write(
            {
                "state": "erased",
                "phone": False,
                "email": False,
                "file": False,
                "erased_at": fields.Datetime.now(),
                "handled_by_id": self.env.uid,
            }
        )
        return True

    def _find_all(self):
        """Return what tells about the person, what refers to others first."""
        return self._find_records(self.sudo()._get_person())[::-1]

    def _mark(self, records_sudo, state):
        self.sudo().line_ids.filtered(
            lambda line: (
                line.model == records_sudo._name and line.res_id in records_sudo.ids
            )
        ).state = state

    def _ensure_checked(self):
        self.check_access("write")
        if self.state != "found":
            raise UserError(self.env._("Look first what is kept of the person."))
        if not (self.identity_note or "").strip():
            raise UserError(
                self.env._(
                    "Note how the person proved to be the one: else anybody who knows "
                    "a number could ask."
                )
            )

    @api.autovacuum
    def _gc_files(self):
        """Delete the files of exports that the person has got by now."""
        limit = fields.Datetime.subtract(fields.Datetime.now(), days=KEEP_FILE_DAYS)
        self.sudo().search(
            [("exported_at", "<", limit), ("file", "!=", False)]
        ).file = False
