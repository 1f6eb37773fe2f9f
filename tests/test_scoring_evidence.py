from odoo.tests import tagged

from .scoring import ScoringCase


@tagged("post_install", "-at_install")
class TestScoringEvidence(ScoringCase):
    """What a scoring run takes for evidence, and what it leaves out."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plant()

    def evidence(self):
        """Return {lot id: its evidence} as a run collects it."""
        run, memory = self.env["serial.diversion.run"].sudo()._start(), {}
        run._collect(memory)
        return {unit.unit: unit for unit in memory["units"]}

    def test_one_address_tells_of_a_unit_once(self):
        lot = self.gone[0]
        once = self.evidence()[lot.id]
        address = (
            self.env["serial.activation"].search([("lot_id", "=", lot.id)]).ip_prefix
        )
        self.scan(lot, "SH", address)
        self.assertEqual(self.evidence()[lot.id], once)
        self.scan(lot, "SH")
        self.assertEqual(len(self.evidence()[lot.id].sightings), 2)

    def test_what_an_address_tells_of_many_units_of_a_shipment_is_no_evidence(self):
        """A shop activates for its customers: if it is misplaced, so are all."""
        lots = self.ship(5)
        self.observe(lots[:4], "BJ", ip_prefix="100.200.1.0/24")
        self.observe(lots[4], "BJ", ip_prefix="100.200.2.0/24")
        self.assertEqual({*lots.ids} & {*self.evidence()}, {lots[4].id})

    def test_a_scan_tells_what_each_file_said(self):
        lot = self.gone[0]
        told = '[["ip:dbip@2026-02", "CN-SH", 20, 24], ["ip:geoip@2026-02", "CN-SH"]]'
        self.scan(lot, "SH", network="mobile", sources=told)
        self.assertIn(("mobile_agreeing", "CN-SH"), self.evidence()[lot.id].sightings)

    def test_an_activation_without_a_place_tells_nothing(self):
        """A private or unknown address: such a unit must not stop a run."""
        lot, other = self.ship(2)
        self.observe(lot, "BJ")
        self.observe(other, "BJ", ip_prefix="100.200.1.0/24")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE serial_activation SET observations = '[]' WHERE lot_id IN %s",
            [(lot.id, other.id)],
        )
        self.assertFalse({lot.id, other.id} & self.evidence().keys())
        self.scan(other, "SH", "100.200.1.0/24")
        self.assertIn(other.id, self.evidence())

    def test_programs_and_repeats_tell_nothing(self):
        lot = self.gone[0]
        once = self.evidence()[lot.id]
        self.scan(lot, "SH", is_bot=True)
        self.scan(lot, "SH", is_repeat=True)
        self.assertEqual(self.evidence()[lot.id], once)

    def test_a_unit_that_nobody_holds_is_left_out(self):
        self.env["serial.channel.assignment"].search(
            [("lot_id", "in", self.gone.ids)]
        ).sudo().write({"released_at": "2026-03-01", "release_reason": "returned"})
        self.assertFalse(self.evidence().keys() & set(self.gone.ids))

    def excuse(self, **values):
        """Put somebody on the whitelist; return the entry."""
        return self.env["serial.diversion.whitelist"].create(
            {"name": "Fair", "reason": "Our booth", **values}
        )

    def test_a_whitelisted_activation_tells_nothing(self):
        lot = self.gone[0]
        entry = self.excuse(lot_ids=lot.ids)
        seen = self.env["serial.activation"].search([("lot_id", "=", lot.id)])
        seen.sudo().whitelist_id = entry
        self.assertNotIn(lot.id, self.evidence())

    def test_a_whitelisted_scan_tells_nothing(self):
        lot, other = self.gone[:2]
        before = self.evidence()
        self.scan(lot + other, "SH", "203.0.113.0/24")
        after = self.evidence()
        self.assertNotEqual(after[lot.id], before[lot.id])
        shanghai = self.env.ref("base.state_cn_SH")
        for signs, excused in (
            ({"ip_prefix": "203.0.113.0/24"}, lot + other),
            ({"ip_prefix": "203.0.114.0/24"}, lot.browse()),
            ({"lot_ids": lot.ids}, lot),
            ({"state_id": shanghai.id, "date_to": "2026-03-01"}, lot + other),
            ({"state_id": shanghai.id, "date_to": "2026-02-01"}, lot.browse()),
            ({"device_id": "a", "ip_prefix": "203.0.113.0/24"}, lot.browse()),
        ):
            entry, expected = self.excuse(**signs), dict(after)
            expected.update((unit.id, before[unit.id]) for unit in excused)
            with self.subTest(signs=signs):
                self.assertEqual(self.evidence(), expected)
            entry.active = False

    def test_units_have_their_groups(self):
        lot = self.gone[0]
        line = self.env["stock.move.line"].search(
            [("lot_id", "=", lot.id), ("result_package_id", "!=", False)]
        )
        self.assertEqual(
            dict(self.evidence()[lot.id].groups),
            {
                "carton": line.result_package_id.id,
                "shipment": line.picking_id.id,
                "batch": lot.serial_batch_id.id,
                "window": (self.distributor.id, "2026-03"),
            },
        )
