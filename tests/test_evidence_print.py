from io import BytesIO

from odoo.tests import tagged
from odoo.tools.pdf import PdfReader

from .common import NOW
from .test_evidence import EvidenceCase


@tagged("post_install", "-at_install")
class TestEvidencePrint(EvidenceCase):
    """What the paper says depends on what the case is about."""

    def read_bundle(self):
        """Return the bundle's document and the text of its PDF."""
        _printed, document, _data, pdf = self.print_case()
        pages = PdfReader(BytesIO(pdf)).pages
        return document, "".join(page.extract_text() for page in pages)

    def open_case_of_used_units(self):
        lots = self.lots[3:5]
        alerts = self.env["serial.diversion.alert"]._raise_units(
            "refurbished_as_new",
            [
                {"lot_id": lot.id, "score": 90, "reasons": [], "observed_at": NOW}
                for lot in lots
            ],
        )
        return alerts.case_id

    def test_a_case_of_units_elsewhere_tells_their_odds_and_how_places_err(self):
        _document, text = self.read_bundle()
        self.assertIn(f"Units sold elsewhere: case {self.case.name}", text)
        self.assertIn("Left, odds", text)
        self.assertIn("Kind of sighting", text)

    def test_a_case_of_used_units_says_nothing_of_regions(self):
        self.case = self.open_case_of_used_units()
        _document, text = self.read_bundle()
        self.assertIn(f"Used units sold as new: case {self.case.name}", text)
        self.assertNotIn("Left, odds", text)
        self.assertNotIn("Kind of sighting", text)

    def test_it_names_the_data_sets_of_groups_and_of_sightings(self):
        self.leak.sources = ["ip:a", "ip:geoip@2026-01"]
        document, _text = self.read_bundle()
        self.assertEqual(document["method"]["data_sets"], ["a", "b", "geoip 2026-01"])
        self.case = self.open_case_of_used_units()
        document, _text = self.read_bundle()
        self.assertEqual(document["method"]["data_sets"], ["a", "b"])

    def test_times_of_alerts_are_utc_as_those_of_events(self):
        self.user.tz = "Asia/Shanghai"
        document, _text = self.read_bundle()
        told = {alert["summary"] for alert in document["alerts"]}
        case = self.case.with_context(tz="UTC")
        self.assertEqual(told, set(case.alert_ids.mapped("summary")))

    def test_printing_downloads_the_paper_and_shows_it_on_the_case(self):
        case = self.case.with_user(self.user)
        action = case.action_print_evidence()
        self.assertEqual(action["tag"], "serial_dossier.download")
        pdf = case.bundle_ids.pdf_id
        self.assertEqual(
            action["params"]["url"], f"/web/content/{pdf.id}?download=true"
        )

    def test_a_case_leads_to_its_test_purchases(self):
        case = self.case.with_user(self.user)
        self.assertEqual(case.purchase_count, 0)
        bought = self.env["serial.diversion.purchase"].with_user(self.user)
        bought = bought.create({"case_id": case.id, "seller": "A shop"})
        self.assertEqual(case.purchase_count, 1)
        action = case.action_view_purchases()
        found = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(found, bought.with_env(found.env))
