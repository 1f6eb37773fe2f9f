from odoo.tests import tagged

from .browser import PHONE, BrowserCase
from .common import NOW, SerialCase

ROWS = "document.querySelectorAll('.o_data_row').length"
ARCS = "document.querySelectorAll('.o_serial_map_arc').length"


@tagged("post_install", "-at_install")
class TestBrowserMap(SerialCase, BrowserCase):
    """The pictures of diversion as the people who look at them see them."""

    freeze_time = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.forget_committed()

    def see(self, lots, iso, verdict, **values):
        """Store an activation of each unit as if it was seen in a province."""
        state = self.env.ref(f"base.state_cn_{iso}")
        return self.env["serial.activation"].create(
            [
                {
                    "lot_id": lot.id,
                    "partner_id": lot.channel_partner_id.id,
                    "region_id": lot.channel_region_id.id,
                    "source": "page",
                    "activated_at": self.env.cr.now().replace(microsecond=0),
                    "company_id": self.company.id,
                    "country_id": state.country_id.id,
                    "state_id": state.id,
                    "radius_km": 50,
                    "verdict": verdict,
                    **values,
                }
                for lot in lots
            ]
        )

    def market(self):
        """Twelve units at home, three in Zhejiang, one in Germany; return the three."""
        self.see(self.ship(12), "GD", "inside")
        strays = self.ship(3)
        self.see(strays, "ZJ", "outside")
        germany = {"country_id": self.env.ref("base.de").id, "state_id": False}
        self.see(self.ship(1), "ZJ", "outside", **germany)
        return strays

    def test_a_flow_on_the_map_opens_the_units_it_counts(self):
        self.market()
        with self.browsing("serial_auditor"):
            self._open_menu("serial_activation_map_menu")
            self.wait_for(f"{ARCS} === 2")
            self.shot("map-china")
            arc = "[...document.querySelectorAll('.o_serial_map_arc')]"
            tips = self.run_js(f"{arc}.map(e => e.dataset.tooltip).join()")
            self.assertIn("Outside: 3", tips)
            self.run_js(
                f"{arc}.find(e => e.dataset.arc.endsWith('CN-ZJ'))"
                ".dispatchEvent(new MouseEvent('click', {bubbles: true}))"
            )
            self.wait_for(f"{ROWS} === 3")
            # Back on the map everything is as it was.
            self.click(".breadcrumb-item a, .o_back_button")
            self.wait_for(f"{ARCS} === 2")
            self.click(".o_serial_map button[name=world]")
            self.wait_for(f"{ARCS} === 1")
            self.wait_text("Germany")
            self.shot("map-world")

    def test_the_table_beside_the_map_says_the_same_to_a_keyboard(self):
        self.market()
        with self.browsing("serial_user"):
            self.go("/odoo/serial-map")
            self.wait_for(
                "document.querySelectorAll('.o_serial_map_flows tbody tr').length === 2"
            )
            self.run_js("document.querySelector('.o_serial_map_flows button').focus()")
            self.wait_for("document.querySelector('.o_serial_hovered')")
            self.press("Enter")
            self.wait_for(f"{ROWS} === 3")

    def test_verdicts_can_be_put_aside_and_nothing_is_told_as_nothing(self):
        self.market()
        with self.browsing("serial_user"):
            self.go("/odoo/serial-map")
            self.wait_for(f"{ARCS} === 2")
            self.click(".o_serial_map button[name=outside]")
            self.wait_for(f"{ARCS} === 0")
            self.wait_text("No unit was seen outside its region.")
            self.go("/odoo/serial-alert-map")
            self.wait_text("No alert, nothing to show")
            self.shot("map-empty")

    def test_the_board_sorts_and_opens_who_stands_out(self):
        self.see(self.ship(10), "ZJ", "outside")
        self.see(self.ship(40, self.other_distributor), "ZJ", "inside")
        with self.browsing("serial_auditor"):
            self._open_menu("serial_activation_board_menu")
            first = (
                "document.querySelector('.o_serial_board tbody tr')?.innerText || ''"
            )
            self.wait_for(f"({first}).includes('Stands out')")
            self.shot("leak-board")
            self.click(".o_serial_board button[data-sort=name]")
            self.wait_for(f"({first}).includes('Xihu')")
            self.click(".o_serial_board button[data-sort=name]")
            self.wait_for(f"({first}).includes('Yuexiu')")
            self.click(f"tr[data-partner='{self.distributor.id}'] td button")
            self.wait_for(f"{ROWS} === 10")

    def test_the_places_of_a_unit_are_drawn_on_its_dossier(self):
        lot = self.ship()
        self.see(lot, "XJ", "outside", activated_at=NOW)
        self.env.cr.execute(
            """
            INSERT INTO serial_scan (lot_id, company_id, scanned_at, country_id,
                                     state_id, radius_km, is_bot, code, result)
            VALUES (%s, %s, %s, %s, %s, 100, false, %s, 'known')
            """,
            [
                lot.id,
                self.company.id,
                NOW,
                self.env.ref("base.cn").id,
                self.env.ref("base.state_cn_GD").id,
                lot.scan_code,
            ],
        )
        with self.browsing("serial_auditor"):
            self.go(f"/odoo/serial-dossiers/{lot.id}")
            self.click(".nav-link[name=places]")
            self.wait_for(
                "document.querySelectorAll('.o_serial_places_mark').length === 2"
            )
            self.wait_for("document.querySelector('.o_serial_places_jump_text')")
            self.wait_text("Journeys too fast to be true: 1")
            self.shot("places")
            self.run_js(
                "document.querySelector('.o_serial_places_mark[data-kind=activation]')"
                ".dispatchEvent(new MouseEvent('click', {bubbles: true}))"
            )
            self.wait_for("document.querySelector('.o_form_view [name=activated_at]')")

    def test_the_pictures_fit_a_phone(self):
        self.market()
        with self.browsing("serial_user", size=PHONE):
            for path, there in (
                ("/odoo/serial-map", ".o_serial_map_svg"),
                ("/odoo/serial-leak-board", ".o_serial_board table"),
            ):
                self.go(path)
                self.wait_for(f"document.querySelector('{there}')")
                overflow = self.run_js(
                    "document.scrollingElement.scrollWidth - window.innerWidth"
                )
                with self.subTest(path=path):
                    self.assertLessEqual(overflow, 0)
                self.shot(f"phone{path.replace('/', '-')}")

    def _open_menu(self, entry):
        """Go to an entry of the menu Reporting as a person does."""
        self.go("/odoo")
        self.click(".o_navbar_apps_menu button")
        self.click(".o_app[data-menu-xmlid='serial_dossier.serial_dossier_menu_root']")
        self.click("[data-menu-xmlid='serial_dossier.serial_dossier_reporting_menu']")
        self.click(f"[data-menu-xmlid='serial_dossier.{entry}']")
