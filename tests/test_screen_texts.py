from odoo.tests import tagged

from .common import SerialCase


@tagged("post_install", "-at_install")
class TestScreenTexts(SerialCase):
    """What screens say of places and sources: words, no codes."""

    def test_provinces_are_named_in_the_readers_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        beijing = self.env.ref("base.state_cn_BJ")
        self.assertEqual(
            beijing.with_context(lang="en_US")._get_readable_name(), "Beijing"
        )
        self.assertEqual(
            beijing.with_context(lang="zh_CN")._get_readable_name(), beijing.name
        )
        california = self.env.ref("base.state_us_6")
        self.assertEqual(california._get_readable_name(), california.name)
        short = beijing.with_context(serial_short_place=True, lang="en_US")
        self.assertEqual(short.display_name, "Beijing")
        self.assertIn(beijing.name, beijing.display_name)
        self.assertEqual(beijing.browse()._get_readable_name(), "")

    def test_places_and_sources_are_told_in_words(self):
        source = self.env["serial.source"]
        self.assertEqual(source._tell_place("CN-GD"), "Guangdong, China")
        self.assertEqual(source._tell_place("XX-1"), "XX-1")
        self.assertEqual(
            source._tell(["ip:geoip@2018-07", "ip:geoip@2018-07", "gps"]),
            "internet address (geoip, July 2018), position shared by the user",
        )
        seen = {
            "source": "ip:geoip@2018-07",
            "country": "CN",
            "subdivision": "BJ",
            "city": "Beijing",
            "radius_km": 50,
        }
        self.assertEqual(
            source._tell_observation(seen),
            ("internet address (geoip, July 2018)", "Beijing, China", "± 50 km"),
        )

    def test_narrow_columns_show_short_names(self):
        region = self.guangdong
        self.assertEqual(region.display_name, region.complete_name)
        short = region.with_context(serial_short_region=True)
        self.assertEqual(short.display_name, region.name)
        case = self.env["serial.diversion.case"].create(
            {"partner_id": self.distributor.id}
        )
        self.assertIn(self.distributor.name, case.display_name)
        self.assertEqual(
            case.with_context(serial_number_only=True).display_name, case.name
        )

    def test_every_reason_of_a_copied_code_has_words(self):
        for code in (
            "clone",
            "too_fast",
            "two_places",
            "many_places",
            "many_visitors",
            "many_devices",
            "many_owners",
        ):
            self.assertNotEqual(self.env["serial.reason"]._get_text(code), code)
