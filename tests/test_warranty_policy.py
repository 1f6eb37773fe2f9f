from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from ..core.warranty_policy import PRESETS
from .common import SerialCase


@tagged("post_install", "-at_install")
class TestWarrantyPolicy(SerialCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policies = cls.env["serial.warranty.policy"]
        cls.phones = cls.env.ref("serial_dossier.serial_warranty_policy_cn_phone")

    def get_policy(self, product, country):
        template = product.product_tmpl_id
        rules = self.policies._get_rules()
        policy_id = rules.get_id(
            template.serial_policy_id.id, template.categ_id.id, country.id
        )
        return self.policies.browse(policy_id)

    def test_the_records_delivered_say_what_the_presets_say(self):
        for code, preset in PRESETS.items():
            record = self.env.ref(f"serial_dossier.serial_warranty_policy_{code}")
            with self.subTest(code=code):
                self.assertEqual(record._get_rule(), preset)

    def test_a_product_goes_before_its_category_and_that_before_the_one_above(self):
        above = self.env["product.category"].create({"name": "Things"})
        category = above.create({"name": "Phones", "parent_id": above.id})
        general, own = self.policies.create([{"name": "General"}, {"name": "Own"}])
        self.product.categ_id = category
        china = self.env.ref("base.cn")
        self.assertFalse(self.get_policy(self.product, china))
        above.serial_policy_id = general
        self.assertEqual(self.get_policy(self.product, china), general)
        category.serial_policy_id = self.phones
        self.assertEqual(self.get_policy(self.product, china), self.phones)
        self.product.serial_policy_id = own
        self.assertEqual(self.get_policy(self.product, china), own)

    def test_a_market_has_its_own_policy_and_a_country_goes_before_a_group(self):
        self.product.serial_policy_id = self.phones
        france, usa = self.env.ref("base.fr"), self.env.ref("base.us")
        of_eu = self.env.ref("serial_dossier.serial_warranty_policy_eu_goods")
        self.assertEqual(self.get_policy(self.product, france), of_eu)
        self.assertEqual(self.get_policy(self.product, usa).code, "us_limited")
        japan = self.env.ref("base.jp")
        self.assertEqual(self.get_policy(self.product, japan), self.phones)
        of_france = self.policies.create(
            {"name": "France", "country_ids": [Command.set(france.ids)]}
        )
        self.phones.market_ids = [Command.link(of_france.id)]
        self.assertEqual(self.get_policy(self.product, france), of_france)

    def test_a_market_names_its_countries(self):
        nowhere = self.policies.create({"name": "Nowhere"})
        with self.assertRaisesRegex(ValidationError, "Nowhere"):
            self.phones.market_ids = [Command.link(nowhere.id)]

    def test_a_changed_line_of_a_policy_counts_at_once(self):
        rule = self.policies._get_rules().policies[self.phones.id]
        self.assertEqual(rule.term_months, 12)
        self.phones.with_user(self.manager).term_months = 15
        battery = self.phones.component_ids.filtered(
            lambda line: line.code == "battery"
        )
        battery.with_user(self.manager).months = 9
        rule = self.policies._get_rules().policies[self.phones.id]
        self.assertEqual(rule.term_months, 15)
        self.assertEqual(rule.components[0].months, 9)

    def test_users_read_policies_and_managers_write_them(self):
        self.assertEqual(self.phones.with_user(self.user).code, "cn_phone")
        with self.assertRaises(AccessError):
            self.phones.with_user(self.user).term_months = 99
