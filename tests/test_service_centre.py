from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged

from ..core.territory import haversine_km
from .common import SerialCase

SHENZHEN = (22.54, 114.06)
CENTRES = {
    "Futian Service": (22.54, 114.06),
    "Tianhe Service": (23.13, 113.33),
    "Wuhou Service": (30.64, 104.05),
    "Chaoyang Service": (39.92, 116.44),
}


@tagged("post_install", "-at_install")
class TestServiceCentre(SerialCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.centres = cls.env["res.partner"].create(
            [
                {
                    "name": name,
                    "is_company": True,
                    "is_service_centre": True,
                    "partner_latitude": latitude,
                    "partner_longitude": longitude,
                }
                for name, (latitude, longitude) in CENTRES.items()
            ]
        )
        cls.category = cls.env["product.category"].create({"name": "Phones"})
        cls.below = cls.env["product.category"].create(
            {"name": "Folding Phones", "parent_id": cls.category.id}
        )
        cls.product.categ_id = cls.below

    def nearest(self, *position, **more):
        found = (
            self.env["res.partner"]
            .with_user(self.user)
            ._get_nearest(*(position or SHENZHEN), **more)
        )
        return [(centre, km) for centre, km in found if centre in self.centres]

    def test_the_nearest_comes_first_with_the_distance_of_the_core(self):
        found = self.nearest(limit=99)
        self.assertEqual(
            [centre.name for centre, _km in found],
            ["Futian Service", "Tianhe Service", "Wuhou Service", "Chaoyang Service"],
        )
        for centre, km in found:
            position = centre.partner_latitude, centre.partner_longitude
            self.assertAlmostEqual(km, haversine_km(SHENZHEN, position), places=6)

    def test_distances_hold_at_the_ends_of_the_earth(self):
        far = [(-22.54, -65.94), (90, 0), (-90, 0), (0.0, 179.99), (22.54, -179.99)]
        for position in far:
            with self.subTest(position=position):
                for centre, km in self.nearest(*position, limit=99):
                    there = centre.partner_latitude, centre.partner_longitude
                    self.assertAlmostEqual(km, haversine_km(position, there), places=3)

    def test_a_centre_repairs_what_it_can_and_what_lies_below(self):
        futian, tianhe = self.centres[:2]
        futian.service_skill_ids = self.env["product.category"].create(
            {"name": "Power Banks"}
        )
        tianhe.service_skill_ids = self.category
        found = self.nearest(product=self.product)
        self.assertEqual(found[0][0], tianhe)
        self.assertNotIn(futian, [centre for centre, _km in found])
        self.assertEqual(self.nearest()[0][0], futian)

    def test_without_a_position_the_ones_of_the_region_come_first(self):
        self.centres.write({"partner_latitude": 0, "partner_longitude": 0})
        chaoyang = self.centres[3]
        chaoyang.service_region_ids = [Command.set(self.guangdong.ids)]
        self.env["res.partner"].search(
            [("is_service_centre", "=", True), ("id", "not in", self.centres.ids)]
        ).active = False
        found = self.nearest(None, None, place=("CN", "GD"))
        self.assertEqual(found[0], (chaoyang, None))
        self.assertEqual(self.nearest(place=("CN", "GD"))[0], (chaoyang, None))
        self.assertEqual(self.nearest(None, None)[0][0].name, "Chaoyang Service")

    def test_archived_ones_and_those_of_another_company_are_left_out(self):
        other = self.env["res.company"].create({"name": "Another Brand"})
        self.centres[0].active = False
        self.centres[1].company_id = other
        names = [centre.name for centre, _km in self.nearest()]
        self.assertEqual(names, ["Wuhou Service", "Chaoyang Service"])

    def test_one_query_however_many_centres(self):
        self.env["res.partner"].create(
            [
                {
                    "name": f"Centre {number}",
                    "is_service_centre": True,
                    "partner_latitude": 20 + number / 10,
                    "partner_longitude": 110,
                }
                for number in range(200)
            ]
        )
        partners = self.env["res.partner"]
        partners._get_nearest(*SHENZHEN)
        with self.assertQueryCount(1):
            self.assertEqual(len(partners._get_nearest(*SHENZHEN, limit=150)), 150)

    def test_a_position_off_the_globe_is_refused(self):
        for values in ({"partner_latitude": 91}, {"partner_longitude": -181}):
            with self.subTest(values=values), self.assertRaises(ValidationError):
                self.centres[0].write(values)

    def test_a_town_proposes_the_position(self):
        view = "serial_dossier.serial_service_centre_view_form"
        self.user.group_ids += self.env.ref("base.group_partner_manager")
        partners = self.env["res.partner"].with_user(self.user)
        with Form(partners.with_context(default_is_company=True), view) as form:
            form.name = "Nanshan Service"
            form.is_service_centre = True
            form.city = "深圳市"
        centre = form.record
        position = centre.partner_latitude, centre.partner_longitude
        self.assertEqual(position, (22.55, 114.07))
