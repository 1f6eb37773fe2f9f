from odoo import models
from odoo.exceptions import UserError
from odoo.tools import email_normalize

from .serial_page_render_mixin import Text


class SerialPageRequestMixin(models.AbstractModel):
    """Reading the form in which a consumer asks for a repair."""

    _name = "serial.page.request.mixin"
    _description = "Reading a Request for Service"

    def _create_request(self, lot_sudo, form, files, visit):
        """Return (repair or None, the outcome where there is none)."""
        values, outcome = self._read_request(lot_sudo, form, visit)
        if outcome:
            return None, outcome
        try:
            with self.env.cr.savepoint():
                repairs = self.env["repair.order"]
                return repairs._request(lot_sudo, values, files), None
        except UserError as error:
            return None, {"message": Text(error), "field": None}

    def _read_request(self, lot_sudo, form, visit):
        """Return (values of the request, None), or (None, what is wrong)."""
        wrong = self._get_wrong_field(lot_sudo, form)
        number = self.env["serial.activation"]._parse_phone(
            form.get("phone"), form.get("country"), visit["ip"]
        )
        if not wrong and not number:
            wrong = "phone"
        if wrong:
            return None, {"message": Text(self._get_wrong_text(wrong)), "field": wrong}
        return {
            "fault_id": self._read_fault(lot_sudo, form),
            "centre_id": self._read_centre(lot_sudo, form),
            "words": self._clean_words(form.get("words")),
            "phone": self.env["serial.activation"]._prepare_phone_vals(number),
            "email": email_normalize(form.get("email") or "") or False,
            **self._get_service_consent(),
        }, None

    def _get_wrong_field(self, lot_sudo, form):
        """Return the first field that is wrong, None if all are right."""
        if not form.get("consent"):
            return "consent"
        if self._get_service_state(
            {"stage": lot_sudo.stage, "lot_id": lot_sudo.id}
        ) != ("form"):
            return "unit"
        if not self._read_fault(lot_sudo, form):
            return "fault"
        email = (form.get("email") or "").strip()
        if email and not email_normalize(email):
            return "email"
        return None

    def _read_fault(self, lot_sudo, form):
        path = lot_sudo.product_id.categ_id.parent_path
        known = {str(fault_id): fault_id for fault_id, _name in self._get_faults(path)}
        return known.get(str(form.get("fault")))

    def _read_centre(self, lot_sudo, form):
        """Return the id of the centre that was chosen, None if it cannot be."""
        chosen = self.env["serial.portal"]._read_id(form.get("centre"))
        found = self.env["res.partner"]._get_nearest(
            None, None, product=lot_sudo.product_id, limit=None
        )
        return chosen if chosen in [centre.id for centre, _km in found] else None

    def _get_wrong_text(self, wrong):
        return {
            "consent": self.env._("Please agree to the storage of your data first."),
            "unit": self.env["repair.order"]._get_open_text(),
            "fault": self.env._("Please choose what is wrong with your product."),
            "email": self.env._("This is not an email address. Please check it."),
            "phone": self.env._(
                "This is not a telephone number. Please check it; a number of "
                "another country starts with + and its prefix."
            ),
        }[wrong]
