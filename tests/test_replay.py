from datetime import date
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..core import replay as core_replay
from ..models import serial_diversion_replay, serial_replay_run_mixin
from .test_activate import BEIJING_IP, GUANGDONG_IP
from .test_rules import RuleCase


@tagged("post_install", "-at_install")
class TestReplay(RuleCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.forget_committed()

    def replay(self, rule, user=None, **values):
        """Return a new replay of a version, made by a manager."""
        model = self.env["serial.diversion.replay"].with_user(user or self.manager)
        return model.create({"rule_id": rule.id, "with_leaks": False, **values})

    def lenient(self, score=99):
        """Return a draft that raises alerts from a score on."""
        draft = self.draft()
        self.set_limit(draft, "alert_score", score)
        return draft

    def seen(self, count, ip=BEIJING_IP):
        """Return units activated somewhere."""
        lots = self.ship(count)
        self.activate(*(self.item(lot, ip) for lot in lots))
        return lots

    def background(self):
        """Let replays of any size wait for the background, in chunks of two."""
        self.enterContext(patch.object(serial_diversion_replay, "AT_ONCE", 0))
        self.enterContext(patch.object(serial_replay_run_mixin, "CHUNK", 2))

    def run_cron(self):
        """Let the background work."""
        with self.enter_registry_test_mode():
            self.env.ref("serial_dossier.ir_cron_serial_replay").method_direct_trigger()
        self.env.invalidate_all()

    # === RESULT === #

    def test_alerts_added_and_dropped_are_listed_and_counted(self):
        far, near, new = self.seen(3), self.seen(2, GUANGDONG_IP), self.mint(2)
        self.activate(*(self.item(lot) for lot in new))
        record = self.replay(self.lenient())
        record.action_start()
        self.assertEqual(record.state, "done")
        self.assertEqual((record.total_count, record.judged_count), (7, 7))
        self.assertEqual((record.alerts_before, record.alerts_after), (5, 2))
        self.assertEqual((record.added_count, record.dropped_count), (0, 3))
        self.assertEqual(record.line_ids.lot_id, far)
        self.assertEqual(set(record.line_ids.mapped("change")), {"dropped"})
        line = record.line_ids[0]
        self.assertEqual(line.score_before, line.activation_id.score)
        self.assertEqual(line.partner_id, self.distributor)
        self.assertEqual(record.against_id, self.first)
        # the other way round
        record.rule_id.action_activate()
        back = self.replay(self.first)
        back.action_start()
        self.assertEqual((back.added_count, back.dropped_count), (3, 0))
        self.assertFalse(back.line_ids.lot_id & (near | new))

    def test_result_is_that_of_judging_the_stored_observations_directly(self):
        self.seen(2)
        self.seen(2, GUANGDONG_IP)
        draft = self.draft(prior=0.3)
        record = self.replay(draft)
        record.action_start()
        rules, before = draft._get_rule_set(), self.first._get_rule_set()
        territory = self.env["serial.channel.region"]._get_territory
        expected = set()
        for activation in self.env["serial.activation"].search([]):
            seen = map(core_replay.observation_of, activation.observations)
            level, codes = territory(activation.region_id.id)
            seen, facts = list(seen), frozenset(activation.facts)
            score = self.company.serial_alert_score
            old, new = (
                (found.score, rule.alerts(found, level, score))
                for rule in (before, rules)
                for found in [rule.judge(seen, codes, facts)]
            )
            self.assertEqual(old[0], activation.score)
            if old[1] != new[1]:
                expected.add((activation.id, old[0], new[0]))
        found = {
            (line.activation_id.id, line.score_before, line.score_after)
            for line in record.line_ids
        }
        self.assertEqual(found, expected)

    def test_first_rules_on_their_own_past_change_nothing(self):
        self.seen(3)
        record = self.replay(self.draft())
        record.action_start()
        self.assertEqual((record.alerts_before, record.alerts_after), (3, 3))
        self.assertFalse(record.line_ids)

    def test_closed_alerts_are_the_measure(self):
        lots = self.seen(4)
        alerts = self.alerts_of(lots).with_user(self.manager)
        alerts.outcome_note = "Looked into."
        alerts[0].action_confirm()
        alerts[1:].action_dismiss()
        blind = self.replay(self.lenient())
        blind.action_start()
        self.assertEqual((blind.confirmed_count, blind.dismissed_count), (1, 3))
        self.assertEqual((blind.recall_before, blind.recall_after), (1, 0))
        self.assertEqual(blind.precision_before, 0.25)
        self.assertFalse(blind.has_precision_after, "of no alert none can be right")
        self.assertIn("find 0", blind.summary)
        self.assertEqual(blind.line_ids.mapped("change"), ["dropped"] * 4)
        truths = blind.line_ids.mapped("truth")
        self.assertEqual(sorted(truths), ["confirmed", *["dismissed"] * 3])
        same = self.replay(self.draft())
        same.action_start()
        self.assertTrue(same.has_precision_after)
        self.assertEqual((same.precision_after, same.recall_after), (0.25, 1))
        self.assertEqual(same.line_ids.mapped("change"), ["kept"] * 4)

    def test_without_closed_alerts_no_quality_is_claimed(self):
        self.seen(1)
        record = self.replay(self.draft())
        record.action_start()
        self.assertFalse(record.has_precision_after or record.has_recall)
        self.assertIn("nobody can tell", record.summary)

    def test_no_location_file_and_no_record_of_today_is_asked(self):
        lots = self.seen(2)
        lots.sudo().write({"stage": "void", "sale_date": "2026-04-01"})
        with patch.object(
            type(self.env["serial.geoip"]), "_locate", side_effect=AssertionError
        ):
            record = self.replay(self.draft())
            record.action_start()
        self.assertEqual((record.alerts_before, record.alerts_after), (2, 2))

    def test_dates_bound_the_past(self):
        for day in (1, 2):
            lot = self.ship()
            moment = f"2026-02-0{day}T10:00:00Z"
            self.activate(self.item(lot, BEIJING_IP, occurred_at=moment))
        days = {"date_from": date(2026, 2, 2), "date_to": date(2026, 2, 2)}
        record = self.replay(self.lenient(), **days)
        record.action_start()
        self.assertEqual(record.line_ids.lot_id, lot)
        self.assertEqual(record.total_count, 1)

    def test_whom_the_whitelist_excused_no_rules_accuse(self):
        values = {"name": "Us", "reason": "Tests", "device_id": "D"}
        self.env["serial.diversion.whitelist"].create(values)
        self.activate(self.item(self.ship(), BEIJING_IP, device_id="D"))
        record = self.replay(self.lenient(1))
        record.action_start()
        self.assertEqual((record.judged_count, record.alerts_after), (1, 0))

    # === IN THE BACKGROUND === #

    def test_work_in_chunks_equals_work_at_once(self):
        lots = self.seen(5)
        draft = self.lenient()
        at_once = self.replay(draft)
        at_once.action_start()
        self.background()
        record = self.replay(draft)
        record.action_start()
        self.assertEqual((record.state, record.progress), ("running", 0))
        self.run_cron()
        self.assertEqual((record.state, record.progress), ("done", 100))
        for name in serial_diversion_replay.COUNTS:
            self.assertEqual(record[name], at_once[name], name)
        self.assertEqual(record.line_ids.lot_id, lots)

    def test_cancelled_replay_goes_on_where_it_stopped(self):
        self.seen(5)
        self.background()
        record = self.replay(self.lenient())
        record.action_start()
        record.sudo()._work({})
        record.action_cancel()
        self.run_cron()
        self.assertEqual((record.state, record.judged_count), ("cancelled", 2))
        self.assertEqual(record.progress, 40)
        record.action_resume()
        self.run_cron()
        self.assertEqual((record.state, record.judged_count), ("done", 5))
        self.assertEqual(len(record.line_ids), 5)

    def test_what_is_activated_after_the_start_is_left_out(self):
        self.seen(3)
        self.background()
        record = self.replay(self.lenient())
        record.action_start()
        self.seen(2)
        self.run_cron()
        self.assertEqual(record.judged_count, 3)

    def test_rules_edited_on_the_way_stop_the_replay(self):
        self.seen(3)
        self.background()
        record = self.replay(self.lenient())
        record.action_start()
        record.sudo()._work({})
        record.rule_id.prior = 0.2
        self.run_cron()
        self.assertEqual((record.state, record.is_outdated), ("cancelled", True))
        with self.assertRaises(UserError):
            record.action_resume()

    def test_queries_do_not_grow_with_activations(self):
        counts = []
        draft = self.lenient()
        for more in (1, 9, 190):  # the first one warms up
            self.seen(more)
            record = self.replay(draft)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            record.action_start()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(len(record.line_ids), 200)
        self.assertEqual(counts[1], counts[2])

    def test_of_very_many_changes_the_first_are_listed_and_all_counted(self):
        self.enterContext(patch.object(serial_replay_run_mixin, "MOST_LINES", 2))
        known = self.alerts_of(self.seen(4)[3])
        known.outcome_note = "Looked into."
        known.action_confirm()
        record = self.replay(self.lenient())
        record.action_start()
        self.assertEqual((record.dropped_count, len(record.line_ids)), (4, 3))
        self.assertIn(known.lot_id, record.line_ids.lot_id, "it is the measure")

    # === RIGHTS === #

    def test_only_a_manager_tries_and_activates(self):
        record = self.replay(self.draft())
        for user in (self.user, self.auditor):
            seen = record.with_user(user)
            self.assertEqual(seen.state, "draft")
            with self.assertRaises(AccessError):
                self.replay(record.rule_id, user)
            for attempt in (seen.action_start, seen.action_activate):
                with self.assertRaises(AccessError):
                    attempt()
        with self.assertRaises(AccessError):
            record.write({"confirmed_after": 100})
        record.action_start()
        self.assertTrue(record.with_user(self.auditor).summary)
        record.action_activate()
        self.assertEqual(record.rule_id.state, "active")

    def test_a_replay_stays_as_it_was_run(self):
        record = self.replay(self.draft())
        record.action_start()
        for attempt in (
            record.action_start,
            record.action_cancel,
            record.action_resume,
            lambda: record.write({"date_from": False}),
        ):
            with self.assertRaises(UserError):
                attempt()
        record.unlink()
