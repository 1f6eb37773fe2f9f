from datetime import date, datetime

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..core.epcis_hash import event_hash_id
from .capturing import CONTEXT, CaptureCase, work_off


@tagged("post_install", "-at_install")
class TestCapture(CaptureCase):
    """Events that partners tell become steps of dossiers, each once."""

    def test_a_unit_that_was_made_is_produced_when_and_where_it_was_told(self):
        [lot] = self.mint()
        lot.production_date = False
        job = self.capture(self.event([lot]))
        self.assertEqual(job.state, "done")
        self.assertEqual((job.recorded_count, job.unit_count), (1, 1))
        step = self.last_event(lot)
        self.assertEqual((lot.stage, step.kind), ("produced", "produced"))
        self.assertEqual(step.event_time, datetime(2026, 3, 1, 0, 0))
        self.assertEqual(step.event_offset, "+08:00")
        self.assertEqual((step.biz_step, step.disposition), ("commissioning", "active"))
        self.assertEqual(step.document_name, job.name)
        self.assertEqual(step.actor_id, self.user)
        self.assertEqual(lot.production_date, date(2026, 3, 1))
        self.assertFalse(self.env["serial.event"]._get_broken_chains(lot.ids))

    def test_the_step_names_the_event_by_its_hash(self):
        [lot] = self.mint()
        event = self.event([lot])
        self.capture(event)
        told = self.last_event(lot).data["private"]["event_id"]
        self.assertEqual(told, event_hash_id(event, CONTEXT))

    def test_an_event_is_told_once_however_often_and_however_it_is_spelt(self):
        [lot] = self.mint()
        urn = f"urn:epc:id:sgtin:6901234.056789.{lot.name}"
        again = self.event(epcList=[urn], eventTime="2026-03-01T00:00:00.000Z")
        job = self.capture(self.event([lot]), again)
        later = self.capture(self.event([lot]))
        self.assertEqual((job.recorded_count, job.repeated_count), (1, 1))
        self.assertEqual((later.recorded_count, later.repeated_count), (0, 1))
        kinds = lot.event_ids.mapped("kind")
        self.assertEqual(sorted(kinds), ["minted", "produced"])

    def test_what_moves_no_stage_is_told_in_its_own_words(self):
        [lot] = self.mint()
        self.capture(
            self.event(
                [lot], action="OBSERVE", bizStep="shipping", disposition="in_transit"
            )
        )
        step = self.last_event(lot)
        self.assertEqual((lot.stage, step.kind), ("minted", "captured"))
        self.assertEqual((step.biz_step, step.disposition), ("shipping", "in_transit"))

    def test_a_step_that_comes_too_late_is_told_and_moves_nothing(self):
        [lot] = self.ship()
        self.capture(self.event([lot]))
        step = self.last_event(lot)
        self.assertEqual((lot.stage, step.kind), ("shipped", "captured"))
        self.assertEqual(step.biz_step, "commissioning")

    def test_a_code_that_was_scrapped_in_the_factory_is_void(self):
        lots = self.mint(1) | self.ship(1)
        self.capture(
            self.event(
                lots,
                action="DELETE",
                bizStep="decommissioning",
                disposition="inactive",
            )
        )
        self.assertEqual(lots.mapped("stage"), ["void", "shipped"])
        self.assertEqual(self.last_event(lots[1]).kind, "captured")

    def test_units_are_found_by_the_address_of_their_page_too(self):
        [lot] = self.mint()
        page = f"https://brand.example/sn/{lot.scan_code_display}"
        self.capture(self.event(epcList=[page]))
        self.assertEqual(lot.stage, "produced")

    def test_steps_of_one_unit_follow_each_other_as_in_the_document(self):
        [lot] = self.mint()
        steps = ("commissioning", "inspecting", "storing")
        self.capture(
            *(
                self.event([lot], bizStep=step, eventTime=f"2026-03-01T0{n}:00:00Z")
                for n, step in enumerate(steps)
            )
        )
        told = lot.event_ids.sorted("sequence").mapped("biz_step")
        self.assertEqual(told, ["encoding", *steps])

    def test_an_event_of_quantities_names_no_serials(self):
        quantity = {"epcClass": "urn:epc:class:lgtin:6901234.056789.L1", "quantity": 5}
        job = self.capture(self.event(epcList=None, quantityList=[quantity]))
        self.assertEqual((job.state, job.other_count), ("done", 1))

    def test_a_correction_is_told_with_what_it_corrects(self):
        [lot] = self.mint()
        event = self.event([lot])
        error = {
            "declarationTime": "2026-03-02T00:00:00Z",
            "reason": "did_not_occur",
        }
        self.capture(event)
        job = self.capture({**event, "errorDeclaration": error})
        self.assertEqual(job.recorded_count, 1)
        step = self.last_event(lot)
        self.assertEqual(step.kind, "corrected")
        self.assertEqual(step.data["private"]["error"]["reason"], "did_not_occur")
        again = self.capture({**event, "errorDeclaration": error})
        self.assertEqual(again.repeated_count, 1)

    # === WRONG === #

    def test_all_or_nothing_records_nothing_where_a_unit_is_unknown(self):
        [lot] = self.mint()
        unknown = "https://id.gs1.org/01/06901234567892/21/NOBODY"
        job = self.capture(self.event([lot]), self.event(epcList=[unknown]))
        self.assertEqual((job.state, job.error_count), ("failed", 1))
        with self.assertRaises(UserError):
            job.with_user(self.user).action_resume()
        self.assertEqual(lot.stage, "minted")
        [problem] = job._get_report()["errors"]
        self.assertEqual(problem["path"], "/epcisBody/eventList/1")
        self.assertIn("NOBODY", problem["title"])

    def test_what_can_be_recorded_is_recorded_if_asked_for(self):
        [lot] = self.mint()
        unknown = "https://id.gs1.org/01/06901234567892/21/NOBODY"
        wrong = self.event([lot], bizStep="flying")
        job = self.capture(
            wrong,
            self.event(epcList=[unknown, self.uri(lot)]),
            behaviour="proceed",
        )
        self.assertEqual((job.state, job.error_count, job.unit_count), ("done", 2, 1))
        self.assertEqual(lot.stage, "produced")
        paths = [problem["path"] for problem in job._get_report()["errors"]]
        first = "/epcisBody/eventList/0/bizStep"
        self.assertEqual(paths, [first, "/epcisBody/eventList/1"])

    def test_a_document_that_is_wrong_is_not_taken_in(self):
        [lot] = self.mint()
        document = self.document(self.event([lot]), self.event([lot], action="MAKE"))
        [fault] = self.captures._find_faults(document, "rollback")
        self.assertEqual(fault.path, "/epcisBody/eventList/1/action")

    def test_the_future_is_not_believed(self):
        [lot] = self.mint()
        job = self.capture(self.event([lot], eventTime="2026-03-02T09:00:00Z"))
        self.assertEqual(job.state, "failed")
        self.assertEqual(job.event_ids.reason, "future_time")

    def test_whatever_an_event_holds_keeps_no_other_one_waiting(self):
        [lot] = self.mint()
        strange = {
            "sd:step": "a\0b",
            "ex:nul": {"ex:\0": ["\0", None, 10**400, "9" * 5_000]},
            "errorDeclaration": {
                "declarationTime": "2026-03-01T08:00:00+08:00",
                "ex:why": "a\0b",
            },
        }
        context = {"@context": {"sd": "urn:serial-dossier:epcis:"}}
        page = "https://brand.example/epcis/package/%00"
        job = self.capture(
            self.event([lot], **strange, **context),
            self.event(epcList=[page, "https://brand.example/sn/%00"]),
            self.event([lot], **context, **{"sd:step": "produced"}),
            behaviour="proceed",
        )
        self.assertEqual((job.state, job.error), ("done", False))
        self.assertEqual((job.recorded_count, job.error_count), (2, 1))

    # === WHOSE === #

    def test_a_distributor_tells_of_the_units_it_holds_and_of_no_others(self):
        mine, other = self.ship(1), self.ship(1, self.other_distributor)
        person = self.make_portal_user("yuexiu_it", self.distributor)
        seen = {"action": "OBSERVE", "bizStep": "storing", "disposition": None}
        job = self.capture(self.event(mine, **seen), user=person)
        self.assertEqual(job.recorded_count, 1)
        self.assertEqual(self.last_event(mine).partner_id, self.distributor)
        job = self.capture(self.event(other, **seen), user=person)
        self.assertEqual(job.state, "failed")

    def test_who_has_nothing_to_do_with_serials_tells_nothing(self):
        person = new_test_user(self.env, "nobody_it", groups="base.group_portal")
        with self.assertRaises(AccessError):
            self.captures.with_user(person)._take(self.document(), "rollback")

    def test_a_unit_of_another_company_is_unknown(self):
        [lot] = self.mint()
        lot.company_id = self.env["res.company"].create({"name": "Elsewhere"})
        job = self.capture(self.event([lot]))
        self.assertEqual(job.event_ids.reason, "unknown_units")

    # === WORK === #

    def test_the_number_of_queries_does_not_grow_with_the_events(self):
        def work(count):
            lots = self.mint(count)
            job = self.captures._take(
                self.document(*(self.event([lot]) for lot in lots)), "proceed"
            )
            return self.count_queries(job)

        work(2)
        self.assertLessEqual(abs(work(300) - work(3)), 2)

    def test_a_capture_that_was_cancelled_goes_on_where_it_stopped(self):
        [lot] = self.mint()
        job = self.captures._take(self.document(self.event([lot])), "rollback")
        job = job.with_user(self.user)
        job.action_cancel()
        self.assertEqual(job.state, "cancelled")
        job.action_resume()
        work_off(job)
        self.assertEqual((job.state, lot.stage), ("done", "produced"))
        with self.assertRaises(UserError):
            job.action_cancel()
