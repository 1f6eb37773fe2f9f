from odoo.tests import tagged

from .common import NOW, SerialCase


@tagged("post_install", "-at_install")
class TestFunnel(SerialCase):
    """Each unit counts for every step it took, so no step exceeds the one before."""

    def funnel(self, *domain, by="step"):
        self.env.flush_all()
        groups = (
            self.env["serial.funnel"]
            .with_user(self.auditor)
            ._read_group(
                [("product_id", "=", self.product.id), *domain],
                [by],
                ["unit_count:sum"],
                order=by,
            )
        )
        return dict(groups)

    def activate(self, lots):
        return lots._move_to_stage(
            "activated", "activated", lot_values={"activated_at": NOW}
        )

    def test_units_count_for_every_step_in_the_order_of_life(self):
        self.mint(5)
        self.produce(4)
        self.ship(3)
        self.activate(self.ship(2))
        counts = self.funnel()
        self.assertEqual(
            list(counts.items()),
            [("minted", 14), ("produced", 9), ("shipped", 5), ("activated", 2)],
        )

    def test_a_unit_that_skipped_steps_counts_for_them(self):
        self.activate(self.mint())
        self.assertEqual(set(self.funnel().values()), {1})

    def test_a_returned_unit_counts_as_produced_again(self):
        lots = self.ship(2)
        self.take_back(lots[0], self.distributor)
        self.assertEqual(self.funnel()["produced"], 2)
        self.assertEqual(self.funnel()["shipped"], 1)

    def test_the_end_of_a_life_takes_no_step_back(self):
        ended = self.activate(self.ship()) + self.ship() + self.produce() + self.mint()
        (ended - ended[3])._move_to_stage("retired", "retired")
        produced = self.produce()
        (produced + ended[3])._move_to_stage("void", "voided")
        traded_in = self.activate(self.ship())
        traded_in._move_to_stage("traded_in", "traded_in")
        self.assertEqual(list(self.funnel().values()), [6, 5, 3, 2])
        self.assertEqual(
            list(self.funnel(("stage", "!=", "void")).values()), [4, 4, 3, 2]
        )

    def test_steps_are_told_by_distributor_and_by_present_stage(self):
        self.ship(2)
        self.ship(1, self.other_distributor)
        shipped = ("step", "=", "shipped")
        by_distributor = self.funnel(shipped, by="channel_partner_id")
        self.assertEqual(
            {partner.id: count for partner, count in by_distributor.items()},
            {self.distributor.id: 2, self.other_distributor.id: 1},
        )
        self.assertEqual(
            self.funnel(("step", "=", "minted"), by="stage"), {"shipped": 3}
        )

    def test_serials_without_a_dossier_do_not_count(self):
        self.env["stock.lot"].create(
            {"name": "plain", "product_id": self.uncoded_product.id}
        )
        self.env.flush_all()
        self.assertFalse(
            self.env["serial.funnel"].search_count(
                [("product_id", "=", self.uncoded_product.id)]
            )
        )

    def test_another_company_counts_for_itself(self):
        other = self.env["res.company"].create({"name": "Another Brand"})
        lot = self.mint()
        lot.product_id = self._create_product(
            "Tablet", serial_scheme_id=self.scheme.id, company_id=other.id
        )
        lot.company_id = other
        self.env.flush_all()
        funnel = self.env["serial.funnel"].with_user(self.auditor)
        self.assertFalse(funnel.search_count([("company_id", "=", other.id)]))

    def test_its_queries_do_not_grow_with_the_units(self):
        counts = []
        for number in (1, 40):
            self.produce(number)
            self.env.flush_all()
            self.env.invalidate_all()
            self.funnel()
            before = self.env.cr.sql_log_count
            self.funnel()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(*counts)
