from odoo import models
from odoo.fields import Domain
from odoo.tools import email_normalize


class SerialPersonalFindMixin(models.AbstractModel):
    """Where a person's data is: found by telephone number or mail address."""

    _name = "serial.personal.find.mixin"
    _description = "Finding of Personal Data"

    def _get_person(self):
        """Return what the person is found by, in the forms in which it is stored."""
        activations_sudo = self.env["serial.activation"].sudo()
        number = self.phone and activations_sudo._parse_phone(self.phone, None, None)
        phone = number and f"+{number.country_code}{number.national_number}"
        email = email_normalize(self.email or "") or None
        return {
            "phone": phone or None,
            "email": email,
            "phone_key": phone and activations_sudo._make_hash("phone_key")(phone),
            "account_keys": [
                activations_sudo._make_hash("account_key")(text)
                for text in (phone, email)
                if text
            ],
            "person_key": phone
            and self.env["serial.tradein"].sudo()._get_person_key(phone),
        }

    def _find_records(self, person):
        """Return the records (sudo) that tell about a person, a recordset a model."""
        partners = self._search_any("res.partner", self._get_partner_domains(person))
        found = [partners]
        found += [
            self._search_any(model, conditions)
            for model, conditions in self._get_domains(person, partners).items()
        ]
        return [records for records in found if records]

    def _get_domains(self, person, partners):
        """Return {model: conditions}, any of which says that it is the person."""
        owner = ("owner_key", "in", self._get_owner_keys(person))
        party = ("partner_id", "in", partners.ids)
        return {
            "serial.activation": self._get_activation_domains(person),
            "serial.activation.claim": [owner],
            "repair.order": [
                ("serial_phone", "=", person["phone"]),
                ("serial_email", "=ilike", person["email"]),
                party,
            ],
            "serial.warranty": [owner, party],
            "serial.tradein": [("person_key", "=", person["person_key"]), party],
            "serial.diversion.whitelist": [
                ("phone_key", "=", person["phone_key"]),
                ("account_key", "in", person["account_keys"]),
            ],
        }

    def _get_owner_keys(self, person):
        return [key for key in (person["phone_key"], *person["account_keys"]) if key]

    def _get_partner_domains(self, person):
        return [
            ("phone_sanitized", "=", person["phone"]),
            ("email_normalized", "=", person["email"]),
        ]

    def _get_activation_domains(self, person):
        accounts = [text for text in (person["phone"], person["email"]) if text]
        return [
            ("phone", "=", person["phone"]),
            ("account", "in", accounts),
            ("owner_key", "in", self._get_owner_keys(person)),
        ]

    def _search_any(self, model, conditions):
        """Return the records (sudo) that fit any of some conditions that say something.

        A condition on nothing would fit whoever has left nothing.
        """
        known = [Domain([leaf]) for leaf in conditions if leaf[2]]
        records_sudo = self.env[model].sudo().with_context(active_test=False)
        if not known:
            return records_sudo.browse()
        return records_sudo.search(Domain.OR(known), order="id")
