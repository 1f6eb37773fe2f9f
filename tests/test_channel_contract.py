from datetime import date, datetime, timedelta

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import freeze_time, tagged

from .common import NOW, SerialCase

TODAY = NOW.date()
YESTERDAY = TODAY - timedelta(days=1)
TOMORROW = TODAY + timedelta(days=1)


@tagged("post_install", "-at_install")
class TestChannelContract(SerialCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.newcomer = cls._create_partner("Baiyun", "tier1", cls.china.browse())

    # === DATES === #

    def test_contract_counts_from_its_first_to_its_last_day(self):
        contract = self.sign(self.guangdong, date_from=TODAY, date_to=TODAY)
        self.assertEqual(contract.state, "running")
        self.assertEqual(self.newcomer.channel_region_ids, self.guangdong)

    def test_contract_that_ended_or_is_to_come_gives_no_region(self):
        self.sign(self.guangdong, date_from=False, date_to=YESTERDAY)
        self.sign(self.zhejiang, date_from=TOMORROW)
        self.assertEqual(self.states(), {"ended", "upcoming"})
        self.assertFalse(self.newcomer.channel_region_ids)

    def test_regions_are_right_as_days_pass_and_nothing_is_written(self):
        self.sign(self.guangdong, date_from=TODAY, date_to=TOMORROW)
        self.sign(self.zhejiang, date_from=date(2026, 6, 1))
        for day, regions in (
            (datetime(2026, 3, 3, 8), self.guangdong),
            (datetime(2026, 3, 4, 8), self.china.browse()),
            (datetime(2026, 6, 1, 8), self.zhejiang),
        ):
            self.env.flush_all()
            self.env.invalidate_all()
            with freeze_time(day):
                self.assertEqual(self.newcomer.channel_region_ids, regions)
                self.assertEqual(
                    self.newcomer in self.having(regions or self.china), bool(regions)
                )

    def test_day_begins_where_the_user_is(self):
        self.sign(self.guangdong, date_from=TOMORROW)
        with freeze_time(datetime(2026, 3, 2, 16, 30)):  # past midnight in Shanghai
            self.env.invalidate_all()
            newcomer = self.newcomer.with_user(self.user)
            newcomer = newcomer.with_context(tz="Asia/Shanghai")
            self.assertEqual(newcomer.channel_region_ids, self.guangdong)

    def test_region_that_is_not_valid_any_more_is_left_out(self):
        contract = self.sign(self.sichuan)
        self.sichuan.date_to = YESTERDAY
        self.env.invalidate_all()
        self.assertEqual(contract.state, "ended")
        self.assertFalse(self.newcomer.channel_region_ids)
        self.assertFalse(self.newcomer._get_channel_region())

    def test_states_are_searched_as_they_are_shown(self):
        self.sign(self.guangdong)
        self.sign(self.zhejiang, date_from=False, date_to=YESTERDAY)
        self.sign(self.sichuan, date_from=TOMORROW)
        contract = self.env["serial.channel.contract"]
        for state in ("running", "ended", "upcoming"):
            found = contract.search(
                [("partner_id", "=", self.newcomer.id), ("state", "=", state)]
            )
            self.assertEqual(found.mapped("state"), [state])
            self.assertNotIn(found, contract.search([("state", "!=", state)]))

    def test_contract_cannot_end_before_it_begins(self):
        with self.assertRaisesRegex(Exception, "dates_check"), self.cr.savepoint():
            self.sign(self.guangdong, date_from=TODAY, date_to=YESTERDAY)

    def test_contract_is_made_with_a_company_not_with_its_contact(self):
        contact = self.env["res.partner"].create(
            {"name": "Mr Lu", "parent_id": self.newcomer.id}
        )
        with self.assertRaises(ValidationError):
            self.sign(self.guangdong, partner_id=contact.id)

    # === REGIONS OF A PARTNER === #

    def test_taking_a_region_away_ends_its_contract_and_keeps_it(self):
        contract = self.distributor.channel_contract_ids
        self.distributor.channel_region_ids = self.zhejiang
        self.assertEqual(contract.date_to, YESTERDAY)
        self.assertTrue(contract.active)
        self.env.invalidate_all()
        self.assertEqual(self.distributor.channel_region_ids, self.zhejiang)

    def test_taking_away_a_region_of_today_leaves_no_trace_of_a_day(self):
        contract = self.sign(self.guangdong, date_from=TODAY)
        self.newcomer.channel_region_ids = False
        self.assertFalse(contract.active)

    def test_partners_are_found_by_their_regions_of_today(self):
        self.sign(self.guangdong)
        self.sign(self.zhejiang, date_from=False, date_to=YESTERDAY)
        partners = self.env["res.partner"]
        self.assertIn(self.newcomer, self.having(self.guangdong))
        self.assertNotIn(self.newcomer, self.having(self.zhejiang))
        without = partners.search([("channel_region_ids", "=", False)])
        self.assertIn(self.consumer, without)
        self.assertNotIn(self.newcomer, without)
        within = [("channel_region_ids", "child_of", self.china.ids)]
        self.assertIn(self.newcomer, partners.search(within))
        self.assertIn(self.newcomer, self.guangdong.partner_ids)
        self.assertNotIn(self.newcomer, self.zhejiang.partner_ids)
        regions = self.env["serial.channel.region"]
        self.assertIn(
            self.guangdong, regions.search([("partner_ids", "in", self.newcomer.ids)])
        )

    def test_everyone_inside_reads_contracts_and_only_managers_write_them(self):
        contract = self.sign(self.guangdong)
        for user in (self.user, self.stock_user, self.auditor):
            self.assertEqual(contract.with_user(user).region_id, self.guangdong)
            with self.assertRaises(AccessError):
                contract.with_user(user).date_to = TODAY
        contract.with_user(self.manager).date_to = TODAY

    # === OVERLAPS === #

    def test_exclusive_contract_overlaps_with_any_for_the_same_places(self):
        mine = self.sign(self.guangdong, exclusive=True)
        theirs = (self.distributor | self.retailer).channel_contract_ids
        self.assertEqual(mine.overlap_ids, theirs)
        self.assertEqual(self.distributor.channel_overlap_ids, mine)

    def test_region_overlaps_with_what_lies_within_it(self):
        mine = self.sign(self.china, exclusive=True)
        self.assertIn(
            self.other_distributor.channel_contract_ids.id, mine.overlap_ids.ids
        )

    def test_places_count_not_names(self):
        double = self.guangdong.copy({"name": "Canton", "parent_id": False})
        mine = self.sign(double, exclusive=True)
        self.assertIn(self.distributor.channel_contract_ids.id, mine.overlap_ids.ids)
        self.assertNotIn(
            self.other_distributor.channel_contract_ids.id, mine.overlap_ids.ids
        )

    def test_shared_contracts_do_not_overlap(self):
        self.assertFalse(self.sign(self.guangdong).overlap_ids)

    def test_who_supplies_and_who_is_supplied_do_not_overlap(self):
        contract = self.distributor.channel_contract_ids
        contract.exclusive = True
        self.assertFalse(contract.overlap_ids)

    def test_contracts_one_after_the_other_do_not_overlap(self):
        (self.distributor | self.retailer).channel_contract_ids.date_to = TODAY
        mine = self.sign(self.guangdong, exclusive=True, date_from=TOMORROW)
        self.assertFalse(mine.overlap_ids)

    def test_overlapping_contracts_are_found(self):
        mine = self.sign(self.guangdong, exclusive=True)
        contract = self.env["serial.channel.contract"].with_user(self.user)
        found = contract.search([("overlap_ids", "!=", False)])
        self.assertIn(mine, found)
        self.assertNotIn(self.other_distributor.channel_contract_ids, found)
        found = contract.search([("overlap_ids", "in", mine.ids)])
        self.assertEqual(found, (self.distributor | self.retailer).channel_contract_ids)

    def test_overlaps_take_as_many_queries_for_30_contracts_as_for_3(self):
        contracts = self.env["serial.channel.contract"].union(
            *(
                self.sign(
                    self.guangdong,
                    exclusive=True,
                    partner_id=self._create_partner(
                        f"D{n}", "tier1", self.china.browse()
                    ).id,
                )
                for n in range(30)
            )
        )

        def count(some):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            some.mapped("overlap_ids")
            return self.cr.sql_log_count - before

        count(contracts)
        self.assertEqual(count(contracts[:3]), count(contracts))

    # === BINDING === #

    def test_expired_contract_gives_no_region_at_binding(self):
        self.distributor.channel_contract_ids.date_to = YESTERDAY
        lot = self.ship()
        self.assertEqual(lot.channel_partner_id, self.distributor)
        self.assertFalse(lot.channel_region_id)

    def test_contract_that_runs_gives_the_region_others_do_not(self):
        self.distributor.channel_contract_ids.date_to = YESTERDAY
        self.sign(self.zhejiang, partner_id=self.distributor.id, date_from=TODAY)
        self.assertEqual(self.ship().channel_region_id, self.zhejiang)

    def test_picking_without_a_running_contract_asks_for_a_region(self):
        self.distributor.channel_contract_ids.date_to = YESTERDAY
        picking = self.create_picking(
            self.produce(),
            self.stock_location,
            self.customer_location,
            partner_id=self.distributor.id,
        )
        self.assertEqual(picking.serial_region_missing, "none")
        picking.serial_region_id = self.sichuan
        self.assertFalse(picking.serial_region_missing)
        self.sichuan.date_to = YESTERDAY
        self.assertEqual(picking.serial_region_missing, "invalid")

    def test_region_of_the_picking_goes_before_a_contract(self):
        self.sign(self.sichuan, partner_id=self.distributor.id)
        lot = self.ship(region=self.zhejiang)
        self.assertEqual(lot.channel_region_id, self.zhejiang)

    def test_finding_regions_takes_one_query_whatever_is_asked(self):
        contract = self.env["serial.channel.contract"]
        partners = self.distributor | self.other_distributor | self.retailer
        self.env.flush_all()
        with self.assertQueryCount(1):
            found = contract._get_regions_on(
                [(partner.id, day) for partner in partners for day in (TODAY, TOMORROW)]
            )
        self.assertEqual(found[self.distributor.id, TODAY], self.guangdong)
        self.assertEqual(contract._get_regions_on([]), {})

    # === HELPERS === #

    def sign(self, region, **values):
        return self.env["serial.channel.contract"].create(
            {"partner_id": self.newcomer.id, "region_id": region.id, **values}
        )

    def states(self):
        return set(self.newcomer.channel_contract_ids.mapped("state"))

    def having(self, regions):
        return self.env["res.partner"].search(
            [("channel_region_ids", "in", regions.ids)]
        )
