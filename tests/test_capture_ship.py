from datetime import date, datetime

from odoo.tests import tagged

from .capturing import SSCC, CaptureCase

GLN = "9506000111117"
OTHER_GLN = "9506000222226"


@tagged("post_install", "-at_install")
class TestCaptureShip(CaptureCase):
    """A shipment that a partner tells binds units as a delivery does."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.distributor.global_location_number = GLN

    def shipment(self, lots, gln=GLN, kind="possessing_party", **values):
        """Return an event that units were sent to a GLN."""
        ai = "414" if kind == "location" else "417"
        to = {"type": kind, "destination": f"https://id.gs1.org/{ai}/{gln}"}
        told = {
            "action": "OBSERVE",
            "bizStep": "shipping",
            "disposition": "in_transit",
            "destinationList": [to],
        }
        return self.event(lots, **{**told, **values})

    def note(self, job):
        return job.event_ids.message

    # === BOUND === #

    def test_units_sent_to_a_distributor_are_bound_as_by_a_delivery(self):
        lots = self.mint(1) | self.produce(1)
        delivered = self.ship(1)
        job = self.capture(self.shipment(lots))
        self.assertEqual((job.unit_count, job.note_count), (2, 0))
        for lot in lots:
            self.assertEqual(lot.stage, delivered.stage)
            self.assertEqual(lot.channel_partner_id, self.distributor)
            self.assertEqual(lot.channel_region_id, delivered.channel_region_id)
            self.assertEqual(lot.shipped_at, datetime(2026, 3, 1, 0, 0))
        held = self.live_assignments(lots)
        self.assertEqual(held.partner_id, self.distributor)
        self.assertEqual(held.region_id, self.guangdong)
        self.assertEqual(set(held.mapped("assigned_at")), {datetime(2026, 3, 1)})
        self.assertFalse(self.env["serial.event"]._get_broken_chains(lots.ids))

    def test_the_step_names_distributor_document_and_how_the_unit_stood(self):
        [lot] = self.produce()
        job = self.capture(self.shipment(lot))
        step = self.last_event(lot)
        self.assertEqual((step.kind, step.partner_id), ("shipped", self.distributor))
        self.assertEqual(step.document_name, job.name)
        private = step.data["private"]
        self.assertEqual(private["was"], {"stage": "produced"})
        self.assertTrue(private["event_id"].startswith("ni:///sha-256;"))

    def test_the_region_is_that_of_the_contracts_on_the_day_it_was_sent(self):
        newcomer = self._create_partner("Baiyun", "tier1", self.china.browse())
        newcomer.global_location_number = OTHER_GLN
        contracts = self.env["serial.channel.contract"]
        for region, first, last in (
            (self.sichuan, date(2026, 2, 1), date(2026, 2, 28)),
            (self.zhejiang, date(2026, 3, 1), False),
        ):
            contracts.create(
                {
                    "partner_id": newcomer.id,
                    "region_id": region.id,
                    "date_from": first,
                    "date_to": last,
                }
            )
        early, late = self.produce(2)
        self.capture(
            self.shipment(early, OTHER_GLN, eventTime="2026-02-27T08:00:00+08:00"),
            self.shipment(late, OTHER_GLN),
        )
        self.assertEqual(early.channel_region_id, self.sichuan)
        self.assertEqual(late.channel_region_id, self.zhejiang)

    def test_a_shipment_told_twice_or_after_the_delivery_binds_once(self):
        [lot], [delivered] = self.produce(), self.ship()
        self.capture(self.shipment(lot))
        job = self.capture(self.shipment(lot, eventTime="2026-03-01T09:00:00+08:00"))
        later = self.capture(self.shipment(delivered))
        self.assertFalse(job.note_count + later.note_count)
        for unit in (lot, delivered):
            self.assertEqual(len(unit.assignment_ids), 1)
            self.assertEqual(self.last_event(unit).kind, "captured")

    def test_a_delivery_of_ours_after_it_goes_through(self):
        [lot] = self.produce()
        self.capture(self.shipment(lot))
        picking = self.deliver(lot, self.distributor)
        self.assertEqual(picking.state, "done")
        self.assertEqual(self.live_assignments(lot).picking_id, picking)

    def test_a_carton_that_is_sent_binds_what_is_in_it(self):
        lots = self.mint(3)
        self.capture(self.aggregation(lots))
        self.capture(self.shipment((), epcList=[SSCC], kind="location"))
        self.assertEqual(lots.channel_partner_id, self.distributor)

    def test_who_holds_the_goods_counts_before_who_owns_them(self):
        self.other_distributor.global_location_number = OTHER_GLN
        [lot] = self.produce()
        ends = [
            {"type": kind, "destination": f"https://id.gs1.org/417/{gln}"}
            for kind, gln in (("owning_party", OTHER_GLN), ("possessing_party", GLN))
        ]
        self.capture(self.shipment(lot, destinationList=ends))
        self.assertEqual(lot.channel_partner_id, self.distributor)

    # === TOLD ONLY === #

    def test_an_unknown_gln_is_recorded_with_a_note(self):
        [lot] = self.produce()
        job = self.capture(self.shipment(lot, OTHER_GLN))
        self.assertEqual((job.state, job.recorded_count), ("done", 1))
        self.assertEqual((job.note_count, job.error_count), (1, 0))
        self.assertIn(OTHER_GLN, self.note(job))
        self.assertEqual(job.action_view_notes()["domain"][0][2], job.id)
        self.assertEqual(
            (lot.stage, self.last_event(lot).kind), ("produced", "captured")
        )
        [note] = job._get_report()["notes"]
        self.assertEqual(note["code"], "unknown_receiver")
        self.assertEqual(note["path"], "/epcisBody/eventList/0")

    def test_a_company_that_is_no_distributor_is_named_in_a_note(self):
        self.consumer.global_location_number = OTHER_GLN
        [lot] = self.produce()
        job = self.capture(self.shipment(lot, OTHER_GLN))
        self.assertIn("A Consumer", self.note(job))
        self.assertFalse(lot.channel_partner_id)

    def test_what_goes_to_a_warehouse_or_company_of_ours_needs_no_note(self):
        self.warehouse.serial_gln = "9506000333335"
        self.company.partner_id.global_location_number = OTHER_GLN
        lots = self.produce(2)
        job = self.capture(
            self.shipment(lots[0], "9506000333335", "location"),
            self.shipment(lots[1], OTHER_GLN),
        )
        self.assertEqual((job.recorded_count, job.note_count), (2, 0))
        self.assertEqual(set(lots.mapped("stage")), {"produced"})

    def test_what_somebody_holds_or_may_not_be_delivered_is_named(self):
        held, blocked = self.ship(1, self.other_distributor), self.produce()
        free = self.produce()
        blocked.blocked = True
        job = self.capture(self.shipment(held | blocked | free))
        self.assertIn(held.name, self.note(job))
        self.assertIn(blocked.name, self.note(job))
        self.assertNotIn(free.name, self.note(job))
        self.assertEqual(held.channel_partner_id, self.other_distributor)
        self.assertFalse(blocked.channel_partner_id)
        self.assertEqual(free.channel_partner_id, self.distributor)

    def test_a_distributor_binds_nobody_else(self):
        self.retailer.global_location_number = OTHER_GLN
        [lot] = self.ship()
        person = self.make_portal_user("yuexiu_it", self.distributor)
        job = self.capture(self.shipment(lot, OTHER_GLN), user=person)
        self.assertEqual((job.recorded_count, job.note_count), (1, 1))
        self.assertEqual(lot.channel_partner_id, self.distributor)

    def test_goods_on_their_way_back_bind_nobody(self):
        [lot] = self.produce()
        job = self.capture(self.shipment(lot, disposition="returned"))
        self.assertEqual((lot.stage, job.note_count), ("produced", 0))

    def test_a_correction_of_a_shipment_leaves_it_bound(self):
        [lot] = self.produce()
        error = {"declarationTime": "2026-03-02T00:00:00Z", "reason": "did_not_occur"}
        self.capture(self.shipment(lot))
        self.capture(self.shipment(lot, errorDeclaration=error))
        self.assertEqual(self.last_event(lot).kind, "corrected")
        self.assertEqual(lot.channel_partner_id, self.distributor)

    # === WORK === #

    def test_the_number_of_queries_does_not_grow_with_the_shipments(self):
        def work(count):
            events = [self.shipment(lot) for lot in self.produce(count)]
            job = self.captures._take(self.document(*events), "proceed")
            return self.count_queries(job)

        work(2)
        self.assertLessEqual(abs(work(60) - work(3)), 2)
