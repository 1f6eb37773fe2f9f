from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .test_mint import MintCase


@tagged("post_install", "-at_install")
class TestCode(MintCase):
    """Serials that were not minted, and the numbers beside a code."""

    def test_a_code_in_use_by_an_adopted_serial_is_replaced(self):
        future = self.scheme._get_permutation().codes(3, 1)[0]
        other = self.env["stock.lot"].create(
            {"name": "LEGACY", "product_id": self._plain_product().id}
        )
        self.env.cr.execute(
            "UPDATE stock_lot SET scan_code = %s WHERE id = %s", (future, other.id)
        )
        _batch, lots = self._mint()
        self.assertEqual(len(lots), 10)
        self.assertNotIn(future, lots.mapped("scan_code"))
        self.assertEqual(lots.event_ids.mapped("sequence"), [1] * 10)
        self.assertEqual(self.env["serial.event"]._get_broken_chains(lots.ids), [])

    def _plain_product(self):
        return self.env["product.product"].create(
            {"name": "Plain", "is_storable": True, "tracking": "serial"}
        )

    def test_serials_created_by_hand_are_adopted_under_their_own_number(self):
        lots = self.env["stock.lot"].create(
            [{"name": f"OLD{n}", "product_id": self.product.id} for n in range(3)]
        )
        self.assertEqual(lots.mapped("name"), ["OLD0", "OLD1", "OLD2"])
        self.assertEqual(set(lots.mapped("stage")), {"minted"})
        self.assertEqual(len(set(lots.mapped("scan_code"))), 3)
        self.assertEqual(lots.event_ids.mapped("kind"), ["adopted"] * 3)

    def test_lots_of_an_uncoded_product_stay_as_they_are(self):
        lot = self.env["stock.lot"].create(
            {"name": "P1", "product_id": self._plain_product().id}
        )
        self.assertFalse(lot.scan_code or lot.stage or lot.event_ids)

    def test_identifiers_are_checked_normalised_and_unique(self):
        lots = self.env["stock.lot"].create(
            [{"name": f"I{n}", "product_id": self.product.id} for n in range(2)]
        )
        lots[0].write({"imei": "49-015420-323751-8", "mac": "00-1b-44-11-3a-b7"})
        self.assertEqual(lots[0].imei, "490154203237518")
        self.assertEqual(lots[0].mac, "00:1B:44:11:3A:B7")
        with self.assertRaisesRegex(ValidationError, "check digit"):
            lots[1].imei = "490154203237519"
        with self.assertRaisesRegex(ValidationError, "in use already"):
            lots[1].imei2 = "490154203237518"

    def test_a_serial_is_found_by_code_number_and_imei_however_typed(self):
        _batch, lots = self._mint(quantity=1)
        lots.imei = "490154203237518"
        model = self.env["stock.lot"]
        typed = f" {lots.name.lower().replace('-', ' ')} "
        self.assertEqual(model._resolve_scan_code(typed), lots)
        for text in (lots.name, lots.scan_code, "490154203237518"):
            self.assertEqual(model._resolve_identifier(text), lots)
        for text in ("490154203237518", "", "码" * 10_000, "A" * 10_000):
            self.assertFalse(model._resolve_scan_code(text), text[:20])
