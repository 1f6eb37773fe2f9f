from odoo.tests import tagged

from .browser import BrowserCase
from .test_transfer import TransferCase

ROWS = "document.querySelectorAll('.o_data_row').length"


@tagged("post_install", "-at_install")
class TestBrowserChannel(TransferCase, BrowserCase):
    """The channel's back office as the people who work in it see it."""

    freeze_time = None

    def test_what_a_scanner_types_finds_the_unit_on_every_screen(self):
        lots = self.ship(3)
        lot = lots[1]
        self.env["serial.diversion.alert"].create({"lot_id": lot.id})
        self.sent(lot)
        with self.browsing("serial_user"):
            for path, text, count in (
                ("serial-dossiers", f"https://brand.example/sn/{lot.scan_code}", 1),
                ("serial-alerts", lot.name, 1),
                # the brand's shipment, and the transfer to the store
                ("serial-transfers", lot.scan_code.lower(), 2),
            ):
                self.go(f"/odoo/{path}")
                self.wait_for("document.activeElement.matches('.o_searchview_input')")
                self.wedge(text)
                self.wait_text("IMEI or carton")
                self.wait_for(f"{ROWS} === {count}")
                self.shot(f"channel-scan-{path}")

    def test_units_are_rebound_from_the_list(self):
        lots = self.ship(4)[:3]
        with self.browsing("serial_user"):
            self.go("/odoo/serial-dossiers")
            self.type_into(".o_searchview_input", " ".join(lots.mapped("name")))
            self.wait_text("IMEI or carton")
            self.press("Enter")
            self.wait_for("document.querySelector('.o_searchview_facet')")
            self.wait_for(f"{ROWS} === 3")
            self.click("thead .o_list_record_selector input")
            self.wait_for("document.querySelector('.o_selection_box')")
            self.click(".o_cp_action_menus .dropdown-toggle:has(.fa-cog)")
            self.click_text(".o_menu_item", "Re-bind")
            self.type_into(".modal [name=partner_id] input", "Xihu")
            self.click_text(".ui-menu-item a", "Xihu")
            region = "document.querySelector('.modal [name=region_id] input').value"
            self.wait_for(f"{region} === 'China / Zhejiang'")
            self.type_into(".modal [name=reason] input", "Taken over")
            self.shot("channel-rebind")
            self.click(".modal button[name=action_rebind]")
            self.wait_for("!document.querySelector('.modal')")
        self.assertEqual(lots.channel_partner_id, self.other_distributor)
        self.assertEqual(lots.channel_region_id, self.zhejiang)

    def test_the_tiers_are_shown_as_a_tree_and_open_on_the_channel_page(self):
        self.ship(4)
        with self.browsing("serial_auditor"):
            self.go("/odoo/serial-distributors")
            self.click(".o_switch_view.o_hierarchy")
            self.wait_text("4 in stock")
            self.run_js(
                "[...document.querySelectorAll('.o_hierarchy_node_container')]"
                ".find(e => e.innerText.includes('Yuexiu'))"
                ".querySelector('.o_hierarchy_node_button').click()"
            )
            self.wait_text("Tianhe Store")
            self.shot("channel-tree")
            self.click_text(".o_hierarchy_node .fw-bold", "Yuexiu")
            self.wait_text("These numbers take in whom he supplies.")
            self.shot("channel-distributor")

    # === HELPERS === #

    def wedge(self, text):
        """Type as a scanner does: key after key, Enter at once."""
        for character in text:
            self._send("Input.dispatchKeyEvent", type="char", text=character)
        self.press("Enter")
