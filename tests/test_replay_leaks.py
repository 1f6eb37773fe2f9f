from odoo.tests import tagged

from .scoring import ScoringCase


@tagged("post_install", "-at_install")
class TestReplayLeaks(ScoringCase):
    """Leaks tried by other rules: the run that stores them is not started."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.first = cls.env.ref("serial_dossier.serial_diversion_rule_first")
        cartons = cls.ship_cartons(6, cls.distributor)
        cls.leaked = cartons[0]
        cls.observe(cls.leaked, "SC")
        for carton in cartons[1:]:
            cls.observe(carton, "GD")

    def replay(self, code, enabled=True, value=None):
        """Return a finished replay of a draft that differs in one thing."""
        draft = self.first.with_user(self.manager).copy()
        if value is not None:
            line = draft.threshold_ids.filtered(lambda line: line.code == code)
            line.value = value
        draft.detector_ids.filtered(lambda line: line.code == "leak").enabled = enabled
        record = (
            self.env["serial.diversion.replay"]
            .with_user(self.manager)
            .create({"rule_id": draft.id, "date_from": False})
        )
        record.action_start()
        self.assertEqual((record.state, record.phase), ("running", "leaks"))
        with self.enter_registry_test_mode():
            self.env.ref("serial_dossier.ir_cron_serial_replay").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual((record.state, record.progress), ("done", 100))
        return record

    def test_units_that_leaks_no_longer_name_are_dropped(self):
        record = self.replay("leak", enabled=False)
        self.assertGreaterEqual(record.leak_units_before, 10)
        self.assertEqual(record.leak_units_after, 0)
        lines = record.line_ids.filtered(lambda line: line.kind == "leak")
        self.assertEqual(len(lines), record.leak_units_before)
        self.assertFalse(lines.lot_id - self.leaked)
        self.assertEqual(set(lines.mapped("change")), {"dropped"})
        self.assertEqual(lines.state_id, self.env.ref("base.state_cn_SC"))
        self.assertEqual(lines.partner_id, self.distributor)
        self.assertFalse(self.env["serial.diversion.leak"].search_count([]))

    def test_same_rules_name_the_same_units(self):
        record = self.replay("leak_units", value=2)
        self.assertGreaterEqual(record.leak_units_before, 10)
        self.assertEqual(record.leak_units_before, record.leak_units_after)
        self.assertFalse(record.line_ids.filtered(lambda line: line.kind == "leak"))
        self.assertIn("Leaks name", record.summary)

    def test_unit_found_at_activation_and_by_a_leak_counts_once(self):
        alerts = self.env["serial.diversion.alert"]._raise_units(
            "leak", [{"lot_id": lot.id, "score": 90} for lot in self.leaked[:2]]
        )
        alerts.outcome_note = "Looked into."
        alerts.action_confirm()
        record = self.replay("leak", enabled=False)
        self.assertEqual((record.confirmed_count, record.confirmed_before), (2, 2))
        self.assertLessEqual(record.recall_after, 1)
