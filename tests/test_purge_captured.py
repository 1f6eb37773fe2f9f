import base64
import json

from odoo import Command
from odoo.tests import tagged

from .capturing import CaptureCase
from .purging import PurgeCase

LOOKED_AT = {"bizStep": "inspecting", "action": "OBSERVE", "disposition": None}


@tagged("post_install", "-at_install")
class TestPurgeCaptured(PurgeCase, CaptureCase):
    """A purge forgets what partners told, word by word."""

    def tell(self, lots, **values):
        return self.capture(self.event(lots, **{**LOOKED_AT, **values}))

    def test_the_words_of_an_event_go_with_the_last_of_its_units(self):
        event = self.tell(self.lots).event_ids
        hold = self.hold(lot_ids=[Command.set(self.other.ids)])
        self.purge()
        self.assertEqual((event.unit_count, event.forgotten_count), (2, 1))
        self.assertIn(self.other.name, event.body)
        hold._release("The lawsuit is over")
        purge = self.purge()
        self.assertEqual(event.forgotten_count, 2)
        self.assertFalse(event.body)
        self.assertFalse(event.body_text)
        # That there was something, and by its hash what it was, can still be shown.
        self.assertTrue(event.hash and event.event_time)
        self.assertEqual(purge.proof_state, "holds")

    def test_nothing_that_partners_wrote_names_a_purged_unit(self):
        self.tell(self.lots)
        self.assertEqual(self.tell(self.lots).event_ids.state, "repeated")
        self.tell(self.lot, bizStep="storing")
        self.purge()
        self.env.cr.execute(
            "SELECT count(*) FROM serial_capture_event WHERE body LIKE ANY(%s)",
            [[f"%{lot.name}%" for lot in self.lots]],
        )
        self.assertEqual(self.env.cr.fetchone(), (0,))

    def test_what_was_told_of_others_stays(self):
        keep = self.produce()
        event = self.tell(keep).event_ids
        self.tell(self.lots)
        self.purge()
        self.assertIn(keep.name, event.body)
        self.assertFalse(event.forgotten_count)

    def test_the_file_goes_with_the_first_of_its_units(self):
        document = self.document(
            self.event(self.lot, **LOOKED_AT), self.event(self.other, **LOOKED_AT)
        )
        job = self.captures.create(
            {"file": base64.b64encode(json.dumps(document).encode())}
        )
        job.action_capture()
        while job._is_working():
            job.sudo()._work({})
        self.assertEqual(job.event_ids.mapped("unit_count"), [1, 1])
        self.hold(lot_ids=[Command.set(self.other.ids)])
        self.purge()
        self.assertFalse(job.file)
        self.assertEqual(
            job.event_ids.mapped(lambda event: bool(event.body)), [False, True]
        )
