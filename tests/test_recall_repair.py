from odoo.tests import tagged

from .repairing import RepairCase


@tagged("post_install", "-at_install")
class TestRecallRepair(RepairCase):
    """What a repair does to the recalls of its unit."""

    def recall(self, **values):
        texts = dict.fromkeys(("hazard", "instructions", "remedy"), "Text")
        recall = self.env["serial.recall"].create(
            {"title": "The battery may overheat", **texts, **values}
        )
        recall.action_compute()
        recall.action_activate()
        return recall

    def test_a_repair_under_recall_is_free_and_lifts_it(self):
        recall = self.recall(list_text=self.lot.name)
        repair = self.open_repair()
        self.assertEqual(repair.serial_coverage, "recall")
        self.finish(repair)
        self.assertFalse(self.lot.recalled)
        self.assertEqual(recall.unit_ids.state, "remedied")
        self.assertEqual(recall.unit_ids.document_id, repair.id)

    def test_a_recall_for_a_part_stays_until_that_part_is_out(self):
        part = self.env["serial.part"].create(
            {
                "lot_id": self.lot.id,
                "name": "CELL-1",
                "component_lot": "ATL-77",
                "product_id": self.battery.id,
            }
        )
        recall = self.recall(component_batch="ATL-77")
        self.finish(self.open_repair())
        self.assertTrue(self.lot.recalled)
        self.assertEqual(recall.unit_ids.state, "open")
        part.sudo().removed_at = "2026-03-01 00:00:00"
        self.finish(self.open_repair())
        self.assertFalse(self.lot.recalled)
