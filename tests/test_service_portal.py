from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from .repairing import RepairCase
from .service import FAULT, PICTURE, ServiceMixin
from .wsgi import WsgiCase

ACTION = "serial_dossier.serial_repair_code_action_replace_battery"
STEPS = (
    *("take_in", "diagnose", "part", "remove_part", "wait", "arrived"),
    *("finish", "give_back", "message", "photos"),
)


class ServicePortalCase(ServiceMixin, RepairCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.create_centres()
        cls.env["mrp.bom"].create(
            {
                "product_tmpl_id": cls.product.product_tmpl_id.id,
                "bom_line_ids": [
                    fields.Command.create(
                        {"product_id": cls.battery.id, "product_qty": 1}
                    )
                ],
            }
        )
        cls.company.serial_repair_rate = 60

    def portal(self, user=None):
        """Return the portal as a technician uses it, each time anew."""
        self.env.flush_all()
        return self.env["serial.service.portal"].with_user(user or self.technician)

    def act(self, repair, step, user=None, files=(), **form):
        return self.portal(user)._act(repair.id, step, form, files)

    def build_in(self, lot, name):
        return self.env["serial.part"].create(
            {"lot_id": lot.id, "name": name, "product_id": self.battery.id}
        )

    def take_in(self, lot=None):
        """Return a repair asked for and taken in at the first centre."""
        self.request_repair(lot or self.lot)
        found = self.portal()._take_in_scanned((lot or self.lot).scan_code, {})
        return found.with_env(self.env)

    def part(self, repair, new, old=""):
        return self.act(
            repair, "part", texts=new, old=old, component=str(self.battery.id)
        )

    def finish(self, repair):
        self.act(
            repair, "finish", result="repaired", action=str(self.env.ref(ACTION).id)
        )
        self.act(repair, "give_back")


@tagged("post_install", "-at_install")
class TestServicePortal(ServicePortalCase):
    """A technician of a centre takes units in, repairs them and gives them back."""

    def test_a_scan_takes_in_what_the_consumer_asked_for(self):
        asked = self.request_repair(self.lot)
        repair = self.portal()._take_in_scanned(self.lot.scan_code, {})
        self.assertEqual(repair.id, asked.id)
        self.assertEqual(asked.serial_stage, "taken_in")
        self.assertTrue(self.lot.in_service)

    def test_a_unit_that_nobody_announced_is_taken_in_as_well(self):
        form = {"fault": str(self.env.ref(FAULT).id), "words": "Goes off"}
        repair = self.portal()._take_in_scanned(self.lot.name, form)
        self.assertEqual(repair.serial_centre_id.id, self.futian.id)
        self.assertEqual(repair.serial_fault_note, "Goes off")
        self.assertFalse(repair.serial_requested_at)

    def test_what_was_asked_for_elsewhere_is_not_taken_in(self):
        self.request_repair(self.lot, self.tianhe)
        with self.assertRaisesRegex(UserError, "another service centre"):
            self.portal()._take_in_scanned(self.lot.scan_code, {})

    def test_what_is_no_unit_is_not_taken_in(self):
        void = self.mint()
        void._move_to_stage("void", "voided")
        for text in ("", "x", "2222222222222", void.scan_code):
            with self.subTest(text=text), self.assertRaisesRegex(UserError, "no unit"):
                self.portal()._take_in_scanned(text, {})

    def test_a_battery_of_another_phone_is_named_and_stopped(self):
        other = self.sell()
        self.build_in(other, "BAT-1")
        repair = self.take_in()
        refusal = self.part(repair, "BAT-1")
        self.assertIn("BAT-1", refusal)
        self.assertNotIn(other.name, refusal)
        self.assertFalse(repair.move_ids.filtered("serial_new_part"))
        self.assertIn(other.name, " ".join(repair.message_ids.mapped("body")))

    def test_a_good_battery_takes_the_old_ones_place(self):
        old = self.build_in(self.lot, "BAT-OLD")
        repair = self.take_in()
        self.assertIsNone(self.part(repair, "BAT-NEW", "BAT-OLD"))
        self.finish(repair)
        self.assertTrue(old.removed_at)
        live = self.lot.part_ids.filtered(lambda part: not part.removed_at)
        self.assertEqual(live.name, "BAT-NEW")
        self.assertEqual(repair.serial_stage, "closed")
        self.assertFalse(self.lot.in_service)
        self.assertIn("repaired", self.kinds_of(self.lot))

    def test_a_battery_with_a_serial_of_ours_leaves_our_stock(self):
        tracked = self._create_product("Tracked battery")
        bill = self.env["mrp.bom"].search(
            [("product_tmpl_id", "=", self.product.product_tmpl_id.id)], limit=1
        )
        bill.bom_line_ids.product_id = tracked
        spare = self.env["stock.lot"].create({"name": "B-7", "product_id": tracked.id})
        quants = self.env["stock.quant"]
        quants._update_available_quantity(tracked, self.stock_location, 1, lot_id=spare)
        component = str(tracked.id)
        repair = self.take_in()
        for name in ("B-7", "B-8"):  # a centre may have bought one that we do not know
            self.assertIsNone(self.act(repair, "part", texts=name, component=component))
        self.assertFalse(self.lot.part_ids)
        self.finish(repair)
        self.assertEqual(set(self.lot.part_ids.mapped("name")), {"B-7", "B-8"})
        self.assertEqual(self.lot.part_ids.component_lot_id.product_id, tracked)
        here = quants._gather(tracked, self.stock_location, lot_id=spare, strict=True)
        self.assertFalse(sum(here.mapped("quantity")))

    def test_a_part_that_was_noted_by_mistake_is_removed(self):
        repair = self.take_in()
        self.part(repair, "BAT-NEW")
        line = repair.move_ids.filtered("serial_new_part")
        self.act(repair, "remove_part", line=str(line.id))
        self.assertFalse(repair.move_ids.filtered("serial_new_part"))

    def test_a_part_that_is_none_of_the_product_is_refused(self):
        repair = self.take_in()
        with self.assertRaisesRegex(UserError, "which part"):
            self.act(repair, "part", texts="X", component=str(self.product.id))

    def test_diagnosis_and_promise_are_kept(self):
        repair = self.take_in()
        self.act(
            repair, "diagnose", fault=str(self.env.ref(FAULT).id), promised="2026-03-20"
        )
        self.assertEqual(repair.serial_fault_id, self.env.ref(FAULT))
        self.assertEqual(str(repair.serial_promised_at.date()), "2026-03-20")
        for bad in ("2020-01-01", "x", "2026-13-01"):
            with self.subTest(promised=bad), self.assertRaises(UserError):
                self.act(repair, "diagnose", promised=bad)

    def test_nothing_is_done_with_a_unit_that_is_not_here(self):
        repair = self.request_repair(self.lot)
        for action in ("diagnose", "part", "wait", "finish", "give_back"):
            with self.subTest(action=action), self.assertRaises(UserError):
                self.act(repair, action, result="repaired")

    def test_a_message_reaches_the_consumer_who_asked(self):
        repair = self.take_in()
        self.act(repair, "message", body="Your battery has come.")
        self.assertEqual(repair.serial_message_ids.side, "centre")
        mails = self.env["mail.mail"].search([("email_to", "=", "lin@example.com")])
        self.assertIn("has written", " ".join(mails.mapped("subject")))

    def test_pictures_are_kept_with_the_repair(self):
        repair = self.take_in()
        self.act(repair, "photos", files=[("back.png", PICTURE)])
        self.assertEqual(repair.serial_photo_ids.raw, PICTURE)

    # === WHO SEES WHAT === #

    def test_a_centre_sees_its_own_repairs_alone(self):
        mine, theirs = self.take_in(), self.request_repair(self.sell(), self.tianhe)
        nobodys = self.request_repair(self.sell())
        nobodys.serial_centre_id = False
        table = {self.technician: mine, self.other_technician: theirs}
        for user, own in table.items():
            rows = self.portal(user)._get_repairs()
            self.assertEqual([row["id"] for row in rows], own.ids)
            for repair in (mine, theirs, nobodys):
                portal, is_own = self.portal(user), repair == own
                with self.subTest(user=user.login, own=is_own):
                    self.assertEqual(bool(portal._get_repair(repair.id)), is_own)
                    self.assertEqual(bool(portal._find_repair(repair.id)), is_own)
                    self.assertFalse(not is_own and portal._get_report(repair.id))
                    if is_own:
                        continue
                    for step in STEPS:
                        with self.assertRaises(UserError):
                            self.act(repair, step, user, body="x")

    def test_who_works_for_no_centre_does_nothing(self):
        repair = self.take_in()
        for user in (self.user, self.env.ref("base.public_user")):
            for attempt in (
                lambda portal: portal._get_repairs(),
                lambda portal: portal._get_repair(repair.id),
                lambda portal: portal._take_in_scanned(self.lot.name, {}),
                lambda portal: portal._act(repair.id, "give_back", {}),
                lambda portal: portal._get_settlements(),
            ):
                with self.assertRaises(AccessError):
                    attempt(self.portal(user))

    def test_a_technician_has_no_rights_on_records(self):
        for model in (
            *("repair.order", "stock.lot", "serial.part", "serial.repair.code"),
            *("serial.service.message", "serial.service.settlement"),
            *("serial.service.settlement.line", "serial.service.rate"),
        ):
            for right in ("read", "write", "create", "unlink"):
                access = self.env[model].with_user(self.technician).has_access(right)
                with self.subTest(model=model, right=right):
                    self.assertFalse(access)


@tagged("post_install", "-at_install")
class TestServicePortalPages(ServicePortalCase, WsgiCase, HttpCase):
    """The pages of a centre, over HTTP."""

    freeze_time = None

    def test_pages_answer_to_the_centre_and_to_nobody_else(self):
        repair = self.take_in()
        self.env.flush_all()
        paths = ("/my/repairs", f"/my/repairs/{repair.id}", "/my/settlements")
        mine = self.open_session(self.technician.login)
        for path in paths:
            with self.subTest(path=path):
                answer = self.call("GET", path, sid=mine)
                self.assertEqual(answer.status, 200, answer.text[:2000])
        other = self.open_session(self.other_technician.login)
        self.assertEqual(self.call("GET", paths[1], sid=other).status, 404)
        nobody = self.open_session("serial_user")
        for path in paths:
            self.assertEqual(self.call("GET", path, sid=nobody).status, 404)
