import base64
import json

from odoo import Command
from odoo.tests import tagged

from .capturing import CaptureCase, work_off

COLUMNS = ("kind", "biz_step", "disposition", "event_time", "event_offset")
UNIT = ("name", "scan_code", "stage", "production_date", "shipped_at", "imei")


@tagged("post_install", "-at_install")
class TestCaptureRestore(CaptureCase):
    """A complete export gives the same dossiers where there are none."""

    maxDiff = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.captures = cls.captures.with_user(cls.manager)

    def export(self, lots, user=None):
        """Return the complete export of serials as a document."""
        export = self.env["serial.epcis.export"].with_user(user or self.manager)
        export = export.create(
            {
                "scope": "lots",
                "lot_ids": [Command.set(lots.ids)],
                "is_complete": True,
            }
        )
        export.action_start()
        self.assertEqual(export.state, "done")
        return json.loads(base64.b64decode(export.sudo().file_id.datas))

    def live(self):
        """Return serials that have seen much."""
        packed, shipped = self.mint(2), self.ship(2)
        self.capture(self.aggregation(packed))
        self.take_back(shipped[1], self.distributor)
        shipped[0].imei = "490154203237518"
        return packed | shipped | self.correct()

    def correct(self):
        """Return a unit whose delivery was corrected, and done again."""
        [lot] = self.produce()
        line = self.deliver(lot, self.distributor).move_line_ids
        line.quantity = 0
        line.quantity = 1
        self.assertIn("corrected", lot.event_ids.mapped("kind"))
        return lot

    def look(self, lots):
        """Return all that dossiers say, by serial number."""
        return {
            lot.name: (
                [str(lot[name]) for name in UNIT],
                lot.channel_partner_id.name,
                [
                    (
                        *(event[name] for name in COLUMNS),
                        {
                            part: told
                            for part, told in (event.data or {}).items()
                            if told
                        },
                        event.partner_id.name,
                        event.location_id.complete_name,
                        event.document_name,
                        event.corrects_id.sequence,
                    )
                    for event in lot.event_ids.sorted("sequence")
                ],
            )
            for lot in lots
        }

    def forget(self, lots):
        """Have serials be gone from this database, as if it were another one."""
        self.env.flush_all()
        names = lots.mapped("name")
        self.env.cr.execute(
            "UPDATE stock_lot SET name = name || '-old', scan_code = scan_code || '-',"
            " imei = NULL WHERE id = ANY(%s) AND stage = 'minted'",
            [lots.ids],
        )
        self.env.cr.execute("ALTER TABLE stock_lot DISABLE TRIGGER USER")
        self.env.cr.execute(
            "UPDATE stock_lot SET name = name || '-old', scan_code = scan_code || '-',"
            " imei = NULL WHERE id = ANY(%s) AND stage <> 'minted'",
            [lots.ids],
        )
        self.env.cr.execute("ALTER TABLE stock_lot ENABLE TRIGGER USER")
        self.env.invalidate_all()
        return names

    def restore(self, document, user=None):
        job = self.captures.with_user(user or self.manager)._take(document, "rollback")
        work_off(job)
        return job

    def test_dossiers_are_the_same_after_a_round_trip(self):
        lots = self.live()
        before, document = self.look(lots), self.export(lots)
        names = self.forget(lots)
        job = self.restore(document)
        self.assertEqual((job.state, job.error_count), ("done", 0))
        again = self.env["stock.lot"].search([("name", "in", names)])
        self.assertEqual(self.look(again), before)
        self.assertFalse(self.env["serial.event"]._get_broken_chains(again.ids))

    def test_an_export_read_where_it_was_written_says_nothing_new(self):
        lots = self.live()
        before, document = self.look(lots), self.export(lots)
        job = self.restore(document)
        self.assertEqual((job.unit_count, job.error_count), (0, 0))
        self.assertEqual(self.look(lots), before)

    def test_nobody_but_a_manager_makes_serials(self):
        lots = self.live()
        document = self.export(lots)
        names = self.forget(lots)
        job = self.restore(document, self.user)
        self.assertEqual(job.state, "failed")
        self.assertFalse(self.env["stock.lot"].search([("name", "in", names)]))
