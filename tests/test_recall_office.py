import base64
import csv
import io
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..models import serial_recall_file_mixin
from .recalling import RecallCase


@tagged("post_install", "-at_install")
class TestRecallOffice(RecallCase):
    """The list of a recall as a file, and the recalls of a product."""

    def read_file(self, recall, user=None):
        """Return the rows of the list as a spreadsheet reads them."""
        managed = recall.with_user(user or self.user)
        managed.invalidate_recordset(["units_csv"])
        text = base64.b64decode(managed.units_csv).decode("utf-8-sig")
        return list(csv.DictReader(io.StringIO(text)))

    def test_the_frozen_list_is_a_file_with_a_row_a_unit(self):
        held, stocked = lots = self.produce(2).sorted("id")
        parts = self.build_in(lots, self.bad_lot)
        self.deliver(held, self.distributor)
        recall = self.create_recall(component_lot_ids=self.bad_lot.ids)
        recall.action_compute()
        rows = self.read_file(recall)
        self.assertEqual(
            [row["Serial Number"] for row in rows], [held.name, stocked.name]
        )
        self.assertEqual([row["Affected Part"] for row in rows], parts.mapped("name"))
        self.assertEqual(rows[0]["Distributor"], self.distributor.name)
        self.assertEqual([row["Stage"] for row in rows], ["Shipped", "Produced"])
        self.assertEqual({row["Product"] for row in rows}, {self.product.display_name})

    def test_the_file_stays_as_the_list_was_frozen(self):
        listed = self.produce()
        recall = self.recall_of(listed)
        self.produce(2)
        rows = self.read_file(recall)
        self.assertEqual([row["Code"] for row in rows], [listed.scan_code])
        self.assertEqual(rows[0]["State"], "Open")

    def test_the_file_says_on_which_day_a_unit_was_put_right(self):
        lot = self.produce()
        recall = self.recall_of(lot)
        self.env["serial.recall"]._remedied(lot)
        recall.sudo().unit_ids.remedied_at = "2026-03-02 20:00:00"
        recall.env.flush_all()
        row = self.read_file(recall.with_context(tz="Asia/Shanghai"))[0]
        self.assertEqual((row["State"], row["Remedied on"]), ("Remedied", "2026-03-03"))

    def test_a_large_file_is_written_in_pieces(self):
        lots = self.produce(5)
        recall = self.recall_of(lots)
        with patch.object(serial_recall_file_mixin, "CHUNK", 2):
            rows = self.read_file(recall)
        self.assertEqual(
            [row["Code"] for row in rows], lots.sorted("id").mapped("scan_code")
        )

    def test_the_file_is_asked_for_by_its_address(self):
        recall = self.create_recall(list_text=self.produce().name)
        with self.assertRaisesRegex(UserError, "not made yet"):
            recall.action_download_units()
        recall.action_compute()
        action = recall.action_download_units()
        address = f"/web/content/serial.recall/{recall.id}/units_csv/RC-"
        self.assertTrue(action["url"].startswith(address))
        stranger = new_test_user(self.env, login="stranger", groups="base.group_user")
        with self.assertRaises(AccessError):
            recall.with_user(stranger).action_download_units()

    def test_a_product_s_form_leads_to_the_recalls_of_its_units(self):
        lot = self.produce()
        self.build_in(lot, self.bad_lot)
        recall = self.recall(component_lot_ids=self.bad_lot.ids)
        draft = self.create_recall(product_ids=self.product.ids)
        draft.action_compute()
        self.assertEqual(recall.affected_product_ids, self.product)
        product = self.product.with_user(self.user)
        self.assertEqual(product.serial_recall_count, 1)
        self.assertEqual(self.battery.with_user(self.user).serial_recall_count, 0)
        action = product.action_view_serial_recalls()
        self.assertEqual(action["res_id"], recall.id)
