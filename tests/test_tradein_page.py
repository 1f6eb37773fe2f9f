import re

from odoo.tests import tagged

from .test_activate import GUANGDONG_IP
from .test_portal import PICTURE, PortalCase
from .test_tradein_steps import StepsCase
from .trading import OTHER_PERSON, PERSON, TradeinCase


class TradeinPageCase(TradeinCase):
    """The page as the public has it."""

    def page(self):
        self.env.flush_all()
        return self.env["serial.page"].with_user(self.env.ref("base.public_user"))

    def visit(self):
        return {"ip": GUANGDONG_IP, "user_agent": "", "languages": [], "lang": None}

    def look(self, lot=None):
        return self.page()._get_tradein_page((lot or self.lot).scan_code, self.visit())

    def form_of(self, html, **values):
        """Return what the form of a page sends."""
        hidden = dict(re.findall(r'name="(token|quote)" value="([^"]+)"', html))
        checked = re.findall(
            r'name="(answer_\w+)" value="(\w+)" checked', html.replace("&#34;", '"')
        )
        return {
            **hidden,
            **dict(checked),
            "step": "accept",
            "person": PERSON,
            "consent": "1",
            **values,
        }

    def send(self, form, files=(), lot=None):
        code = (lot or self.lot).scan_code
        return self.page()._take_tradein(code, form, list(files), self.visit())


@tagged("post_install", "-at_install")
class TestTradeinPage(TradeinPageCase):
    def test_the_first_look_asks_and_quotes_at_once(self):
        html = self.look()
        self.assertIn("Our offer for your unit", html)
        self.assertIn("2,449.85", html)
        self.assertIn("Screen", html)
        self.assertNotIn("<script", html)

    def test_other_answers_make_another_offer(self):
        form = self.form_of(self.look(), step="quote", answer_screen="cracked")
        html, path = self.send(form)
        self.assertFalse(path)
        self.assertIn("1,549.85", html)

    def test_accepting_leads_to_the_claims_own_page(self):
        html, path = self.send(self.form_of(self.look()), [("a.png", PICTURE)])
        self.assertIsNone(html)
        claim = self.lot.tradein_ids
        self.assertEqual(path, claim._get_path())
        self.assertEqual(claim.source, "page")
        self.assertEqual(claim.attachment_ids.mapped("name"), ["a.png"])
        shown = self.page()._get_claim_page(path.rsplit("/", 1)[1], self.visit())
        self.assertIn(claim.name, shown)
        self.assertIn("Download the voucher", shown)

    def test_answers_that_were_not_quoted_are_quoted_first(self):
        form = self.form_of(self.look(), answer_screen="cracked")
        html, path = self.send(form)
        self.assertFalse(path)
        self.assertIn("Your answers changed the offer", html)
        self.assertFalse(self.lot.tradein_ids)

    def test_a_second_time_is_refused_with_the_date_of_the_first(self):
        form = self.form_of(self.look())
        self.send(form)
        html, path = self.send({**form, "person": OTHER_PERSON})
        self.assertFalse(path)
        self.assertIn("March 2, 2026", html)
        self.assertIn("March 2, 2026", self.look())
        self.assertEqual(len(self.lot.tradein_ids), 1)

    def test_a_form_of_another_code_or_without_consent_makes_nothing(self):
        other = self._activate(self.ship())
        form = self.form_of(self.look(other))
        html, _path = self.send(form)
        self.assertIn("open for too long", html)
        html, _path = self.send(self.form_of(self.look(), consent=""))
        self.assertIn("Please agree", html)
        html, _path = self.send(self.form_of(self.look(), person="x"))
        self.assertIn('role="alert"', html)
        html, _path = self.send(
            self.form_of(self.look()), [("virus.exe", b"MZ\x00\x01" * 9)]
        )
        self.assertIn("Only pictures", html)
        self.assertFalse(self.lot.tradein_ids)

    def test_an_unknown_code_answers_as_on_its_page(self):
        code = "2222222222222"
        offered = self.page()._get_tradein_page(code, self.visit())
        looked = self.page()._get_unit_page(code, self.visit())
        self.assertEqual(offered, looked)
        void = self.mint()
        void._move_to_stage("void", "voided")
        shown = self.look(void)
        self.assertIn("Code not found", shown)

    def test_a_guessed_link_opens_nothing(self):
        for token in ("x", "", "💥", "A" * 600, "AQAAAAAAAAAA"):
            html = self.page()._get_claim_page(token, self.visit())
            self.assertIn("This link does not work", html)
            name, _html = self.page()._get_claim_voucher(token, self.visit())
            self.assertIsNone(name)


@tagged("post_install", "-at_install")
class TestTradeinLink(StepsCase, TradeinPageCase):
    def decide(self, decision):
        token = self.claim._get_path().rsplit("/", 1)[1]
        form = {"decision": decision} if decision else None
        return self.page()._get_claim_page(token, self.visit(), form)

    def test_the_consumer_agrees_to_the_new_offer_on_his_page(self):
        self.receive_claim()
        self.claim.sudo()._inspect(900, reason="The screen is cracked.")
        html = self.decide(None)
        self.assertIn("The screen is cracked.", html)
        self.assertIn("900.00", html)
        self.assertIn("You agreed", self.decide("agree"))
        self.assertEqual(self.claim.offer_state, "agreed")

    def test_the_consumer_calls_it_off_before_the_unit_came(self):
        self.assertIn("called off", self.decide("withdraw"))
        self.assertEqual(self.claim.state, "cancelled")
        self.assertIn('role="alert"', self.decide("agree"))

    def test_the_voucher_comes_by_the_link(self):
        token = self.claim._get_path().rsplit("/", 1)[1]
        name, content = self.page()._get_claim_voucher(token, self.visit())
        self.assertEqual(name, self.claim.name.replace("/", "-") + ".pdf")
        self.assertTrue(content.startswith(b"%PDF"))

    def test_a_claim_that_ended_has_no_voucher(self):
        self.claim.sudo()._withdraw()
        token = self.claim._get_path().rsplit("/", 1)[1]
        name, content = self.page()._get_claim_voucher(token, self.visit())
        self.assertIsNone(name)
        self.assertIn("This trade-in was called off.", str(content))


@tagged("post_install", "-at_install")
class TestTradeinPortal(StepsCase, PortalCase):
    def test_a_store_scans_quotes_accepts_and_takes_in(self):
        lot = self._activate(self.ship(1, self.other_distributor))
        portal = self.portal_of(self.shopkeeper)
        quote = portal._get_intake(lot.scan_code)["quote"]
        claim = portal._accept_intake(
            lot.scan_code, quote["answers"], quote["quote"], OTHER_PERSON
        )
        self.assertEqual((claim.partner_id, claim.source), (self.retailer, "portal"))
        portal._act_on_tradein(claim.id, "receive")
        self.assertEqual((claim.state, lot.stage), ("received", "traded_in"))
        self.assertEqual(claim.picking_ids.partner_id, self.retailer)

    def test_what_a_consumer_accepted_is_taken_in_by_code_or_voucher(self):
        portal = self.portal_of(self.shopkeeper)
        link = self.claim.sudo()._get_link()
        for text in (self.lot.scan_code, link):
            intake = portal._get_intake(text)
            self.assertEqual(intake["claim"]["name"], self.claim.name)
        portal._adopt_intake(link)
        self.assertEqual(self.claim.state, "received")
        self.assertEqual(self.claim.partner_id, self.retailer)

    def test_a_claim_is_seen_by_its_store_and_who_supplies_it(self):
        self.portal_of(self.shopkeeper)._adopt_intake(self.lot.scan_code)
        for user, seen in (
            (self.shopkeeper, 1),
            (self.dealer, 1),
            (self.stranger, 0),
        ):
            portal = self.portal_of(user)
            self.assertEqual(portal._count_tradeins(), seen)
            self.assertEqual(bool(portal._get_tradein(self.claim.id)), bool(seen))

    def test_a_number_that_can_be_guessed_finds_nothing(self):
        self.lot.imei = "490154203237518"
        for text in (self.lot.imei, self.claim.name, "", "2222222222222"):
            intake = self.portal_of(self.shopkeeper)._get_intake(text)
            self.assertIn("error", intake)

    def test_the_store_sees_the_new_offer_and_whether_it_is_agreed_to(self):
        portal = self.portal_of(self.shopkeeper)
        portal._adopt_intake(self.lot.scan_code)
        self.assertFalse(portal._get_tradein(self.claim.id)["revision"])
        self.claim.sudo()._inspect(1100, reason="The screen is cracked.")
        (_offer, amount), (_state, state) = portal._get_tradein(self.claim.id)[
            "revision"
        ]
        self.assertIn("1,100", amount)
        self.assertEqual(state, "Waits for the consumer")
