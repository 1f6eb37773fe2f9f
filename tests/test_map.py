from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import NOW, SerialCase


@tagged("post_install", "-at_install")
class TestMap(SerialCase):
    """What the map shows is what the records say, to whoever may read them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.forget_committed()

    def activate(self, lots, iso=None, verdict="inside", **values):
        """Store an activation of each unit as if it was seen in a province."""
        state = self.env.ref(f"base.state_cn_{iso}") if iso else None
        shared = {
            "source": "page",
            "activated_at": NOW,
            "company_id": self.company.id,
            "country_id": self.env.ref("base.cn").id if iso else False,
            "state_id": state and state.id,
            "verdict": verdict,
            **values,
        }
        return self.env["serial.activation"].create(
            [
                {
                    "lot_id": lot.id,
                    "partner_id": lot.channel_partner_id.id,
                    "region_id": lot.channel_region_id.id,
                    **shared,
                }
                for lot in lots
            ]
        )

    def get_map(self, *domain, user=None, source="serial.activation"):
        self.env.flush_all()
        pictures = self.env["serial.diversion.map"].with_user(user or self.auditor)
        domain = [("product_id", "=", self.product.id), *domain]
        return pictures.get_map(source, domain)

    def flows_of(self, *domain, **options):
        """Return {(region's name, place): (inside, outside, undecided)}."""
        answer = self.get_map(*domain, **options)
        return {
            (answer["regions"][flow["region"]]["name"], flow["place"]): (
                flow["inside"],
                flow["outside"],
                flow["undecided"],
            )
            for flow in answer["flows"]
        }

    def test_units_are_counted_by_region_place_and_verdict(self):
        self.activate(self.ship(3), "GD")
        self.activate(self.ship(2), "ZJ", "outside")
        self.activate(self.ship(1), "ZJ", "undecided")
        self.activate(self.ship(1, self.other_distributor), "ZJ")
        guangdong, zhejiang = self.guangdong.name, self.zhejiang.name
        self.assertEqual(
            self.flows_of(),
            {
                (guangdong, "CN-GD"): (3, 0, 0),
                (guangdong, "CN-ZJ"): (0, 2, 1),
                (zhejiang, "CN-ZJ"): (1, 0, 0),
            },
        )

    def test_what_a_flow_opens_is_what_it_counted(self):
        self.activate(self.ship(2), "ZJ", "outside")
        self.activate(self.ship(1), "GD")
        self.activate(self.ship(1), verdict="undecided")
        hong_kong = {
            "country_id": self.env.ref("base.hk").id,
            "state_id": self.env.ref("base.state_cn_HK").id,
        }
        self.activate(self.ship(1), verdict="outside", **hong_kong)
        hong_kong["state_id"] = False
        self.activate(self.ship(1), verdict="outside", **hong_kong)
        answer = self.get_map()
        self.assertEqual(
            {flow["place"] for flow in answer["flows"]}, {"CN-ZJ", "CN-GD", "", "HK"}
        )
        for flow in answer["flows"]:
            place = answer["places"][flow["place"]]
            domain = [
                ("product_id", "=", self.product.id),
                ("region_id", "=", flow["region"]),
                *place["domain"],
            ]
            with self.subTest(place=place["name"]):
                self.assertEqual(
                    self.env["serial.activation"].search_count(domain),
                    sum(flow[name] for name in ("inside", "outside", "undecided")),
                )

    def test_regions_tell_the_places_they_cover(self):
        self.activate(self.ship(1), "GD")
        answer = self.get_map()
        (region,) = answer["regions"].values()
        self.assertEqual(region["places"], ["CN-GD"])
        self.assertEqual(answer["countries"], {"CN": self.env.ref("base.cn").name})

    def test_units_bound_to_no_region_and_seen_nowhere_are_there(self):
        self.activate(self.produce(1), verdict=False)
        answer = self.get_map()
        (flow,) = answer["flows"]
        self.assertEqual((flow["region"], flow["place"], flow["undecided"]), (0, "", 1))
        self.assertEqual(answer["regions"][0]["places"], [])

    def test_alerts_are_drawn_by_where_the_region_ends(self):
        for lot, iso in zip(self.ship(2), ("GD", "ZJ"), strict=True):
            self.env["serial.diversion.alert"].create(
                {
                    "lot_id": lot.id,
                    "region_id": self.guangdong.id,
                    "country_id": self.env.ref("base.cn").id,
                    "state_id": self.env.ref(f"base.state_cn_{iso}").id,
                }
            )
        name = self.guangdong.name
        self.assertEqual(
            self.flows_of(source="serial.diversion.alert"),
            {(name, "CN-GD"): (1, 0, 0), (name, "CN-ZJ"): (0, 1, 0)},
        )

    def test_filters_hold(self):
        self.activate(self.ship(1), "GD")
        self.activate(self.ship(1), "GD", activated_at="2025-01-01")
        counts = self.flows_of(("activated_at", ">=", "2026-01-01"))
        self.assertEqual(list(counts.values()), [(1, 0, 0)])

    def test_how_a_place_is_known_can_be_asked_for(self):
        for source, network in (
            ("gps", None),
            ("ip:geoip@2026-06", "mobile"),
            ("ip:geoip@2026-06", "vpn"),
            ("ip:geoip@2026-06", None),
        ):
            seen = [{"source": source, "network": network}]
            self.activate(self.ship(1), "GD", observations=seen)
        self.activate(self.ship(1), verdict="undecided")
        kinds = ("position", "mobile", "hosting", "unknown", False)
        for kind in kinds:
            with self.subTest(kind=kind):
                domain = [
                    ("product_id", "=", self.product.id),
                    ("located_by", "=", kind),
                ]
                found = self.env["serial.activation"].search(domain)
                self.assertEqual(found.mapped("located_by"), [kind])
        flows = self.flows_of(("located_by", "!=", "mobile"))
        self.assertEqual(sum(sum(counts) for counts in flows.values()), 4)

    def test_two_regions_of_one_name_are_told_in_full(self):
        twin = self.guangdong.copy({"name": "Guangdong", "parent_id": False})
        self.activate(self.ship(1), "GD")
        self.activate(self.ship(1), "GD", region_id=twin.id)
        names = {region["name"] for region in self.get_map()["regions"].values()}
        self.assertEqual(names, {self.guangdong.display_name, "Guangdong"})

    # === RIGHTS === #

    def test_users_and_auditors_see_the_map_and_nobody_else(self):
        self.activate(self.ship(1), "GD")
        for user in (self.user, self.manager, self.auditor):
            with self.subTest(user=user.login):
                self.assertEqual(len(self.get_map(user=user)["flows"]), 1)
        for user in (self.stock_user, self.sales_user):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.get_map(user=user)

    def test_other_records_have_no_map(self):
        with self.assertRaises(AccessError):
            self.env["serial.diversion.map"].get_map("res.partner", [])

    def test_another_company_has_its_own_map(self):
        other = self.env["res.company"].create({"name": "Another Brand"})
        self.activate(self.ship(1), "GD", company_id=other.id)
        self.assertFalse(self.get_map()["flows"])
        self.auditor.company_ids += other
        pictures = self.env["serial.diversion.map"].with_user(self.auditor)
        pictures = pictures.with_context(allowed_company_ids=other.ids)
        self.assertEqual(len(pictures.get_map("serial.activation", [])["flows"]), 1)

    # === SPEED === #

    def test_its_queries_grow_with_neither_units_nor_places(self):
        counts = []
        for places in (["GD", "ZJ"], ["GD", "ZJ", "SC", "BJ", "SH", "HN", "HB"]):
            for iso in places:
                for partner in (self.distributor, self.other_distributor):
                    self.activate(self.ship(3, partner), iso, "outside")
            self.get_map()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.get_map()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(*counts)
        self.assertLess(counts[0], 15)
