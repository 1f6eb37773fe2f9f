from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from ..models import serial_file_check_mixin
from .common import NOW
from .test_activate import BEIJING_IP, ActivationCase
from .test_portal import PICTURE

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF"


@tagged("post_install", "-at_install")
class TestProof(ActivationCase):
    """Where a region says hold, the page asks for a proof of purchase, nothing more."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.guangdong.enforcement = "hold"
        cls.public = cls.env.ref("base.public_user")
        cls.lot = cls.ship()

    def setUp(self):
        super().setUp()
        self.activate(self.item(self.lot, BEIJING_IP))
        self.activation = self.lot.activation_ids
        self.warranty = self.lot.warranty_start, self.lot.warranty_end

    def page(self):
        return self.env["serial.page"].with_user(self.public)

    def visit(self):
        return {"ip": BEIJING_IP, "user_agent": "", "languages": [], "lang": None}

    def look(self):
        """Return the page of the unit as the public sees it, in its own request."""
        self.env.flush_all()
        return self.page()._get_unit_page(self.lot.scan_code, self.visit())

    def token(self):
        self.env.flush_all()
        code = self.lot.scan_code
        row = self.page()._look_up(code)
        return str(self.page()._prepare_proof(code, row)["token"])

    def send(self, body="", files=(), token=None):
        """Send the form of the page."""
        form = {"token": token or self.token(), "body": body}
        return self.page()._get_proof_page(
            self.lot.scan_code, form, list(files), self.visit()
        )

    def test_the_page_asks_until_a_proof_was_given(self):
        self.assertIn("Proof of purchase", self.look())
        page = self.send(files=[("receipt.png", PICTURE), ("invoice.pdf", PDF)])
        self.assertIn("we have received your proof", page)
        self.assertNotIn("Proof of purchase</h", page)
        self.assertNotIn("Proof of purchase</h", self.look())
        proof = self.activation.proof_ids
        self.assertEqual(
            set(proof.attachment_ids.mapped("mimetype")),
            {"image/png", "application/pdf"},
        )
        self.assertEqual(proof.given_at, NOW)
        self.assertEqual(self.activation.proof_state, "given")

    def test_words_are_enough_and_the_owner_is_told(self):
        self.send("Tianhe Mall, 1 March")
        alert = self.activation.alert_ids
        self.assertIn("proof of purchase", alert.message_ids[0].body)
        self.assertIn(self.manager, alert.activity_ids.user_id)

    def test_a_user_accepts_or_refuses_and_the_warranty_never_changes(self):
        self.send("Tianhe Mall")
        self.activation.alert_ids.user_id = self.user
        proof = self.activation.proof_ids
        proof.with_user(self.user).action_refuse()
        self.assertIn("Please send it again", self.look())
        self.send("Tianhe Mall, receipt 12")
        self.activation.proof_ids[0].with_user(self.user).action_accept()
        self.assertEqual(self.activation.proof_state, "accepted")
        self.assertNotIn("Proof of purchase</h", self.look())
        self.lot.invalidate_recordset()
        self.assertEqual(
            (self.lot.warranty_start, self.lot.warranty_end), self.warranty
        )
        with self.assertRaises(AccessError):
            proof.with_user(self.auditor).action_accept()

    # === WHO SEES IT === #

    def sees(self, user):
        """Tell whether a user sees the proof and may read its file."""
        domain = [("activation_id", "=", self.activation.id)]
        proof = self.env["serial.activation.proof"].search(domain)
        file = proof.attachment_ids
        self.env.invalidate_all()
        found = proof.with_user(user).search(domain)
        self.assertEqual(found == proof, file.with_user(user).has_access("read"))
        return bool(found)

    def test_only_who_handles_it_and_readers_of_personal_data_see_it(self):
        self.send("Tianhe Mall", files=[("receipt.png", PICTURE)])
        alert = self.activation.alert_ids
        reader = new_test_user(
            self.env,
            "proof_reader",
            groups="serial_dossier.serial_dossier_group_user,"
            "serial_dossier.serial_dossier_group_personal_data",
        )
        alert.user_id = self.manager
        self.assertTrue(self.sees(self.manager))
        self.assertTrue(self.sees(reader))
        self.assertFalse(self.sees(self.user))
        self.assertFalse(self.sees(self.auditor))
        with self.assertRaises(AccessError):
            self.activation.proof_ids.with_user(self.user).action_accept()
        case = self.env["serial.diversion.case"].create({"user_id": self.user.id})
        alert.case_id = case
        self.assertTrue(self.sees(self.user))

    def test_who_reads_it_is_noted(self):
        self.send("Tianhe Mall", files=[("receipt.png", PICTURE)])
        self.activation.alert_ids.user_id = self.user
        proof = self.activation.proof_ids.with_user(self.user)
        domain = [("model", "=", proof._name), ("user_id", "=", self.user.id)]
        logs = self.env["serial.access.log"]
        proof.web_read({"state": {}, "given_at": {}})
        self.assertFalse(logs.search(domain))
        proof.web_read({"body": {}})
        self.assertEqual(logs.search(domain).field_names, "body")
        binary = self.env["ir.binary"].with_user(self.user)
        binary._find_record(res_id=proof.attachment_ids.id)
        log = logs.search(domain, limit=1)
        self.assertEqual((log.field_names, log.res_id), ("attachment_ids", proof.id))
        with self.assertRaises(AccessError):
            binary.with_user(self.auditor)._find_record(res_id=proof.attachment_ids.id)
        self.assertEqual(logs.search_count(domain), 2)

    # === REFUSED === #

    def test_programs_tables_and_large_files_are_refused(self):
        for name, content in (
            ("a.png", b"MZ" + bytes(200)),
            ("a.csv", b"a,b"),
            ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ):
            page = self.send(files=[(name, content)])
            self.assertIn("Only pictures and PDF", page)
        with patch.object(serial_file_check_mixin, "MAX_FILE", 10):
            self.assertIn("larger than", self.send(files=[("a.png", PICTURE)]))
        self.assertIn("At most 3 files", self.send(files=[("a.png", PICTURE)] * 4))
        self.assertFalse(self.activation.proof_ids)

    def test_nothing_and_a_foreign_token_are_refused(self):
        self.assertIn("Please add a picture", self.send(" "))
        other = self.ship()
        self.activate(self.item(other, BEIJING_IP))
        code = other.scan_code
        row = self.page()._look_up(code)
        token = str(self.page()._prepare_proof(code, row)["token"])
        self.assertIn("open for too long", self.send("Here", token=token))
        self.assertFalse(self.activation.proof_ids)

    def test_no_more_than_a_few_are_kept(self):
        self.activation.alert_ids.user_id = self.user
        for _try in range(3):
            self.send("Again")
            self.activation.proof_ids[0].with_user(self.user).action_refuse()
        self.assertIn("contact our service", self.send("And again"))
        self.assertEqual(len(self.activation.proof_ids), 3)

    def test_where_no_proof_was_asked_for_none_is_taken(self):
        token = self.token()
        self.activation.proof_state = False
        self.assertIn("No proof of purchase is needed", self.send("x", token=token))
