from psycopg2.errors import UniqueViolation

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..core.territory import place_code, relation
from .common import SerialCase


@tagged("post_install", "-at_install")
class TestRegion(SerialCase):
    def test_loading_china_makes_a_region_of_every_province(self):
        regions = self.load_china()
        states = self.env["res.country.state"].search(
            [("country_id.code", "=", "CN"), ("id", "in", regions.state_ids.ids)]
        )
        self.assertEqual(len(states), 34)
        self.assertEqual(len(regions), 36)
        guangdong = self.by_code("CN-GD")
        self.assertEqual(guangdong.name, "Guangdong")
        self.assertEqual(guangdong.complete_name, "China / Mainland / Guangdong")
        self.assertEqual(guangdong.state_ids, self.env.ref("base.state_cn_GD"))

    def test_loading_china_twice_changes_nothing(self):
        regions = self.load_china()
        self.by_code("CN-GD").name = "Canton"
        self.by_code("CN-ZJ").active = False
        before = self.count_regions()
        self.assertEqual(self.load_china(), regions)
        self.assertEqual(self.count_regions(), before)
        self.assertEqual(self.by_code("CN-GD").name, "Canton")

    def test_provinces_have_their_chinese_names(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.load_china()
        guangdong = self.by_code("CN-GD").with_context(lang="zh_CN")
        self.assertEqual(guangdong.name, "广东省")
        self.assertEqual(guangdong.display_name, "中国 / 大陆 / 广东省")

    def test_names_load_in_english_for_a_chinese_user_too(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        region = self.env["serial.channel.region"].with_context(lang="zh_CN")
        region._create_china_presets()
        self.assertEqual(self.by_code("CN-GD").name, "Guangdong")

    def test_loading_europe_makes_a_market_of_every_country(self):
        regions = self.env["serial.channel.region"].with_user(self.manager)
        regions.action_load_europe()
        self.assertEqual(self.by_code("EEA").enforcement, "off")
        germany = self.by_code("DE")
        self.assertEqual(germany.complete_name, "European Economic Area / Germany")
        self.assertEqual(germany.effective_enforcement, "off")
        self.assertEqual(regions._get_territory(germany.id), ("off", {"DE"}))
        self.assertEqual(len(self.by_code("EEA").child_ids), 30)
        germany.enforcement = "alert"
        regions.action_load_europe()
        self.assertEqual(germany.effective_enforcement, "alert")
        self.assertEqual(self.by_code("NO").effective_enforcement, "off")

    def test_only_managers_load_regions(self):
        region = self.env["serial.channel.region"]
        self.assertTrue(region.with_user(self.manager).action_load_china())
        with self.assertRaises(AccessError):
            region.with_user(self.user).create({"name": "Elsewhere"})

    # === PLACES === #

    def test_place_codes_are_iso_and_take_in_what_lies_within(self):
        regions = self.china | self.guangdong
        codes = regions._get_place_codes()
        self.assertEqual(codes[self.guangdong.id], {"CN-GD"})
        self.assertEqual(codes[self.china.id], {"CN", "CN-GD", "CN-ZJ", "CN-SC"})

    def test_mainland_and_hong_kong_are_markets_apart(self):
        self.load_china()
        mainland, china = self.by_code("CN-MAINLAND"), self.by_code("CN")
        codes = (mainland | china)._get_place_codes()
        hong_kong = place_code("HK")
        self.assertEqual(relation(hong_kong, codes[mainland.id]), "outside")
        self.assertEqual(relation(hong_kong, codes[china.id]), "inside")
        self.assertEqual(relation("CN-XJ", codes[mainland.id]), "inside")

    def test_place_codes_of_other_countries_use_their_own_codes(self):
        region = self.env["serial.channel.region"].create(
            {
                "name": "West Coast and Germany",
                "country_ids": [Command.link(self.env.ref("base.de").id)],
                "state_ids": [Command.link(self.env.ref("base.state_us_5").id)],
            }
        )
        self.assertEqual(region._get_place_codes()[region.id], {"DE", "US-CA"})

    def test_archived_regions_within_do_not_count(self):
        self.sichuan.active = False
        codes = (self.china | self.sichuan)._get_place_codes()
        self.assertNotIn("CN-SC", codes[self.china.id])
        self.assertEqual(codes[self.sichuan.id], {"CN-SC"})

    def test_place_codes_take_as_many_queries_for_one_region_as_for_all(self):
        regions = self.load_china()
        counts = []
        for some in (regions[2], regions):
            self.env.invalidate_all()
            some._get_place_codes()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            some._get_place_codes()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 1)

    def test_states_are_found_by_iso_code(self):
        state = self.env["res.country.state"]
        guangdong = self.env.ref("base.state_cn_GD")
        self.assertEqual(state._get_state("CN", "GD"), guangdong)
        self.assertEqual(state._get_state("cn", "CN-gd"), guangdong)
        self.assertEqual(state._get_state("US", "CA"), self.env.ref("base.state_us_5"))
        for unknown in (
            ("CN", "ZZ"),
            ("CN", None),
            (None, "GD"),
            ("ZZ", "GD"),
            ("", ""),
        ):
            self.assertFalse(state._get_state(*unknown))

    def test_looking_up_a_state_again_costs_no_query(self):
        state = self.env["res.country.state"].with_user(
            self.env.ref("base.public_user")
        )
        state._get_state("CN", "GD")
        state._get_state("US", "CA")
        with self.assertQueryCount(0):
            state._get_state("CN", "GD")
            state._get_state("US", "CA")

    # === TREE === #

    def test_enforcement_comes_from_the_parent_unless_set(self):
        self.assertEqual(self.guangdong.effective_enforcement, "observe")
        self.china.enforcement = "alert"
        self.assertEqual(self.guangdong.effective_enforcement, "alert")
        self.guangdong.enforcement = "off"
        self.assertEqual(self.guangdong.effective_enforcement, "off")
        self.assertEqual(self.zhejiang.effective_enforcement, "alert")

    def test_region_cannot_lie_within_itself(self):
        with self.assertRaises(UserError):
            self.china.parent_id = self.guangdong

    def test_region_code_is_unique(self):
        region = self.env["serial.channel.region"]
        region.create({"name": "A", "code": "TEST"})
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(UniqueViolation),
            self.cr.savepoint(),
        ):
            region.create({"name": "B", "code": "TEST"})

    def test_distributor_cannot_supply_himself(self):
        with self.assertRaises(UserError):
            self.distributor.channel_parent_id = self.retailer

    # === HELPERS === #

    def load_china(self):
        return self.env["serial.channel.region"]._create_china_presets()

    def by_code(self, code):
        return self.env["serial.channel.region"].search([("code", "=", code)])

    def count_regions(self):
        region = self.env["serial.channel.region"].with_context(active_test=False)
        return region.search_count([])
