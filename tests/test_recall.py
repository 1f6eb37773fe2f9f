import base64
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import SQL

from ..models import serial_recall_compute_mixin, serial_recall_step_mixin
from ..models.recall_sql import RECALLS
from .recalling import RecallCase


@tagged("post_install", "-at_install")
class TestRecall(RecallCase):
    # === WHICH UNITS === #

    def test_a_component_lot_leads_to_exactly_the_units_it_sits_in(self):
        bad, good, empty = self.produce(3), self.produce(2), self.produce()
        self.build_in(bad, self.bad_lot)
        self.build_in(good, self.good_lot)
        recall = self.create_recall(component_lot_ids=self.bad_lot.ids)
        recall.action_compute()
        self.assertEqual(recall.state, "computed")
        self.assertEqual(recall.unit_ids.lot_id, bad)
        self.assertFalse(empty.recalled)
        self.assertEqual(
            recall.unit_ids[0].part_id.name, f"CELL-{recall.unit_ids[0].lot_id.id}"
        )

    def test_a_part_that_was_replaced_counts_only_when_asked_for(self):
        lots = self.produce(2)
        parts = self.build_in(lots, self.bad_lot)
        parts[0].removed_at = "2026-02-01 00:00:00"
        recall = self.create_recall(component_lot_ids=self.bad_lot.ids)
        recall.action_compute()
        self.assertEqual(recall.unit_ids.lot_id, lots[1])
        recall.with_replaced = True
        recall.action_compute()
        self.assertEqual(recall.unit_ids.lot_id, lots)

    def test_the_maker_s_batch_of_a_component_is_enough(self):
        lots = self.produce(3)
        parts = self.build_in(lots, self.good_lot)
        (parts[0] | parts[1]).component_lot = "ATL-77"
        recall = self.create_recall(component_batch="ATL-76, ATL-77")
        recall.action_compute()
        self.assertEqual(recall.unit_ids.lot_id, lots[:2])

    def test_all_that_is_given_has_to_hold(self):
        on_line = self.mint(2, production_line="A1", production_date="2026-02-10")
        late = self.mint(1, production_line="A1", production_date="2026-02-20")
        elsewhere = self.mint(1, production_line="A2", production_date="2026-02-10")
        undated = self.mint(1, production_line="A1", production_date=False)
        self.receive(on_line | late | elsewhere | undated)
        recall = self.create_recall(
            product_ids=self.product.ids,
            production_line="A1, A9",
            production_from="2026-02-01",
            production_to="2026-02-15",
        )
        recall.action_compute()
        self.assertEqual(recall.unit_ids.lot_id, on_line)
        recall.with_undated = True
        recall.action_compute()
        self.assertEqual(recall.unit_ids.lot_id, on_line | undated)

    def test_a_code_that_was_never_produced_is_no_unit(self):
        minted = self.mint(2)
        produced = self.produce()
        recall = self.create_recall(product_ids=self.product.ids)
        recall.action_compute()
        self.assertIn(produced, recall.unit_ids.lot_id)
        self.assertFalse(recall.unit_ids.lot_id & minted)

    def test_a_recall_of_everything_is_refused(self):
        recall = self.create_recall(production_line="A1")
        with self.assertRaisesRegex(UserError, "everything"):
            recall.action_compute()

    def test_the_rows_of_a_list_are_checked_one_by_one(self):
        lots = self.produce(2)
        text = f"Serial\n{lots[0].name}\nNO-SUCH\n{lots[1].scan_code}\n{lots[0].name}\n"
        recall = self.create_recall(
            list_file=base64.b64encode(text.encode()), list_filename="units.csv"
        )
        rows = recall.entry_ids
        self.assertEqual(
            [(row.row, row.problem or "") for row in rows],
            [(2, ""), (3, "not_found"), (4, ""), (5, "repeated")],
        )
        self.assertEqual(rows[1].message, "Nothing bears this number.")
        self.assertEqual((recall.entry_count, recall.entry_problem_count), (4, 2))
        recall.action_compute()
        self.assertEqual(recall.unit_ids.lot_id, lots)

    def test_a_list_may_name_the_bad_components(self):
        lots = self.produce(3)
        parts = self.build_in(lots, self.good_lot)
        recall = self.create_recall(
            list_kind="component", list_text=f"{parts[0].name} {parts[2].name} CELL-0"
        )
        self.assertEqual(recall.entry_problem_count, 1)
        recall.action_compute()
        self.assertEqual(recall.unit_ids.lot_id, lots[0] | lots[2])

    def test_the_list_is_frozen_once_the_recall_is_active(self):
        lots = self.produce(2)
        recall = self.recall_of(lots[0])
        with self.assertRaises(UserError):
            recall.list_text = lots[1].name
        self.assertEqual(recall.unit_ids.lot_id, lots[0])

    def test_units_that_come_later_join_an_active_recall(self):
        first = self.produce()
        self.build_in(first, self.bad_lot)
        recall = self.recall(component_lot_ids=self.bad_lot.ids)
        second = self.produce()
        self.build_in(second, self.bad_lot)
        recall.with_user(self.manager).action_compute()
        self.assertTrue(second.recalled)
        self.assertEqual(self.kinds_of(first).count("recalled"), 1)

    # === IN THE BACKGROUND === #

    def test_a_large_recall_goes_on_where_a_dead_worker_left_it(self):
        lots = self.produce(5)
        self.build_in(lots, self.bad_lot)
        recall = self.create_recall(component_lot_ids=self.bad_lot.ids)
        compute = serial_recall_compute_mixin
        with patch.object(compute, "AT_ONCE", 1), patch.object(compute, "CHUNK", 2):
            recall.action_compute()
            self.assertEqual((recall.state, recall.job_total), ("computing", 5))
            recall.sudo()._work({})
            self.assertEqual((recall.job_done, recall.progress), (2, 40))
            recall.invalidate_recordset()
            while recall.job:
                recall.sudo()._work({})
        self.assertEqual(recall.state, "computed")
        self.assertEqual(recall.unit_ids.lot_id, lots)

    def test_flagging_that_was_stopped_goes_on_without_a_second_event(self):
        lots = self.produce(5)
        recall = self.create_recall(list_text="\n".join(lots.mapped("name")))
        recall.action_compute()
        step = serial_recall_step_mixin
        managed = recall.with_user(self.manager)
        with patch.object(step, "AT_ONCE", 1), patch.object(step, "CHUNK", 2):
            managed.action_activate()
            recall.sudo()._work({})
            managed.action_cancel()
            self.assertEqual(lots.mapped("recalled").count(True), 2)
            managed.action_resume()
            while recall.job:
                recall.sudo()._work({})
        for lot in lots:
            self.assertEqual(self.kinds_of(lot).count("recalled"), 1)
            self.assertTrue(lot.recalled)

    def test_the_number_of_statements_does_not_grow_with_the_units(self):
        counts = []
        for size in (3, 30):
            lots = self.produce(size)
            self.build_in(lots, self.bad_lot, f"S{size}")
            recall = self.create_recall(
                component_lot_ids=self.bad_lot.ids,
                batch_ids=lots.serial_batch_id.ids,
            )
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            recall.action_compute()
            recall.with_user(self.manager).action_activate()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(recall.unit_count, size)
        self.assertLessEqual(counts[1], counts[0] + 2)

    # === WHAT IT DOES === #

    def test_a_user_prepares_a_recall_and_a_manager_decides(self):
        lots = self.produce()
        recall = self.create_recall(list_text=lots.name)
        recall.action_compute()
        with self.assertRaises(AccessError):
            recall.action_activate()
        recall.with_user(self.manager).action_activate()
        event = lots.event_ids.sorted("sequence")[-1]
        self.assertEqual((event.kind, event.document_name[:3]), ("recalled", "RC/"))
        self.assertEqual(event.actor_id, self.manager)
        self.assertEqual(event.disposition, "recalled")
        self.assertEqual(recall.activity_ids.user_id, recall.user_id)

    def test_a_recall_that_tells_nothing_is_not_activated(self):
        lots = self.produce()
        recall = self.create_recall(list_text=lots.name, instructions=False)
        recall.action_compute()
        with self.assertRaisesRegex(UserError, "what to do now"):
            recall.with_user(self.manager).action_activate()

    def test_sale_is_stopped_only_if_the_recall_says_so(self):
        stopped, warned = self.produce(2)
        self.recall_of(stopped)
        self.recall_of(warned, block_sale=False)
        with self.assertRaisesRegex(UserError, "Recalled"):
            self.deliver(stopped, self.distributor)
        self.deliver(warned, self.distributor)
        self.assertEqual(warned.stage, "shipped")

    def test_activation_is_stopped_only_if_the_recall_says_so(self):
        stopped, warned = self.ship(2)
        self.recall_of(stopped)
        self.recall_of(warned, block_activation=False)
        answers = (
            self.env["serial.activation"]
            .with_user(self.user)
            ._activate([{"code": stopped.scan_code}, {"code": warned.scan_code}], "api")
        )
        self.assertEqual(answers[0]["result"], "refused")
        self.assertEqual(answers[0]["reasons"], ["recalled"])
        self.assertEqual(answers[1]["result"], "activated")

    def test_a_unit_is_free_once_its_last_recall_is_remedied(self):
        lot = self.produce()
        first = self.recall_of(lot)
        second = self.recall_of(lot, title="The charger may break")
        recalls = self.env["serial.recall"]
        self.assertEqual(recalls._get_recalls(lot), {lot.id: first | second})
        recalls._remedied(lot, self.company, first)
        self.assertTrue(lot.recalled)
        self.assertEqual(self.state_of(first, lot), "remedied")
        recalls._remedied(lot)
        self.assertFalse(lot.recalled)
        self.assertEqual(recalls._get_recalls(lot), {})
        self.assertEqual(self.kinds_of(lot).count("recall_lifted"), 2)
        self.assertFalse(self.env["serial.event"]._get_broken_chains(lot.ids))

    def test_an_undone_recall_leaves_what_others_hold(self):
        both, one, none = self.produce(3)
        mistake = self.recall_of(both | one)
        self.recall_of(both)
        mistake.with_user(self.manager)._undo("wrong lot")
        self.assertEqual((both + one + none).mapped("recalled"), [True, False, False])
        self.assertEqual(mistake.state, "undone")
        lifted = one.event_ids.filtered(lambda event: event.kind == "recall_lifted")
        self.assertEqual(lifted.data["private"]["reason"], "wrong lot")
        self.deliver(one, self.distributor)

    def test_a_closed_recall_still_holds_what_was_not_remedied(self):
        done, left = self.produce(2)
        recall = self.recall_of(done | left)
        self.env["serial.recall"]._remedied(done)
        recall.with_user(self.manager).action_close()
        self.assertEqual(recall.closure_rate, 0.5)
        self.assertEqual(
            self.env["serial.recall"]._get_recalls(done | left), {left.id: recall}
        )
        self.assertTrue(left.recalled)

    def test_a_campaign_that_goes_on_asks_for_its_progress_again(self):
        recall = self.recall_of(self.produce())
        managed = recall.with_user(self.manager)
        managed.action_close()
        self.assertFalse(recall.activity_ids)
        managed.action_reopen()
        self.assertEqual((recall.state, recall.closed_at), ("active", False))
        self.assertEqual(recall.activity_ids.user_id, recall.user_id)

    def test_what_people_read_comes_in_their_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        lot = self.produce()
        recall = self.recall_of(lot)
        recall.with_context(lang="zh_CN").hazard = "充电时可能起火。"
        recalls = self.env["serial.recall"]
        english = recalls._get_banners_of(lot)[lot.id][0]
        chinese = recalls.with_context(lang="zh_CN")._get_banners_of(lot)[lot.id][0]
        self.assertEqual(english["hazard"], "It may catch fire while it is charged.")
        self.assertEqual(chinese["hazard"], "充电时可能起火。")
        self.assertEqual(chinese["title"], "The battery may overheat")

    def test_the_page_s_statement_learns_of_recalls_in_one_column(self):
        lot, other = self.ship(2)
        recall = self.recall_of(lot, block_activation=False)
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                "SELECT lot.id, %s FROM stock_lot lot WHERE lot.id = ANY(%s)",
                SQL(RECALLS),
                (lot + other).ids,
            )
        )
        columns = dict(rows)
        self.assertIsNone(columns[other.id])
        banners = self.env["serial.recall"]._get_banners(columns[lot.id])
        self.assertEqual([one["recall"] for one in banners], [recall.name])
        self.assertFalse(banners[0]["block_activation"])
