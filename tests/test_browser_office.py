from odoo.tests import tagged

from .browser import PHONE, BrowserCase
from .common import SerialCase

BAR = "document.querySelector('.o_serial_progress_text')?.innerText || ''"
STATE = "document.querySelector('.o_arrow_button_current')?.innerText"


@tagged("post_install", "-at_install")
class TestBrowserOffice(SerialCase, BrowserCase):
    """The back office as the people who work in it see it."""

    freeze_time = None

    def test_a_manager_mints_a_batch_reads_a_dossier_and_voids_it(self):
        self._create_product("Tour Phone", serial_scheme_id=self.scheme.id)
        with self.browsing("serial_manager"):
            self._open_batches()
            self._mint("Tour Phone", 25)
            self.shot("office-batch-done")
            self.click("button[name=action_view_serials]")
            self.click(".o_data_row .o_data_cell")
            self.wait_text("Code minted")
            self.wait_for("document.querySelector('.o_serial_code_qr img').complete")
            self.click("button[name=action_verify_chain]")
            self.wait_text("every chain holds")
            self.click("button[name=action_void_serials]")
            self.type_into(".modal [name=reason] input", "Label torn")
            self.click(".modal button[name=action_void]")
            self.wait_text("Code voided")
            self.wait_text("Label torn")
            self.wait_for(f"{STATE} === 'Void'")
            self.shot("office-void")
        batch = self.env["serial.batch"].search([("quantity", "=", 25)], limit=1)
        lots = self.env["stock.lot"].search([("serial_batch_id", "=", batch.id)])
        self.assertEqual(len(lots), 25)
        self.assertEqual(sorted(set(lots.mapped("stage"))), ["minted", "void"])

    def _open_batches(self):
        """Go to the batches as a person does: app, menu, entry."""
        self.go("/odoo")
        self.click(".o_navbar_apps_menu button")
        self.click(".o_app[data-menu-xmlid='serial_dossier.serial_dossier_menu_root']")
        self.click("[data-menu-xmlid='serial_dossier.serial_dossier_coding_menu']")
        self.click("[data-menu-xmlid='serial_dossier.serial_batch_menu']")

    def _mint(self, product, quantity):
        self.click(".o_list_button_add")
        self.type_into("[name=product_id] input", product)
        self.click_text(".ui-menu-item a", product)
        scheme = "document.querySelector('[name=scheme_id] input').value"
        self.wait_for(f"{scheme} === 'Random of the tests'")
        self.type_into("[name=quantity] input", str(quantity))
        self.press("Tab")
        self.click("button[name=action_mint]")
        self.wait_for(f"({BAR}).includes('{quantity} of {quantity}')")
        self.wait_for(f"{STATE} === 'Done'")

    def test_the_bar_moves_by_itself_while_a_batch_is_minted(self):
        batch = self.env["serial.batch"].create(
            {"product_id": self.product.id, "quantity": 15_000}
        )
        with self.browsing("serial_user"):
            self.go(f"/odoo/serial-batches/{batch.id}")
            self.click("button[name=action_mint]")
            self.wait_for(f"({BAR}).includes('0 of 15,000')")
            batch._work({})
            self.wait_for(f"({BAR}).includes('10,000 of 15,000')")
            self.shot("office-minting")
            batch._work({})
            self.wait_for(f"({BAR}).includes('15,000 of 15,000')")
            # The rest of the form follows: the state, and the button to the serials.
            self.wait_for("document.querySelector('button[name=action_view_serials]')")
            self.wait_for(f"{STATE} === 'Done'")
            self.shot("office-minted")

    def test_a_code_typed_without_hyphens_finds_the_dossier(self):
        typed = self.ship().scan_code.lower()
        with self.browsing("serial_user"):
            self.go("/odoo/serial-dossiers")
            self.type_into(".o_searchview_input", typed)
            self.wait_for("document.querySelector('.o_searchview_autocomplete')")
            self.press("Enter")
            self.wait_for("document.querySelectorAll('.o_data_row').length === 1")
            self.click(".o_data_row .o_data_cell")
            self.wait_text("Shipped to a distributor")
            self.wait_text("Yuexiu")
            self.shot("office-dossier")

    def test_an_auditor_reads_a_dossier_and_has_nothing_to_press(self):
        lot = self.ship()
        with self.browsing("serial_auditor"):
            self.go(f"/odoo/serial-dossiers/{lot.id}")
            self.wait_text("Shipped to a distributor")
            self.assertFalse(
                self.run_js(
                    "!!document.querySelector('button[name=action_void_serials]')"
                )
            )
            self.assertFalse(
                self.run_js("!!document.querySelector('.o_form_sheet input:enabled')")
            )
            self.shot("office-auditor")

    def test_a_stock_user_keeps_the_plain_form(self):
        lot = self.ship()
        name = lot.name
        with self.browsing("serial_stock_user"):
            self.go(f"/odoo/lots/{lot.id}")
            self.wait_text(name)
            for selector in (".o_serial_timeline", ".o_serial_code", ".nav-tabs"):
                with self.subTest(selector=selector):
                    self.assertFalse(
                        self.run_js(f"!!document.querySelector('{selector}')")
                    )

    def test_a_dossier_fits_a_phone(self):
        lot = self.ship()
        with self.browsing("serial_user", size=PHONE):
            self.go(f"/odoo/serial-dossiers/{lot.id}")
            self.wait_text("Shipped to a distributor")
            overflow = self.run_js(
                "document.scrollingElement.scrollWidth - window.innerWidth"
            )
            self.assertLessEqual(overflow, 0)
            self.shot("office-dossier-phone")
