import base64
import io
import json
import zipfile
from datetime import timedelta
from unittest.mock import patch

from dateutil.relativedelta import relativedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, new_test_user, tagged

from .common import NOW, SerialCase

PHONE = "+8613812345678"
MAIL = "wang.li@example.com"
FACTS = {"ip": "203.0.113.7", "latitude": 23.1, "longitude": 113.3}


class PersonalCase(SerialCase):
    """A consumer with an activation, a repair, and a contact; and another one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.reader = new_test_user(
            cls.env,
            login="serial_reader",
            groups="serial_dossier.serial_dossier_group_personal_data",
        )
        cls.company.country_id = cls.env.ref("base.cn")
        cls.lot, cls.other_lot = cls.ship(2).sorted("id")
        cls.activation = cls.activate(cls.lot, PHONE)
        cls.other = cls.activate(cls.other_lot, "+8613912345678")
        cls.consumer.write({"name": "Wang Li", "email": MAIL, "phone": PHONE})
        cls.repair = cls.env["repair.order"].create(
            {
                "product_id": cls.product.id,
                "lot_id": cls.lot.id,
                "partner_id": cls.consumer.id,
                "serial_fault_note": "Call Wang Li",
            }
        )
        cls.repair.sudo().write({"serial_phone": PHONE, "serial_email": MAIL})

    @classmethod
    def activate(cls, lot, phone):
        cls.env["serial.activation"]._activate_from_page(lot, phone, "CN", True, FACTS)
        return lot.activation_ids

    def ask(self, phone="138 1234 5678", **values):
        request = (
            self.env["serial.personal.request"]
            .with_user(self.reader)
            .create({"phone": phone, "identity_note": "A code to the number", **values})
        )
        request.action_find()
        return request

    def close_repair(self):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE repair_order SET state = 'done' WHERE id = %s", [self.repair.id]
        )
        self.repair.invalidate_recordset()

    def found(self, request):
        return {(line.model, line.res_id) for line in request.line_ids}


@tagged("post_install", "-at_install")
class TestPersonalRequest(PersonalCase):
    def test_all_of_a_person_is_found_by_number_and_nothing_of_others(self):
        found = self.found(self.ask())
        self.assertEqual(
            found,
            {
                ("serial.activation", self.activation.id),
                ("repair.order", self.repair.id),
                ("res.partner", self.consumer.id),
            },
        )

    def test_a_person_is_found_by_mail_address_too(self):
        found = self.found(self.ask(phone=False, email="Wang.Li@Example.com"))
        self.assertEqual(
            {model for model, _id in found}, {"repair.order", "res.partner"}
        )

    def test_who_has_left_nothing_is_not_found(self):
        self.ship(1)
        self.assertFalse(self.ask(phone="+8613000000000").line_ids)

    def test_what_is_no_number_is_refused(self):
        for values in ({"phone": "12"}, {"phone": False, "email": "nobody"}):
            with self.assertRaises(UserError):
                self.ask(**values)

    def test_the_number_is_masked_for_who_may_not_read_it(self):
        request = self.ask()
        self.assertEqual(
            request.with_user(self.auditor).phone_masked, "+86 138****5678"
        )
        with self.assertRaises(AccessError):
            request.with_user(self.auditor).read(["phone"])

    def test_only_the_group_handles_requests(self):
        request = self.ask()
        for user in (self.user, self.manager, self.auditor):
            for action in ("action_find", "action_export", "action_erase"):
                with (
                    self.subTest(user=user.login, action=action),
                    self.assertRaises(AccessError),
                ):
                    getattr(request.with_user(user), action)()

    def test_nothing_is_told_or_erased_before_the_identity_was_checked(self):
        request = self.ask(identity_note=False)
        for action in ("action_export", "action_erase"):
            with self.assertRaises(UserError):
                getattr(request, action)()
        self.assertEqual(self.activation.sudo().phone, PHONE)

    # === EXPORT === #

    def test_an_export_tells_all_and_is_noted(self):
        request = self.ask()
        request.action_export()
        archive = zipfile.ZipFile(io.BytesIO(base64.b64decode(request.file)))
        content = json.loads(archive.read("data.json"))["data"]
        (activation,) = content["serial.activation"]
        self.assertEqual(activation["phone"], PHONE)
        self.assertIn("telephone number", activation["consent_text"])
        self.assertEqual(content["res.partner"][0]["email"], MAIL)
        self.assertEqual(content["repair.order"][0]["serial_email"], MAIL)
        noted = self.env["serial.access.log"].search([("way", "=", "request")])
        self.assertEqual(set(noted.mapped("reason")), {request.name})

    def test_pictures_that_were_sent_are_in_the_export(self):
        file = self.env["ir.attachment"].create({"name": "a.txt", "raw": b"picture"})
        self.repair.sudo().serial_photo_ids = [Command.link(file.id)]
        request = self.ask()
        request.action_export()
        archive = zipfile.ZipFile(io.BytesIO(base64.b64decode(request.file)))
        self.assertEqual(archive.read(f"files/{file.id}-a.txt"), b"picture")

    def test_the_file_goes_after_a_month(self):
        request = self.ask()
        request.action_export()
        with freeze_time(NOW + timedelta(days=31)):
            self.env["serial.personal.request"]._gc_files()
        self.assertFalse(request.file)

    # === ERASURE === #

    def test_an_erasure_leaves_events_and_no_data_of_the_person(self):
        self.close_repair()
        heads = self.lot.event_ids.mapped("hash")
        request = self.ask()
        request.action_erase()
        erased = self.activation.sudo()
        for name in ("phone", "phone_masked", "owner_key", "ip_prefix", "observations"):
            self.assertFalse(erased[name], name)
        self.assertTrue(erased.activated_at and erased.consent_at)
        for name in ("serial_phone", "serial_email", "serial_fault_note"):
            self.assertFalse(self.repair.sudo()[name], name)
        self.assertEqual(self.lot.event_ids.mapped("hash"), heads)
        self.assertFalse(self.env["serial.event"]._get_broken_chains(self.lot.ids))
        self.assertEqual(set(request.line_ids.mapped("state")), {"erased"})
        self.assertFalse(self.ask().line_ids)

    def test_the_contact_of_a_consumer_is_emptied_and_archived(self):
        self.ask().action_erase()
        self.assertFalse(self.consumer.active or self.consumer.email)
        self.assertFalse(self.consumer.phone)
        self.assertNotIn("Wang", self.consumer.name)
        self.assertNotIn("Wang", str(self.consumer.message_ids.mapped("body")))

    def test_others_keep_theirs(self):
        self.ask().action_erase()
        self.assertEqual(self.other.sudo().phone, "+8613912345678")

    def test_only_masked_forms_stay_on_the_request(self):
        request = self.ask()
        request.action_export()
        request.action_erase()
        self.assertEqual(request.state, "erased")
        self.assertFalse(request.phone or request.file)
        self.assertEqual(request.phone_masked, "+86 138****5678")
        with self.assertRaises(UserError):
            request.unlink()

    def test_an_open_repair_keeps_the_number_until_it_is_closed(self):
        request = self.ask()
        request.action_erase()
        line = request.line_ids.filtered(lambda one: one.model == "repair.order")
        self.assertEqual((line.state, line.reason), ("kept", "repair"))
        self.assertEqual(self.repair.sudo().serial_phone, PHONE)

    def test_a_legal_hold_keeps_what_belongs_to_the_unit(self):
        self.env["serial.hold"].create(
            {"reason": "A lawsuit", "lot_ids": [Command.set(self.lot.ids)]}
        )
        request = self.ask()
        request.action_erase()
        self.assertEqual(self.activation.sudo().phone, PHONE)
        self.assertIn("hold", request.line_ids.mapped("reason"))

    def test_a_distributor_is_no_consumer(self):
        self.distributor.phone = PHONE
        request = self.ask()
        request.action_erase()
        line = request.line_ids.filtered(lambda one: one.res_id == self.distributor.id)
        self.assertEqual((line.state, line.reason), ("kept", "party"))
        self.assertTrue(self.distributor.active and self.distributor.phone)

    # === ODOO'S PRIVACY LOOKUP === #

    def test_odoos_privacy_lookup_finds_and_erases_ours(self):
        self.close_repair()
        wizard = self.env["privacy.lookup.wizard"].create(
            {"name": "Wang Li", "email": MAIL, "serial_phone": PHONE}
        )
        wizard.action_lookup()
        found = {(line.res_model, line.res_id): line for line in wizard.line_ids}
        self.assertNotIn("serial.event", {model for model, _id in found})
        found["serial.activation", self.activation.id].action_unlink()
        self.assertTrue(self.activation.exists())
        self.assertFalse(self.activation.sudo().phone)
        self.assertIn("Erased", wizard.execution_details)

    # === RETENTION === #

    def forget(self, **passed):
        """Run the cron after so much time."""
        cron = self.env.registry["ir.cron"]
        with (
            freeze_time(NOW + relativedelta(**passed)),
            patch.object(cron, "_commit_progress", return_value=60),
        ):
            self.env["serial.personal.request"]._cron_forget()

    def test_personal_data_is_forgotten_after_its_months_by_cron(self):
        self.company.serial_personal_months = 12
        self.forget(months=11)
        self.assertEqual(self.activation.sudo().phone, PHONE)
        self.forget(years=9)
        self.assertFalse(self.activation.sudo().phone)
        self.assertEqual(self.repair.sudo().serial_phone, PHONE)

    def test_a_live_warranty_a_recall_or_a_hold_keeps_personal_data(self):
        self.company.serial_personal_months = 12
        self.lot.sudo().recalled = True
        self.env["serial.hold"].create(
            {"reason": "A lawsuit", "lot_ids": [Command.set(self.other_lot.ids)]}
        )
        self.forget(years=9)
        self.assertTrue(self.activation.sudo().phone and self.other.sudo().phone)

    def test_zero_months_keep_personal_data_for_good(self):
        self.company.serial_personal_months = 0
        self.forget(years=9)
        self.assertEqual(self.activation.sudo().phone, PHONE)
