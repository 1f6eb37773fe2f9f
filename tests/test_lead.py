from datetime import timedelta

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import NOW, SerialCase


@tagged("post_install", "-at_install")
class TestLead(SerialCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.serial_alert_user_id = cls.user
        cls.lead = cls.env["serial.diversion.lead"]
        cls.lots = cls.mint(3)

    def _surfaced(self, lots, **values):
        return [
            {"lot_id": lot.id, "partner_id": self.distributor.id, **values}
            for lot in lots
        ]

    def test_a_lead_asks_its_owner_to_look(self):
        lead = self.lead._raise("unit_surfaced", self._surfaced(self.lots[0]))
        self.assertEqual(lead.state, "new")
        self.assertEqual(lead.user_id, self.user)
        self.assertEqual(lead.activity_ids.user_id, self.user)
        self.assertIn(self.lots[0].name, lead.summary)
        self.assertIn("Yuexiu", lead.summary)
        self.assertRegex(lead.name, r"^DL\d{6}$")

    def test_a_repetition_is_counted_while_the_lead_is_open(self):
        rows = self._surfaced(self.lots[0], detail={"transfer": "T1"})
        first = self.lead._raise("unit_surfaced", rows)
        rows[0].update(detail={"transfer": "T2"}, seen_at=NOW + timedelta(days=1))
        again = self.lead._raise("unit_surfaced", rows)
        self.assertEqual(first, again)
        self.assertEqual(first.count, 2)
        self.assertEqual(first.detail, {"transfer": "T2"})
        self.assertEqual(first.first_seen_at, NOW)
        self.assertEqual(first.last_seen_at, NOW + timedelta(days=1))
        self.assertEqual(len(first.activity_ids), 1)
        first.with_user(self.user).action_dismiss()
        self.assertFalse(first.activity_ids)
        self.assertNotEqual(self.lead._raise("unit_surfaced", rows), first)

    def test_what_was_seen_before_does_not_replace_what_was_seen_last(self):
        rows = self._surfaced(self.lots[0], detail={"transfer": "T2"})
        lead = self.lead._raise("unit_surfaced", rows)
        rows[0].update(detail={"transfer": "T1"}, seen_at=NOW - timedelta(days=9))
        self.lead._raise("unit_surfaced", rows)
        self.assertEqual(lead.count, 2)
        self.assertEqual(lead.detail, {"transfer": "T2"})
        self.assertEqual(lead.first_seen_at, NOW - timedelta(days=9))

    def test_the_same_thing_twice_in_one_call_is_one_lead(self):
        rows = self._surfaced(self.lots[0]) * 3 + self._surfaced(self.lots[1])
        leads = self.lead._raise("unit_surfaced", rows)
        self.assertEqual(sorted(leads.mapped("count")), [1, 3])

    def test_a_guesser_is_one_lead_a_key_or_address(self):
        rows = [
            {"ip_prefix": "203.0.113.0/24", "count": 40},
            {"ip_prefix": "198.51.100.0/24"},
            {"ip_prefix": "203.0.113.0/24", "count": 2},
        ]
        leads = self.lead._raise("code_guessing", rows)
        self.assertEqual(
            {lead.ip_prefix: lead.count for lead in leads},
            {"203.0.113.0/24": 42, "198.51.100.0/24": 1},
        )

    def test_a_portal_user_raises_what_he_may_not_read(self):
        portal = new_test_user(
            self.env, login="lead_portal", groups="base.group_portal"
        )
        model = self.lead.with_user(portal)
        leads = model._raise("unit_surfaced", self._surfaced(self.lots))
        self.assertEqual(len(leads), 3)
        with self.assertRaises(AccessError):
            model.browse(leads.ids).read(["name"])

    def test_queries_do_not_grow_with_the_leads(self):
        self.lead._raise("unit_surfaced", self._surfaced(self.lots[0]))  # warm up
        counts = []
        for lots in (self.mint(1), self.mint(60)):
            before = self.env.cr.sql_log_count
            self.lead._raise("unit_surfaced", self._surfaced(lots))
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(*counts)

    def test_nobody_edits_what_was_seen(self):
        lead = self.lead._raise("unit_surfaced", self._surfaced(self.lots[0]))
        as_user = lead.with_user(self.user)
        for values in ({"kind": "under_floor"}, {"detail": {}}, {"count": 9}):
            with self.subTest(values=values), self.assertRaises(AccessError):
                as_user.write(values)
        as_user.action_open()
        as_user.outcome_note = "A parallel trader of Hangzhou"
        as_user.action_done()
        self.assertEqual(lead.state, "done")
