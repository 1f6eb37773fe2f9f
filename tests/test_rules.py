from psycopg2.errors import UniqueViolation

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..core.rule_set import DETECTORS, RuleSet
from .test_activate import BEIJING_IP, ActivationCase


class RuleCase(ActivationCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rules = cls.env["serial.diversion.rule"]
        cls.first = cls.env.ref("serial_dossier.serial_diversion_rule_first")

    def draft(self, **values):
        """Return a new version, made by a manager."""
        first = self.first.with_user(self.manager)
        return first.copy({"name": "Stricter", **values})

    def set_limit(self, rule, code, value):
        """Set a limit of a draft."""
        rule.threshold_ids.filtered(lambda line: line.code == code).value = value

    def switch(self, rule, code, enabled=False):
        """Switch a detector of a draft."""
        rule.detector_ids.filtered(lambda line: line.code == code).enabled = enabled


@tagged("post_install", "-at_install")
class TestRules(RuleCase):
    # === VERSIONS === #

    def test_the_first_version_is_active_and_is_what_the_module_ships(self):
        self.assertEqual((self.first.version, self.first.state), (1, "active"))
        shipped = RuleSet(version="1")
        self.assertEqual(self.rules._get_active(), shipped)

    def test_copy_says_the_same_under_a_new_version(self):
        draft = self.draft()
        self.assertEqual(draft.state, "draft")
        self.assertGreater(draft.version, self.first.version)
        self.assertEqual(len(draft.detector_ids), len(DETECTORS))
        copied, first = draft._get_rule_set(), self.first._get_rule_set()
        self.assertEqual(copied.thresholds, first.thresholds)
        self.assertEqual(copied.rates, first.rates)
        self.assertFalse(draft.changes_html)

    def test_activation_replaces_the_active_version_at_once(self):
        draft = self.draft(prior=0.2)
        self.rules._get_active()
        draft.action_activate()
        self.assertEqual((draft.state, self.first.state), ("active", "retired"))
        self.assertEqual(self.rules._get_active().prior, 0.2)
        self.assertEqual(draft.activated_by_id, self.manager)
        # and back again
        self.first.with_user(self.manager).action_activate()
        self.assertEqual(self.rules._get_active().version, "1")

    def test_chatter_names_what_changed(self):
        draft = self.draft(prior=0.2)
        self.set_limit(draft, "leak_fdr", 0.05)
        self.switch(draft, "clone")
        self.assertIn("0.05", draft.changes_html)
        draft.action_activate()
        body = draft.message_ids[0].body
        for text in ("10 % → 20 %", "0.01", "0.05", "Cloned Code: on → off"):
            self.assertIn(text, body)
        self.assertNotIn("Never Shipped", body)

    def test_two_versions_are_never_active_at_once(self):
        draft = self.draft().sudo()
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(UniqueViolation),
            self.env.cr.savepoint(),
        ):
            draft.state = "active"
            draft.flush_recordset()

    def test_active_and_retired_versions_stay_as_they_are(self):
        second = self.draft()
        second.action_activate()
        for rule in (self.first.with_user(self.manager), second, second.sudo()):
            for attempt in (
                lambda rule=rule: rule.write({"prior": 0.3}),
                lambda rule=rule: rule.write(
                    {"rate_ids": [Command.delete(rule.rate_ids[0].id)]}
                ),
                lambda rule=rule: self.set_limit(rule, "leak_fdr", 0.5),
                lambda rule=rule: self.switch(rule, "leak"),
                lambda rule=rule: rule.rate_ids[0].write({"error": 0.5}),
                lambda rule=rule: rule.rate_ids[0].unlink(),
                rule.unlink,
            ):
                with (
                    self.subTest(rule=rule.display_name),
                    self.assertRaises(UserError),
                ):
                    attempt()
        second.note = "A word on it may follow."

    def test_draft_takes_no_number_out_of_bounds(self):
        draft = self.draft()
        for code, value in (("leak_fdr", 1.5), ("bulk_least", 1)):
            with self.subTest(code=code), self.assertRaises(ValidationError):
                self.set_limit(draft, code, value)
        draft.unlink()

    # === RIGHTS === #

    def test_only_a_manager_writes_and_activates(self):
        draft = self.draft()
        for user in (self.user, self.auditor):
            rule = draft.with_user(user)
            self.assertEqual(rule.threshold_ids[0].value, 0)
            self.assertTrue(rule.rate_ids[0].display_name)
            for attempt in (
                rule.action_activate,
                rule.action_new_version,
                lambda rule=rule: rule.write({"prior": 0.3}),
                lambda rule=rule: self.switch(rule, "leak"),
            ):
                with self.assertRaises(AccessError):
                    attempt()
        for values in ({"state": "active"}, {"version": 9}, {"activated_by_id": 1}):
            with self.assertRaises(AccessError):
                draft.write(values)

    # === EFFECT === #

    def test_units_are_judged_by_the_active_version(self):
        lots = self.ship(3)
        self.activate(self.item(lots[0], BEIJING_IP))
        self.assertTrue(self.alerts_of(lots[0]))
        self.assertEqual(lots[0].activation_ids.rule_version, "1")
        lenient = self.draft()
        self.set_limit(lenient, "alert_score", 99)
        lenient.action_activate()
        self.activate(self.item(lots[1], BEIJING_IP))
        self.assertFalse(self.alerts_of(lots[1]))
        blind = self.draft()
        self.switch(blind, "region_mismatch")
        blind.action_activate()
        answer = self.activate(self.item(lots[2], BEIJING_IP))[0]
        self.assertEqual(lots[2].activation_ids.rule_version, str(blind.version))
        self.assertNotIn("outside_region", answer["reasons"])
        self.assertLess(lots[2].activation_ids.score, 5)

    def test_fact_is_kept_although_its_detector_is_off(self):
        draft = self.draft()
        self.switch(draft, "never_shipped")
        draft.action_activate()
        lot = self.mint()
        answer = self.activate(self.item(lot))[0]
        self.assertNotIn("never_shipped", answer["reasons"])
        self.assertFalse(self.alerts_of(lot))
        self.assertEqual(lot.activation_ids.facts, ["never_shipped"])

    def test_rules_say_how_much_stronger_evidence_brings_an_alert_back(self):
        def raised(score):
            row = {"lot_id": lot.id, "score": score}
            return self.env["serial.diversion.alert"]._raise_units("clone", [row])

        lot = self.ship()
        alert = raised(50)
        alert.outcome_note = "A relative has it."
        alert.action_dismiss()
        self.assertFalse(raised(60))
        draft = self.draft()
        self.set_limit(draft, "repeat_score", 10)
        draft.action_activate()
        self.assertTrue(raised(60))
