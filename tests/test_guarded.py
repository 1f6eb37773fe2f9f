from odoo.exceptions import AccessError, UserError
from odoo.models import LOG_ACCESS_COLUMNS
from odoo.tests import new_test_user, tagged

from .repairing import RepairCase

# Whoever has all of these may write whatever anybody may.
EVERYTHING = (
    "base.group_system",
    "stock.group_stock_manager",
    "sales_team.group_sale_manager",
    "mrp.group_mrp_manager",
    "serial_dossier.serial_dossier_group_manager",
    "serial_dossier.serial_dossier_group_personal_data",
)
# What no screen writes and what may be written all the same.
OPEN = {
    # which file told of a store: a link that nothing depends on
    "serial.channel.store": {"serial_import_id"},
    # what a draft reads: a file of units, stores or listings
    "serial.import": {"kind"},
    # lines of a manager's own rules
    "serial.diversion.rule.detector": {"code"},
    "serial.diversion.rule.rate": {"name"},
    "serial.diversion.rule.threshold": {"code"},
    "serial.diversion.whitelist": {"device_key", "phone_key", "account_key"},
}
# Numbers of documents: no step depends on them.
NUMBER = {"name"}
MAGIC = {"id", *LOG_ACCESS_COLUMNS}


@tagged("post_install", "-at_install")
class TestGuarded(RepairCase):
    """What steps write, nobody writes past them: `readonly` binds screens only."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.anybody = new_test_user(cls.env, "guarded", ",".join(EVERYTHING))

    def find_step_fields(self, model):
        """Return the fields that the module keeps in a model and no screen writes."""
        if model._abstract or model._transient or not model.has_access("write"):
            return []
        return [
            name
            for name, field in model._fields.items()
            if "serial_dossier" in (field._modules or ())
            and (field.store and field.readonly and not field.compute)
            and not (field.related or field.type == "one2many")
            and name not in {*OPEN.get(model._name, ()), *NUMBER, *MAGIC}
        ]

    def test_every_field_that_steps_write_refuses_all_others(self):
        writable, seen = [], 0
        for model_name in sorted(self.env.registry):
            model = self.env[model_name].with_user(self.anybody)
            for name in self.find_step_fields(model):
                seen += 1
                try:
                    model.write({name: False})
                except UserError:
                    continue
                writable.append(f"{model_name}.{name}")
        self.assertFalse(writable)
        self.assertGreater(seen, 200)

    def test_a_copy_holds_nothing_that_steps_wrote(self):
        case = self.env["serial.diversion.case"].with_user(self.user).create({})
        case.sudo().picking_id = self.deliver(self.produce(), self.distributor)
        case.sudo()._set_state("decided", outcome="confirmed")
        twin = case.copy()
        self.assertRecordValues(
            twin, [{"state": "new", "outcome": False, "picking_id": False}]
        )

    # === RECORDS === #

    def assert_refused(self, records, user, **values):
        """Check that a user who may write these records may not write these values."""
        records = records.with_user(user)
        records.check_access("write")
        before = records.sudo().read(list(values))
        for name, value in values.items():
            with self.subTest(model=records._name, field=name):
                with self.assertRaises(UserError):
                    records.write({name: value})
                with self.assertRaises(UserError):
                    records.write({"write_date": "2026-01-01 00:00:00", name: value})
        self.assertEqual(records.sudo().read(list(values)), before)

    def test_an_import_is_neither_ended_nor_given_to_a_manager(self):
        record = self.env["serial.import"].with_user(self.user).create({})
        self.assert_refused(
            record,
            self.user,
            state="done",
            user_id=self.manager.id,
            created_count=1000,
            error="x",
        )
        with self.assertRaises(AccessError):
            record.create({"state": "running"})

    def test_an_alert_and_a_lead_go_by_their_buttons(self):
        alert = self.env["serial.diversion.alert"].create({"lot_id": self.lot.id})
        self.assert_refused(alert, self.user, state="investigating")
        self.assert_refused(alert, self.manager, state="confirmed")
        alert.with_user(self.user).action_investigate()
        self.assertRecordValues(
            alert, [{"state": "investigating", "user_id": self.user.id}]
        )
        lead = self.env["serial.diversion.lead"].create(
            {"kind": "unit_surfaced", "key": "x", "lot_id": self.lot.id}
        )
        self.assert_refused(lead, self.user, state="dismissed")
        lead.with_user(self.user).action_dismiss()
        self.assertEqual(lead.state, "dismissed")

    def test_a_case_does_not_begin_with_its_decision(self):
        cases = self.env["serial.diversion.case"].with_user(self.user)
        with self.assertRaisesRegex(UserError, "Press Decide"):
            cases.create({"state": "decided"})
        self.assertEqual(cases.create({"state": "investigating"}).user_id, self.user)

    def test_a_repair_is_not_said_to_have_been_given_back(self):
        repair = self.open_repair()
        self.assert_refused(
            repair,
            self.user,
            serial_given_back_at="2026-01-01 00:00:00",
            serial_taken_in_at="2026-01-01 00:00:00",
            serial_in_custody=True,
            serial_failed=True,
            serial_consent_at="2026-01-01 00:00:00",
        )
        repair.action_take_in()
        self.assertTrue(repair.serial_in_custody)

    def test_boxes_transfers_programmes_and_webhooks_keep_what_steps_wrote(self):
        box = self.env["stock.package"].create({})
        self.assert_refused(box, self.stock_user, serial_state="closed")
        picking = self.create_picking(
            self.lot, self.stock_location, self.customer_location
        )
        self.assert_refused(picking, self.stock_user, serial_tradein_id=1)
        program = self.env["serial.tradein.program"].create({"name": "Old for new"})
        self.assert_refused(program, self.manager, version=9)
        webhook = self.env["serial.webhook"].create(
            {"name": "Shop", "url": "https://shop.example"}
        )
        self.assert_refused(
            webhook, self.manager, secret="known", attempts=0, retry_at=False
        )
        webhook.with_user(self.manager).action_rotate_secret()
        webhook.with_user(self.manager).action_retry()

    def test_a_line_of_an_order_does_not_become_a_credit(self):
        salesman = new_test_user(
            self.env, "guarded_salesman", "sales_team.group_sale_salesman_all_leads"
        )
        order = self.env["sale.order"].create({"partner_id": self.consumer.id})
        line = self.env["sale.order.line"].create(
            {"order_id": order.id, "product_id": self.product.id}
        )
        self.assert_refused(line, salesman, serial_tradein_id=1)
