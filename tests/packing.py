from odoo.tests import new_test_user

from .common import SerialCase

PREFIX = "0614141"


class PackingCase(SerialCase):
    """A company with a GS1 prefix, a carton of three units, a pallet of two cartons."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.serial_gs1_prefix = PREFIX
        cls.carton_type = cls.env.ref("serial_dossier.serial_package_type_carton")
        cls.pallet_type = cls.env.ref("serial_dossier.serial_package_type_pallet")
        cls.carton_type.serial_full_count = 3
        cls.pallet_type.serial_full_count = 2

    @classmethod
    def packed(cls, lots, **values):
        """Return a closed carton with these units."""
        carton = cls.env["stock.package"].create(
            {"package_type_id": cls.carton_type.id, **values}
        )
        carton._pack(lots)
        return carton

    @classmethod
    def stacked(cls, *cartons):
        """Return a pallet with these cartons."""
        pallet = cls.env["stock.package"].create(
            {"package_type_id": cls.pallet_type.id}
        )
        for carton in cartons:
            pallet._stack(carton)
        return pallet

    def data_of(self, lot, kind):
        """Return the private data of a unit's events of one kind, oldest first."""
        events = lot.event_ids.filtered(lambda event: event.kind == kind)
        return [event.data["private"] for event in events.sorted("sequence")]


class BenchCase(PackingCase):
    """A worker of the warehouse, who has rights to stock only, at a packing bench."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.packer = new_test_user(
            cls.env, login="serial_packer", groups="stock.group_stock_user"
        )

    def setUp(self):
        super().setUp()
        self.bench = {}

    def scan(self, *texts, user=None):
        """Scan one text after the other; return what the screen shows in the end."""
        packing = self.env["serial.packing"].with_user(user or self.packer)
        for text in texts:
            state = self.hold(packing.scan(text, self.bench))
        return state

    def act(self, action, record_id=None, user=None):
        packing = self.env["serial.packing"].with_user(user or self.packer)
        return self.hold(packing.act(action, self.bench, record_id))

    def hold(self, state):
        for level in ("carton", "pallet"):
            self.bench[f"{level}_id"] = state[level] and state[level]["id"]
        return state

    def package(self, name):
        return self.env["stock.package"].search([("name", "=", name)])

    def assert_told(self, state, kind, words):
        self.assertEqual(state["message"]["type"], kind, state["message"])
        self.assertIn(words, state["message"]["text"])
