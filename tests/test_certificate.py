from io import BytesIO

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools.pdf import PdfReader

from .covering import CoverageCase


@tagged("post_install", "-at_install")
class TestCertificate(CoverageCase):
    """The certificate tells a unit's whole dossier, and whether it holds."""

    def text_of(self, lot, user=None):
        reports = self.env["ir.actions.report"].with_user(user or self.auditor)
        pdf, kind = reports._render_qweb_pdf(
            "serial_dossier.dossier_certificate", lot.ids
        )
        self.assertEqual(kind, "pdf")
        return "".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)

    def test_it_names_every_step_with_its_hash(self):
        lot = self.ship()
        text = self.text_of(lot)
        for event in lot.event_ids:
            self.assertIn(event.hash[:12], text)
        self.assertIn("Shipped to a distributor", text)
        self.assertIn("Yuexiu", text)
        self.assertIn("Genuine. All 3 events", text)
        self.assertIn("Electronics", text)

    def test_consumers_stay_unnamed(self):
        lot = self.produce()
        self.deliver(lot, self.consumer)
        text = self.text_of(lot)
        self.assertIn("a consumer", text)
        self.assertNotIn("A Consumer", text)

    def test_a_changed_event_is_told_first(self):
        lot = self.ship()
        self.env.cr.execute("ALTER TABLE serial_event DISABLE TRIGGER USER")
        self.env.cr.execute(
            "UPDATE serial_event SET disposition = 'stolen' WHERE lot_id = %s", [lot.id]
        )
        self.env.cr.execute("ALTER TABLE serial_event ENABLE TRIGGER USER")
        self.assertIn("do NOT agree with their hashes", self.text_of(lot))

    def test_it_tells_what_a_product_identifier_lacks(self):
        self.duty.identifier_rule = "dscsa"
        lot = self.ship()
        self.assertIn("The product has no GTIN.", self.text_of(lot))
        self.product.barcode = "6901234567892"
        lot.write({"ref": "L7", "expiry_date": "2027-01-31"})
        self.assertIn("(17)270131(10)L7", self.text_of(lot).replace("\n", ""))

    def test_a_distributor_gets_his_part_of_it(self):
        lot = self.ship(partner=self.other_distributor)
        lot.plant = "Plant 7"
        picking = self.take_back(lot, self.other_distributor)
        self.deliver(lot, self.distributor)
        person = new_test_user(self.env, "yuexiu_cert", groups="base.group_portal")
        person.partner_id.parent_id = self.distributor
        portal = self.env["serial.portal"].with_user(person)
        serial, pdf = portal._get_certificate(lot.id)
        self.assertEqual(serial, lot.name)
        text = "".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)
        last = lot.event_ids.sorted("sequence")[-1]
        self.assertIn(last.hash[:12], text)
        self.assertIn("Yuexiu", text)
        self.assertIn("All 5 events", text)
        for hidden in ("Xihu", "Plant 7", picking.name, "Code minted", "Genuine"):
            self.assertNotIn(hidden, text)
        other = self.ship(partner=self.other_distributor)
        self.assertIsNone(portal._get_certificate(other.id))

    def test_who_may_not_read_a_serial_gets_no_certificate(self):
        lot = self.ship()
        with self.assertRaises(AccessError):
            self.text_of(lot, self.sales_user)


@tagged("post_install", "-at_install")
class TestRandomness(CoverageCase):
    """Where the law forbids serials that can be guessed, none are minted."""

    def batch(self, scheme, count=5):
        self.product.serial_scheme_id = scheme
        batch = self.env["serial.batch"].with_user(self.user)
        return batch.create({"product_id": self.product.id, "quantity": count})

    def test_structured_serials_are_refused_and_random_ones_are_not(self):
        structured = self.new_structured()
        self.duty.write({"is_random": True, "delivery_rule": "block"})
        with self.assertRaisesRegex(UserError, "guessed too easily for Electronics"):
            self.batch(structured).action_mint()
        self.assertEqual(self.duty.guessable_text, "Counting")
        self.batch(self.scheme).action_mint()
        self.duty.invalidate_recordset()
        self.assertFalse(self.duty.guessable_text)
        self.duty.delivery_rule = "warn"
        self.batch(structured).action_mint()

    def test_a_scheme_fills_up_to_the_chance_that_is_allowed(self):
        self.duty.write(
            {"is_random": True, "delivery_rule": "block", "guess_limit": 1e-10}
        )
        short = self.scheme.create({"name": "Short", "code_length": 8})
        self.batch(short, 100).action_mint()
        self.assertEqual(short.guess_chance, "One in 10,995,116,278")
        with self.assertRaisesRegex(UserError, "1/10,000,000,000"):
            self.batch(short, 10).action_mint()
        self.assertIn("Certain", self.new_structured().guess_chance)

    def new_structured(self):
        return self.scheme.create(
            {"name": "Counting", "kind": "structured", "template": "{yy}{seq:06}"}
        )
