from unittest.mock import patch

from odoo.tests import tagged

from ..models.serial_binding_mixin import STANDING
from .common import SerialCase


@tagged("post_install", "-at_install")
class TestShipQueries(SerialCase):
    """What binding costs does not depend on how much is delivered."""

    def setUp(self):
        super().setUp()
        # The first one fills the registry's caches.
        self.take_back(self.ship(), self.distributor)

    def test_binding_takes_as_many_queries_for_20_serials_as_for_200(self):
        few, many = self.produce(20), self.produce(200)
        few = self.count(lambda: self.deliver(few, self.distributor))
        many = self.count(lambda: self.deliver(many, self.distributor))
        self.assertEqual(few, many)
        self.assertLessEqual(many, 12)

    def test_returns_take_as_many_queries_for_20_serials_as_for_200(self):
        few, many = self.ship(20), self.ship(200)
        few = self.count(lambda: self.take_back(few, self.distributor))
        many = self.count(lambda: self.take_back(many, self.distributor))
        self.assertEqual(few, many)

    def test_queries_do_not_grow_with_the_products_of_a_picking(self):
        products = [
            self._create_product(f"Phone {n}", serial_scheme_id=self.scheme.id)
            for n in range(20)
        ]
        lots = self.env["stock.lot"].union(
            *(self.mint(2, product) for product in products)
        )
        self.receive(lots)
        of_one = self.produce(40)
        one = self.count(lambda: self.deliver(of_one, self.distributor))
        many = self.count(lambda: self.deliver(lots, self.distributor))
        self.assertEqual(one, many)

    def test_queries_do_not_grow_with_the_pickings_validated_together(self):
        def deliver(count):
            pickings = self.env["stock.picking"].union(
                *(
                    self.create_picking(
                        self.produce(2),
                        self.stock_location,
                        self.customer_location,
                        partner_id=self.distributor.id,
                        serial_region_id=self.sichuan.id,
                    )
                    for _n in range(count)
                )
            )
            return self.count(pickings.button_validate)

        self.assertEqual(deliver(2), deliver(10))

    def test_uncoded_products_cost_two_queries(self):
        def serials():
            names = [{"name": f"C{n}", "product_id": product.id} for n in range(20)]
            return self.env["stock.lot"].create(names)

        product = self.uncoded_product
        lots = serials()
        self.receive(lots)
        self.assertLessEqual(
            self.count(lambda: self.deliver(lots, self.distributor)), 2
        )

    def test_what_binding_wrote_is_what_the_orm_reads(self):
        lots = self.ship(20)
        cached = lots.read(["stage", "channel_partner_id", "shipped_at", "event_count"])
        assignments = lots.assignment_ids
        self.env.invalidate_all()
        self.assertEqual(
            cached,
            lots.read(["stage", "channel_partner_id", "shipped_at", "event_count"]),
        )
        self.assertEqual(assignments, lots.assignment_ids)
        self.assertFalse(self.env["serial.event"]._get_broken_chains(lots.ids))

    def test_location_written_with_the_step_is_the_one_stock_computes(self):
        shipped, mixed = self.ship(2), self.ship(2)
        self.take_back(mixed, self.distributor)
        lots = shipped | mixed
        for lot, place in zip(
            lots, [self.customer_location] * 2 + [self.stock_location] * 2, strict=True
        ):
            self.assertEqual(lot.location_id, place)
        self.env.invalidate_all()
        written = lots.mapped(lambda lot: lot.location_id.id)
        self.env.add_to_compute(lots._fields["location_id"], lots)
        self.assertEqual(lots.mapped(lambda lot: lot.location_id.id), written)

    def test_no_index_names_what_steps_change(self):
        changing = ["stage", "event_count", "in_service", "recalled", "blocked"]
        changing += ["location_id", *STANDING]
        self.env.cr.execute(
            """
            SELECT pg_depend.objid::regclass::text, attname
              FROM pg_depend
              JOIN pg_attribute ON attrelid = refobjid AND attnum = refobjsubid
              JOIN pg_index ON indexrelid = objid
             WHERE refobjid = 'stock_lot'::regclass AND attname = ANY(%s)
            """,
            [changing],
        )
        self.assertEqual(self.env.cr.fetchall(), [])

    def test_serials_are_found_by_who_holds_them(self):
        mine, his, back = self.ship(2), self.ship(), self.ship()
        self.take_back(his | back, self.distributor)
        self.deliver(his, self.other_distributor)
        lots = mine | his | back
        for condition, found in (
            (("channel_partner_id", "=", self.distributor.id), mine),
            (("channel_partner_id", "in", self.other_distributor.ids), his),
            (("channel_partner_id", "child_of", self.distributor.id), mine),
            (("channel_partner_id", "ilike", self.distributor.name), mine),
            (("channel_partner_id.name", "=", self.other_distributor.name), his),
            (("channel_partner_id", "in", [False, self.distributor.id]), mine | back),
            (("channel_partner_id", "!=", self.distributor.id), his | back),
            (("channel_partner_id", "=", False), back),
            (("channel_partner_id", "!=", False), mine | his),
        ):
            domain = [("id", "in", lots.ids), condition]
            self.assertEqual(self.env["stock.lot"].search(domain), found, condition)

    def test_database_allows_one_live_assignment_a_serial(self):
        self.env.cr.execute(
            "SELECT indexdef FROM pg_indexes WHERE indexname = %s",
            ["serial_channel_assignment_lot_live_uniq"],
        )
        definition = self.env.cr.fetchone()[0]
        self.assertIn("UNIQUE", definition)
        self.assertIn("WHERE (released_at IS NULL)", definition)

    # === HELPERS === #

    def count(self, function):
        """Return how many queries the binding of what `function` does has made."""
        binding = type(self.env["serial.binding"])
        total = 0

        def counted(method):
            def wrapper(model, *args, **kwargs):
                nonlocal total
                # What stock left to be written is not ours to count, and what it
                # happened to read must not help.
                model.env.invalidate_all()
                before = model.env.cr.sql_log_count
                result = method(model, *args, **kwargs)
                total += model.env.cr.sql_log_count - before
                return result

            return wrapper

        with (
            patch.object(binding, "_bind", counted(binding._bind)),
            patch.object(
                binding, "_ensure_deliverable", counted(binding._ensure_deliverable)
            ),
        ):
            function()
        return total
