from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from .test_portal import PICTURE, PortalCase
from .wsgi import WsgiCase


@tagged("post_install", "-at_install")
class TestPortalCase(PortalCase):
    """Cases in the portal: seen once asked, answered with files, appealed after."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lots = cls.ship(2)
        cls.foreign_lot = cls.ship(1, cls.other_distributor)
        cls.company.serial_alert_user_id = cls.manager
        cls.case = cls.case_of(cls.lots)
        cls.case.write(
            {"question": "To whom were they sold?", "note": "<p>He lies.</p>"}
        )

    @classmethod
    def case_of(cls, lots):
        rows = [{"lot_id": lot.id, "score": 80} for lot in lots]
        alerts = cls.env["serial.diversion.alert"]
        return alerts._raise_units("refurbished_as_new", rows).case_id

    def ask(self):
        """Ask the distributor, as a user of the brand does."""
        self.case.with_user(self.user).action_ask()

    def see(self, user):
        return self.portal_of(user)._get_case(self.case.id)

    def give(self, user, body="We sold them to a school.", files=()):
        return self.portal_of(user)._give_case_statement(self.case.id, body, files)

    def decide(self, outcome="confirmed", **penalty):
        self.case.with_user(self.manager)._decide(outcome, "Sold as new.", **penalty)

    def test_a_case_nobody_asked_about_is_not_shown(self):
        self.case.with_user(self.user).action_investigate()
        self.assertIsNone(self.see(self.dealer))
        self.assertFalse(self.give(self.dealer))
        self.assertEqual(self.portal_of(self.dealer)._count_cases(), 0)

    def test_who_is_asked_sees_units_question_and_deadline(self):
        self.ask()
        case = self.see(self.dealer)
        self.assertEqual(
            {unit["serial"] for unit in case["units"]}, set(self.lots.mapped("name"))
        )
        self.assertEqual(case["question"], "To whom were they sold?")
        self.assertEqual(case["deadline"], self.case.date_deadline)
        self.assertTrue(case["awaits"])

    def test_internal_notes_scores_and_leads_are_not_shown(self):
        self.ask()
        self.case.message_post(body="He lies in the chatter.")
        shown = repr(self.see(self.dealer))
        for hidden in ("lies", "score"):
            self.assertNotIn(hidden, shown)

    def test_a_unit_with_two_alerts_is_shown_once(self):
        rows = [{"lot_id": lot.id} for lot in self.lots]
        self.env["serial.diversion.alert"]._raise_units("traded_in_before", rows)
        self.assertEqual(self.case.alert_count, 4)
        self.ask()
        shown = self.see(self.dealer)
        self.assertEqual(shown["unit_count"], 2)
        self.assertCountEqual(
            [unit["serial"] for unit in shown["units"]], self.lots.mapped("name")
        )
        for unit in shown["units"]:
            self.assertIn("Traded in before", unit["about"])
            self.assertIn("Used unit sold as new", unit["about"])

    def test_a_stranger_neither_sees_nor_answers(self):
        self.ask()
        self.assertIsNone(self.see(self.stranger))
        self.assertFalse(self.give(self.stranger))
        self.assertIsNone(self.see(self.shopkeeper), "his supplier is asked, not he")

    def test_units_of_others_in_the_case_are_not_shown(self):
        alerts = self.env["serial.diversion.alert"]
        foreign = alerts._raise_units("clone", [{"lot_id": self.foreign_lot.id}])
        foreign.case_id = self.case
        self.ask()
        self.assertEqual(self.see(self.dealer)["unit_count"], 2)

    def test_alerts_of_a_case_are_shown_once_he_is_asked(self):
        self.case.alert_ids.action_investigate()
        portal = self.portal_of(self.dealer)
        self.assertEqual(portal._get_alerts(), [])
        self.ask()
        self.assertEqual(len(portal._get_alerts()), 2)

    def test_his_contacts_get_a_mail_with_question_and_link(self):
        self.ask()
        mail = self.env["mail.mail"].search(
            [("model", "=", "serial.diversion.case"), ("res_id", "=", self.case.id)]
        )
        people = (self.dealer | self.colleague).partner_id
        self.assertEqual(mail.recipient_ids, people)
        self.assertIn("To whom were they sold?", mail.body_html)
        self.assertIn(f"/my/serial-cases/{self.case.id}", mail.body_html)
        self.assertNotIn("lies", mail.body_html)

    def test_his_word_reaches_the_owner_with_its_files(self):
        self.ask()
        self.assertTrue(self.give(self.dealer, files=[("invoice.png", PICTURE)]))
        statement = self.case.with_user(self.manager).statement_ids
        self.assertEqual(statement.kind, "statement")
        self.assertEqual(statement.attachment_ids.raw, PICTURE)
        self.assertIn(self.manager, self.case.activity_ids.user_id)
        shown = self.see(self.dealer)["statements"][0]
        self.assertEqual(shown["files"], ["invoice.png"])

    def test_a_program_is_refused_as_a_file(self):
        self.ask()
        with self.assertRaises(UserError):
            self.give(self.dealer, files=[("photo.png", b"MZ" + bytes(200))])
        limit = "odoo.addons.serial_dossier.models.serial_file_check_mixin.MAX_FILE"
        with patch(limit, 10), self.assertRaises(UserError):
            self.give(self.dealer, files=[("photo.png", PICTURE)])

    def test_after_the_decision_he_reads_it_and_appeals(self):
        self.ask()
        self.decide(
            penalty="fine",
            penalty_amount=5000,
            penalty_currency_id=self.env.ref("base.CNY").id,
        )
        decision = self.see(self.dealer)["decision"]
        self.assertEqual(decision["reason"], "Sold as new.")
        self.assertIn("5,000.00", decision["amount"])
        self.give(self.dealer, body="They were stolen from us.")
        self.assertEqual(self.case.statement_ids.kind, "appeal")
        self.assertTrue(self.case.activity_ids.filtered("summary"))

    def test_a_case_confirmed_without_a_question_can_be_appealed(self):
        self.decide()
        self.give(self.dealer)
        self.assertEqual(self.case.statement_ids.kind, "appeal")

    def test_a_case_closed_for_him_needs_no_word(self):
        self.ask()
        self.decide("dismissed")
        with self.assertRaises(UserError):
            self.give(self.dealer)

    def test_nobody_is_asked_where_nobody_is_accused(self):
        alerts = self.env["serial.diversion.alert"]
        case = alerts._raise_units("clone", [{"lot_id": self.lots[0].id}]).case_id
        with self.assertRaises(UserError):
            case.with_user(self.user).action_ask()


@tagged("post_install", "-at_install")
class TestPortalCasePage(PortalCase, WsgiCase):
    """The page of a case, as a browser gets it."""

    def test_the_page_holds_the_units_and_a_form_to_write_in(self):
        lot = self.ship(1)
        alerts = self.env["serial.diversion.alert"]
        rows = [{"lot_id": lot.id, "score": 80}]
        case = alerts._raise_units("refurbished_as_new", rows).case_id
        case.action_ask()
        sid = self.open_session("portal_dealer")
        page = self.call("GET", f"/my/serial-cases/{case.id}", sid=sid)
        self.assertIn(lot.name, page.text)
        self.assertIn("<textarea", page.text)
        self.assertIn('enctype="multipart/form-data"', page.text)
        self.assertIn(case.name, self.call("GET", "/my/serial-cases", sid=sid).text)
