import os
import tempfile
from unittest.mock import patch

import maxminddb

from odoo.tests import TransactionCase, tagged

from ..models.serial_geoip import FLAT_PATH, SerialGeoip
from ..models.serial_network_mixin import ASN_PATH
from .mmdb import write_mmdb

GUANGDONG = {
    "city": "Guangzhou",
    "country_code": "CN",
    "state1": "Guangdong",
    "latitude": 23.1,
    "longitude": 113.3,
}
BAD_ADDRESSES = [
    "",
    None,
    " ",
    "x" * 10_000,
    "1.2.3",
    "1.2.3.4.5",
    "999.1.1.1",
    "::ffff:999.1.1.1",
    "fe80::1%eth0",
    "113.108.1.1; DROP TABLE serial_scan",
    "\x00",
    "１１３.１０８.１.１",
]


# A record of MaxMind's schema; its subdivisions carry ISO's other codes.
MAXMIND = {
    "country": {"iso_code": "CN"},
    "subdivisions": [{"iso_code": "44"}],
    "city": {"names": {"en": "Guangzhou"}},
    "location": {
        "latitude": 23.1,
        "longitude": 113.3,
        "accuracy_radius": (2, 50),
        "time_zone": "Asia/Shanghai",
    },
}


@tagged("post_install", "-at_install")
class TestGeoip(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.geoip = cls.env["serial.geoip"]

    def setUp(self):
        super().setUp()
        self.use_geoip(None)

    def use_geoip(self, record):
        """Let Odoo's own database hold one record; None: there is no database."""
        path = os.path.join(self.folder.name, f"{self._testMethodName}.city.mmdb")
        if record:
            write_mmdb(path, {"113.108.1.1/32": record})
        self.startPatcher(
            patch.object(SerialGeoip, "_get_geoip_path", lambda _self: path)
        )

    def use_flat(self, name="dbip.mmdb", networks=None, **options):
        """Set a flat file up; return its path."""
        path = os.path.join(self.folder.name, name)
        write_mmdb(path, networks or {"113.108.0.0/16": GUANGDONG}, **options)
        self.env["ir.config_parameter"].set_param(FLAT_PATH, path)
        return path

    def test_a_flat_file_names_a_province_in_english(self):
        self.use_flat()
        (seen,) = self.geoip._locate("113.108.1.1")
        self.assertEqual((seen.country, seen.subdivision), ("CN", "GD"))
        self.assertEqual((seen.city, seen.latitude), ("Guangzhou", 23.1))
        self.assertEqual(seen.source, "ip:dbip@2026-05")

    def test_states_of_other_countries_are_found_by_their_name(self):
        record = {"country_code": "US", "state1": "California"}
        self.use_flat("us.mmdb", {"8.8.8.0/24": record})
        (seen,) = self.geoip._locate("8.8.8.8")
        self.assertEqual(seen.subdivision, "CA")
        country_id, state_id = self.geoip._get_place_ids("US", "CA")
        self.assertEqual(country_id, self.env.ref("base.us").id)
        self.assertEqual(state_id, self.env.ref("base.state_us_5").id)

    def test_a_wide_network_is_less_precise_than_a_narrow_one(self):
        self.use_flat(networks={"113.0.0.0/9": GUANGDONG, "120.1.1.0/24": GUANGDONG})
        (wide,), (narrow,) = map(self.geoip._locate, ("113.108.1.1", "120.1.1.1"))
        self.assertGreater(wide.radius_km, narrow.radius_km)

    def test_a_file_for_each_kind_of_address_may_be_set(self):
        first = self.use_flat("v4.mmdb")
        second = self.use_flat("v6.mmdb", {"240e:f00::/28": GUANGDONG}, version=6)
        self.env["ir.config_parameter"].set_param(FLAT_PATH, f"{first}, {second}")
        for ip in ("113.108.1.1", "240e:f00::1", "::ffff:113.108.1.1"):
            self.assertEqual([o.subdivision for o in self.geoip._locate(ip)], ["GD"])

    def test_a_file_that_was_replaced_is_read_again(self):
        path = self.use_flat("new.mmdb")
        self.geoip._locate("113.108.1.1")
        self.use_flat("new.mmdb", {"113.108.0.0/16": {"country_code": "JP"}})
        os.utime(path, (1, 1))
        self.assertEqual(self.geoip._locate("113.108.1.1")[0].country, "JP")

    def test_odoos_own_database_gives_radius_and_time_zone(self):
        self.use_geoip(MAXMIND)
        (seen,), zone = self.geoip._locate_visitor("113.108.1.1")
        self.assertEqual((seen.country, seen.subdivision), ("CN", "GD"))
        self.assertEqual((seen.radius_km, zone), (50, "Asia/Shanghai"))
        self.assertEqual(seen.source, "ip:geoip@2026-05")

    def test_both_sources_are_asked(self):
        self.use_geoip(MAXMIND)
        self.use_flat("both.mmdb")
        sources = [seen.source for seen in self.geoip._locate("113.108.1.1")]
        self.assertEqual(sources, ["ip:geoip@2026-05", "ip:both@2026-05"])

    def test_a_hong_kong_address_is_one_place_whatever_the_file_calls_it(self):
        records = [
            {"country_code": "HK"},
            {"country_code": "CN", "state1": "Hong Kong"},
        ]
        for number, record in enumerate(records):
            self.use_flat(f"hk{number}.mmdb", {"14.0.0.0/16": record})
            (seen,) = self.geoip._locate("14.0.1.1")
            self.assertEqual((seen.country, seen.subdivision), ("HK", None))

    def test_garbage_is_nowhere(self):
        self.use_geoip(MAXMIND)
        self.use_flat("garbage.mmdb")
        for ip in BAD_ADDRESSES:
            self.assertEqual(self.geoip._locate(ip), [], ip)
            self.geoip._truncate(ip)

    def test_private_addresses_are_nowhere(self):
        self.use_flat("private.mmdb", {"10.0.0.0/8": GUANGDONG})
        for ip in ("10.0.0.1", "127.0.0.1", "100.64.0.1", "::1", "::ffff:10.0.0.1"):
            self.assertEqual(self.geoip._locate(ip), [], ip)

    def test_a_missing_or_broken_file_costs_the_place_only(self):
        path = self.use_flat("broken.mmdb")
        with open(path, "wb") as file:
            file.write(b"no database")
        self.env["ir.config_parameter"].set_param(FLAT_PATH, f"/nowhere,{path},")
        self.assertEqual(self.geoip._locate("113.108.1.1"), [])
        for record in ("text", {"country": "CN"}, {"country": {"names": {}}}):
            self.use_geoip(record)
            self.assertEqual(self.geoip._locate_visitor("113.108.1.1"), ([], None))

    def test_a_record_of_a_country_alone_is_a_place(self):
        self.use_geoip({"country": {"iso_code": "FR"}, "subdivisions": []})
        (seen,), zone = self.geoip._locate_visitor("113.108.1.1")
        self.assertEqual((seen.country, seen.subdivision, zone), ("FR", None, None))

    def test_records_without_a_country_or_of_another_schema_are_nowhere(self):
        self.use_flat("odd.mmdb", {"1.1.1.0/24": {"as": "x"}, "1.1.2.0/24": "text"})
        for ip in ("1.1.1.1", "1.1.2.1", "1.1.3.1"):
            self.assertEqual(self.geoip._locate(ip), [], ip)

    def test_addresses_are_truncated_before_they_are_kept(self):
        self.assertEqual(self.geoip._truncate("113.108.1.77"), "113.108.1.0/24")
        self.assertEqual(self.geoip._truncate("2001:db8:1:2::3"), "2001:db8:1::/48")

    def test_chinese_provinces_are_odoos_own_states(self):
        china = self.env.ref("base.cn").id
        for code in ("GD", "BJ", "XZ"):
            state = self.env.ref(f"base.state_cn_{code}")
            self.assertEqual(self.geoip._get_place_ids("CN", code), (china, state.id))
        self.assertEqual(self.geoip._get_place_ids("CN", "??"), (china, None))
        self.assertEqual(self.geoip._get_place_ids("??", None), (None, None))

    def test_the_writer_of_these_tests_makes_real_files(self):
        path = self.use_flat("real.mmdb")
        with maxminddb.open_database(path) as reader:
            self.assertEqual(reader.get("113.108.1.1")["state1"], "Guangdong")

    # === NETWORKS === #

    def use_asn(self, **record):
        path = os.path.join(self.folder.name, f"{self._testMethodName}.asn.mmdb")
        write_mmdb(path, {"113.108.0.0/16": record})
        self.env["ir.config_parameter"].set_param(ASN_PATH, path)

    def test_a_file_of_numbers_tells_mobile_networks_from_lines(self):
        self.use_flat()
        for number, kind in ((9808, "mobile"), (4134, "fixed"), (37963, "hosting")):
            with self.subTest(number=number):
                self.use_asn(autonomous_system_number=(4, number))
                (seen,) = self.geoip._locate("113.108.1.1")
                self.assertEqual((seen.network, seen.prefix), (kind, 16))
                os.remove(self.env["ir.config_parameter"].get_param(ASN_PATH))

    def test_a_provider_named_by_the_location_file_tells_the_network(self):
        self.use_flat(networks={"113.108.0.0/16": {**GUANGDONG, "isp": "中国移动"}})
        (seen,) = self.geoip._locate("113.108.1.1")
        self.assertEqual(seen.network, "mobile")

    def test_a_vpn_is_one_whatever_the_other_files_say(self):
        self.use_flat(networks={"113.108.0.0/16": {**GUANGDONG, "isp": "NordVPN"}})
        self.use_asn(autonomous_system_number=(4, 4134))
        self.assertEqual(self.geoip._locate("113.108.1.1")[0].network, "vpn")

    def test_without_a_file_of_networks_their_kind_is_unknown(self):
        self.use_flat()
        self.env["ir.config_parameter"].set_param(ASN_PATH, "/nowhere/asn.mmdb")
        self.assertIsNone(self.geoip._locate("113.108.1.1")[0].network)

    def test_shared_and_reserved_addresses_lie_nowhere(self):
        self.use_flat(networks={"0.0.0.0/1": GUANGDONG, "128.0.0.0/1": GUANGDONG})
        for ip in ("100.64.0.1", "10.0.0.1", "198.18.0.1", "224.0.0.1", "240.0.0.1"):
            self.assertEqual(self.geoip._locate(ip), [], ip)
