import tempfile
from contextlib import contextmanager
from pathlib import Path

from odoo.tests import new_test_user, tagged

from .browser import PHONE, BrowserCase
from .camera import film_qr_code
from .test_pack_ship import PackShipCase

IN_CARTON, ON_PALLET = 40, 4


@tagged("post_install", "-at_install")
class TestBrowserPacking(PackShipCase, BrowserCase):
    """A pallet's way with scanners alone: packed, shipped, received."""

    freeze_time = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.packer = new_test_user(
            cls.env, login="serial_packer", groups="stock.group_stock_user"
        )
        cls.carton_type.serial_full_count = IN_CARTON
        cls.pallet_type.serial_full_count = ON_PALLET
        cls.lots = cls.produce(IN_CARTON * ON_PALLET)
        cls.delivery = cls.order(IN_CARTON * ON_PALLET)

    def scan(self, selector, *texts):
        """Type texts as a scanner does: into the field, with Enter behind."""
        self.type_into(selector, texts[0])
        self.press("Enter")
        for text in texts[1:]:
            self._send("Input.insertText", text=text)
            self.press("Enter")

    def test_a_pallet_is_packed_shipped_and_received_by_scanning(self):
        with self.browsing("serial_packer"):
            pallet = self.pack_the_pallet()
            self.ship_it(pallet)
        with self.browsing("serial_portal", PHONE):
            self.receive_it(pallet)
        self.assertEqual(
            self.kinds_of(self.lots[0])[-4:],
            ["packed", "packed", "shipped", "received"],
        )

    def pack_the_pallet(self):
        self.go("/odoo/packing")
        self.click("[name=new_pallet]")
        self.wait_text("0 / 4")
        self.shot("packing-1-empty")
        codes = self.lots.mapped("scan_code")
        for number in range(ON_PALLET):
            carton = codes[number * IN_CARTON : (number + 1) * IN_CARTON]
            self.scan(".o_serial_packing [name=scan]", *carton[:-1])
            self.wait_text(f"{IN_CARTON - 1} / {IN_CARTON}")
            if number == 1:
                self.shot("packing-2-filling")
            self.scan(".o_serial_packing [name=scan]", carton[-1])
            if number + 1 < ON_PALLET:
                self.wait_text(f"{number + 1} / {ON_PALLET}")
        self.wait_text("The pallet is closed.")
        self.shot("packing-3-closed")
        pallet = self.lots.quant_ids.package_id.parent_package_id
        self.assertEqual(len(pallet), 1)
        self.assertEqual(len(pallet.child_package_ids), ON_PALLET)
        for carton in pallet.child_package_ids:
            self.assertEqual(len(carton.quant_ids), IN_CARTON)
        return pallet

    def ship_it(self, pallet):
        self.go(f"/odoo/deliveries/{self.delivery.id}")
        self.scan(".o_serial_picking_scan [name=scan]", f"]C100{pallet.name}")
        self.wait_text("160 units are on this transfer.")
        self.shot("packing-4-scanned")
        self.click("button[name=button_validate]")
        self.wait_for(
            "document.querySelector('.o_arrow_button_current')"
            "?.innerText.includes('Done')"
        )
        self.shot("packing-5-shipped")
        self.assertEqual(self.delivery.state, "done")
        self.assertEqual(set(self.lots.mapped("stage")), {"shipped"})

    def receive_it(self, pallet):
        self.go("/my/serial-shipments")
        self.shot("packing-6-expected")
        self.scan("#o_serial_receive_text", pallet.name)
        self.wait_text("Received: 160 units")
        self.shot("packing-7-received")
        transfer = self.env["serial.channel.transfer"].search(
            [("picking_id", "=", self.delivery.id)]
        )
        self.assertEqual((transfer.state, transfer.received_count), ("received", 160))


@tagged("post_install", "-at_install")
class TestBrowserPackingCamera(PackShipCase, BrowserCase):
    """Where there is no scanner, the camera of a phone or tablet reads."""

    freeze_time = None

    @contextmanager
    def filming(self, text, login):
        with tempfile.TemporaryDirectory() as folder:
            video = Path(folder) / "code.y4m"
            film_qr_code(video, text)
            with self.browsing(login, PHONE, camera=video):
                yield

    def test_the_camera_puts_a_unit_into_a_carton(self):
        new_test_user(self.env, login="serial_packer", groups="stock.group_stock_user")
        lot = self.produce(1)
        with self.filming(lot.page_url, "serial_packer"):
            self.go("/odoo/packing")
            self.click("[name=camera]")
            self.wait_text("1 / 3")
            self.shot("packing-8-camera")
        line = self.env["serial.packing.line"].search([("lot_id", "=", lot.id)])
        self.assertEqual(line.package_id.serial_state, "open")

    def test_the_camera_receives_a_pallet(self):
        lots = self.produce(3)
        pallet = self.stacked(self.packed(lots))
        picking = self.order(3)
        self.scan_on(picking, pallet.name)
        picking.button_validate()
        with self.filming(pallet.name, "serial_portal"):
            self.go("/my/serial-shipments")
            self.click("#o_serial_receive_camera")
            self.wait_text("Received: 3 units")
        self.assertEqual(self.kinds_of(lots[0])[-1], "received")
