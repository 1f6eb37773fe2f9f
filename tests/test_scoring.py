from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from ..core import leak
from ..models.serial_run_collect_mixin import SerialRunCollectMixin
from .scoring import ScoringCase


@tagged("post_install", "-at_install")
class TestScoring(ScoringCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plant()

    # === FINDING === #

    def test_a_planted_leak_is_found_and_its_members_alone_alert(self):
        run = self.score()
        self.assertRecordValues(
            run,
            [{"state": "done", "leak_count": 1, "new_leak_count": 1, "error": False}],
        )
        leak = self.open_leaks()
        self.assertRecordValues(
            leak,
            [
                {
                    "kind": "carton",
                    "place": "CN-BJ",
                    "partner_id": self.distributor.id,
                    "region_id": self.guangdong.id,
                    "product_id": self.product.id,
                    "state_id": self.env.ref("base.state_cn_BJ").id,
                    "n": 12,
                    "k": 9,
                    "unit_count": 9,
                    "run_id": run.id,
                }
            ],
        )
        self.assertEqual(leak.line_ids.lot_id, self.gone)
        self.assertEqual(self.leak_alerts().lot_id, self.gone)
        self.assertEqual(self.leak_alerts().leak_id, leak)
        self.assertEqual(run.alert_count, 9)

    def test_a_leak_is_told_in_words(self):
        self.score()
        leak = self.open_leaks()
        package = leak.package_id.name
        self.assertIn(f"9 of 12 units of carton {package}", leak.summary)
        self.assertIn(f"turned up in {leak.place_name}", leak.summary)
        self.assertIn(
            "Mistakes alone would do this less than once in a billion times",
            leak.summary,
        )
        self.assertIn("internet address (dbip, February 2026).", leak.summary)
        self.assertEqual(
            self.leak_alerts()[0].summary.split(".")[0], leak.summary.split(".")[0]
        )

    def test_a_second_run_doubles_nothing(self):
        self.score()
        leaks, alerts = self.open_leaks(), self.leak_alerts()
        run = self.score()
        self.assertEqual(
            (run.leak_count, run.new_leak_count, run.alert_count), (1, 0, 0)
        )
        self.assertEqual((self.open_leaks(), self.leak_alerts()), (leaks, alerts))

    def test_an_honest_market_raises_nothing(self):
        self.env["serial.activation"].search([("lot_id", "in", self.gone.ids)]).unlink()
        self.observe(self.gone, "GD")
        run = self.score()
        self.assertEqual((run.state, run.leak_count), ("done", 0))
        self.assertFalse(self.open_leaks() or self.leak_alerts())

    def test_a_drip_whose_units_nobody_can_name_is_told_of_its_distributor(self):
        key = (self.distributor.id, "2026-01/2026-03")
        numbers = (300, 20, 4.2, 0.067, 0.04, 0.1, 1e-7, 1e5)
        drip = leak.Leak("window", key, "CN-BJ", *numbers)
        with patch.object(leak, "find_leaks", return_value=[drip]):
            self.score()
            self.score()
        found = self.open_leaks()
        self.assertEqual(found.partner_id, self.distributor)
        self.assertFalse(found.line_ids or self.leak_alerts())
        self.assertIn("received in January 2026 to March 2026", found.summary)
        self.assertEqual(found.source_text, "")

    def test_a_suspicion_opens_a_case_and_accuses_no_unit(self):
        numbers = (60, 9, 2.0, 0.15, 0.07, 0.26, 1e-4, 3.0)
        members = tuple((lot.id, 0.8) for lot in self.gone)
        bound = self.env["serial.channel.assignment"].search(
            [("lot_id", "in", self.gone.ids)]
        )
        picking_id = bound.picking_id.id
        suspected = leak.Leak(
            "shipment", picking_id, "CN-BJ", *numbers, members, certain=False
        )
        with patch.object(leak, "find_leaks", return_value=[suspected]):
            self.score()
        found = self.open_leaks()
        self.assertFalse(found.certain or self.leak_alerts())
        self.assertEqual(found.case_id.partner_id, self.distributor)
        self.assertEqual(found.case_id.alert_count, 0)
        self.assertIn("This is a suspicion", found.case_id.summary)
        self.assertFalse(any(found.line_ids.mapped("named")))

    # === WHAT CHANGES LATER === #

    def test_a_leak_that_grew_supersedes_the_earlier_one(self):
        self.score()
        early = self.open_leaks()
        last = self.cartons[0][9:10]
        self.env["serial.activation"].search([("lot_id", "=", last.id)]).unlink()
        self.observe(last, "BJ")
        run = self.score()
        leak = self.open_leaks()
        self.assertEqual(run.new_leak_count, 1)
        self.assertEqual((leak.k, leak.line_ids.lot_id), (10, self.gone + last))
        self.assertEqual((early.state, early.superseded_by_id), ("superseded", leak))
        self.assertEqual(self.leak_alerts().lot_id, self.gone + last)
        self.assertEqual(self.leak_alerts().leak_id, leak)

    def test_a_leak_that_is_no_longer_found_fades(self):
        self.score()
        leak = self.open_leaks()
        back = self.gone[:7]
        self.env["serial.activation"].search(
            [("lot_id", "in", back.ids)]
        ).active = False
        run = self.score()
        self.assertEqual((run.leak_count, leak.state), (0, "faded"))

    def test_units_that_no_run_looks_at_any_more_keep_their_leak(self):
        self.score()
        leak = self.open_leaks()
        self.env["serial.channel.assignment"].search(
            [("lot_id", "in", self.gone.ids)]
        ).sudo().assigned_at = "2022-01-01"
        self.score()
        self.assertEqual(leak.state, "open")

    def test_deliveries_and_distributors_show_their_leaks(self):
        self.score()
        leak = self.open_leaks()
        self.assertFalse(self.gone - leak.picking_id.move_line_ids.lot_id)
        for record, others in (
            (leak.picking_id, self.other_cartons[0].assignment_ids.picking_id),
            (self.distributor, self.other_distributor),
        ):
            both = (record + others).with_user(self.auditor)
            self.assertEqual(both.mapped("leak_count"), [1, 0])
            action = both[0].action_view_leaks()
            self.assertEqual(
                self.env[action["res_model"]].search(action["domain"]), leak
            )

    def test_a_leak_leads_to_its_units_alerts_and_case(self):
        self.score()
        leak = self.open_leaks().with_user(self.auditor)
        for action, expected in (
            (leak.action_view_units(), self.gone),
            (leak.action_view_alerts(), self.leak_alerts()),
        ):
            found = self.env[action["res_model"]].search(action["domain"])
            self.assertEqual(found, expected)
        self.assertEqual(leak.action_view_case()["res_id"], leak.case_id.id)
        self.assertEqual(leak.action_view_picking()["res_id"], leak.picking_id.id)

    # === ENFORCEMENT === #

    def test_an_observed_region_has_leaks_and_no_alerts(self):
        self.guangdong.enforcement = "observe"
        self.score()
        self.assertEqual(len(self.open_leaks()), 1)
        self.assertFalse(self.leak_alerts())

    def test_a_region_that_is_off_has_neither(self):
        self.guangdong.enforcement = "off"
        self.score()
        self.assertFalse(self.open_leaks() or self.leak_alerts())

    def test_a_region_on_hold_asks_for_a_proof_of_purchase(self):
        self.guangdong.enforcement = "hold"
        self.score()
        asked = self.env["serial.activation"].search([("proof_requested", "=", True)])
        self.assertEqual(asked.lot_id, self.gone)

    def test_no_leak_is_looked_for_where_the_rules_have_that_off(self):
        rules = self.env["serial.diversion.rule"]._get_active()
        without = type(rules)(enabled=rules.enabled - {"leak"})
        with patch.object(
            type(self.env["serial.diversion.rule"]),
            "_get_active",
            lambda _self: without,
        ):
            self.score()
        self.assertFalse(self.open_leaks() or self.leak_alerts())

    # === THE JOB === #

    def test_a_run_that_is_cancelled_writes_nothing_more(self):
        run, memory = self.env["serial.diversion.run"].sudo()._start(), {}
        run._attempt(memory)
        run._attempt(memory)
        run.with_user(self.user).action_cancel()
        with patch.object(type(self.env["ir.cron"]), "_commit_progress"):
            self.env["serial.diversion.run"].sudo()._cron_run()
        self.assertEqual((run.state, run.step), ("cancelled", "learn"))
        self.assertFalse(self.open_leaks())

    def test_a_run_whose_worker_died_begins_anew(self):
        run, memory = self.env["serial.diversion.run"].sudo()._start(), {}
        for _step in range(3):
            run._attempt(memory)
        self.assertEqual(run.step, "test")
        with patch.object(type(self.env["ir.cron"]), "_commit_progress"):
            self.env["serial.diversion.run"].sudo()._cron_run()
        self.assertEqual((run.state, run.start_count, run.leak_count), ("done", 2, 1))

    def test_a_run_that_the_server_ends_again_and_again_fails(self):
        run = self.env["serial.diversion.run"].sudo()._start()
        for _start in range(4):
            run._attempt({})
        self.assertEqual(run.state, "failed")
        self.assertIn("limit_time_real_cron", run.error)

    @mute_logger("odoo.addons.serial_dossier.models.serial_chunk_mixin")
    def test_a_run_that_fails_says_why_and_ends(self):
        with patch.object(
            SerialRunCollectMixin, "_collect", side_effect=ValueError("no")
        ):
            run = self.score()
        self.assertRecordValues(run, [{"state": "failed", "error": "ValueError: no"}])

    def test_the_night_starts_one_run(self):
        runs = self.env["serial.diversion.run"].sudo()
        before = runs.search_count([])
        runs._cron_start()
        runs._cron_start()
        self.assertEqual(runs.search_count([]), before + 1)

    def test_users_start_and_stop_runs_and_auditors_do_not(self):
        runs = self.env["serial.diversion.run"]
        action = runs.with_user(self.user).action_start()
        run = runs.with_user(self.user).browse(action["res_id"])
        again = runs.with_user(self.user).action_start()
        self.assertEqual(again["res_id"], run.id)
        with self.assertRaises(AccessError):
            runs.with_user(self.auditor).action_start()
        with self.assertRaises(AccessError):
            run.with_user(self.auditor).action_cancel()
        run.action_cancel()
        self.assertEqual(run.state, "cancelled")

    # === DATABASE === #

    def count_queries(self):
        start = self.env.cr.sql_log_count
        self.score()
        return self.env.cr.sql_log_count - start

    def test_the_number_of_queries_does_not_depend_on_the_units(self):
        self.score()
        before = self.count_queries()
        carton = self.ship_cartons(2, self.distributor)[0]
        self.observe(carton, "GD")
        self.env.flush_all()
        self.assertLessEqual(self.count_queries(), before + 3)

    def test_the_orm_sees_what_the_database_holds(self):
        self.open_leaks().mapped("line_ids")  # fills caches
        self.score()
        leak = self.open_leaks()
        self.env.cr.execute(
            SQL(
                "SELECT lot_id, probability, seen_outside, named, activation_id "
                "FROM serial_diversion_leak_unit WHERE leak_id = %s",
                leak.id,
            )
        )
        stored = sorted(self.env.cr.fetchall())
        seen = [
            (
                line.lot_id.id,
                line.probability,
                line.seen_outside,
                line.named,
                line.activation_id.id,
            )
            for line in leak.line_ids
        ]
        self.assertEqual(sorted(seen), stored)
        self.assertEqual(leak.unit_count, len(stored))
        self.assertEqual(leak.line_ids.activation_id.lot_id, self.gone)
