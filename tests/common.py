from datetime import datetime

from odoo import Command
from odoo.tests import TransactionCase, freeze_time, new_test_user
from odoo.tools import SQL

NOW = datetime(2026, 3, 2, 8, 0, 0)

USERS = {
    "stock_user": "stock.group_stock_user",
    "sales_user": "sales_team.group_sale_salesman_all_leads",
    "user": "serial_dossier.serial_dossier_group_user",
    "manager": "serial_dossier.serial_dossier_group_manager",
    "auditor": "serial_dossier.serial_dossier_group_auditor",
}


class SerialCase(TransactionCase):
    """A brand with a coded product, three regions and three distributors.

    The clock stands at `NOW`. One user a role, of the lowest rights: `stock_user` and
    `sales_user` have none of our groups.
    """

    freeze_time = freeze_time(NOW)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": True})
        cls.company = cls.env.company
        cls._create_goods()
        cls._create_regions()
        cls._create_partners()
        for name, groups in USERS.items():
            login = f"serial_{name}"
            user = new_test_user(
                cls.env, login=login, groups=groups, tz="Asia/Shanghai"
            )
            setattr(cls, name, user)

    @classmethod
    def forget_committed(cls):
        """Leave out, in this test, what tests of races committed."""
        cls.env.flush_all()
        for name in ("diversion_alert", "diversion_case", "activation"):
            cls.env.cr.execute(SQL("DELETE FROM %s", SQL.identifier(f"serial_{name}")))
        cls.env.invalidate_all(flush=False)

    @classmethod
    def use_chinese_policy(cls):
        """Sell the product in China, as a phone under the three guarantees."""
        cls.company.country_id = cls.env.ref("base.cn")
        cls.policy = cls.env.ref("serial_dossier.serial_warranty_policy_cn_phone")
        cls.product.serial_policy_id = cls.policy

    @classmethod
    def _create_goods(cls):
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )
        cls.stock_location = cls.warehouse.lot_stock_id
        cls.supplier_location = cls.env.ref("stock.stock_location_suppliers")
        cls.customer_location = cls.env.ref("stock.stock_location_customers")
        cls.scheme = cls.env["serial.scheme"].create({"name": "Random of the tests"})
        cls.product = cls._create_product("Phone", serial_scheme_id=cls.scheme.id)
        cls.uncoded_product = cls._create_product("Cable")

    @classmethod
    def _create_product(cls, name, **values):
        """Return a new product tracked by serial; coded if a scheme is given."""
        return cls.env["product.product"].create(
            {"name": name, "is_storable": True, "tracking": "serial", **values}
        )

    @classmethod
    def _create_regions(cls):
        region = cls.env["serial.channel.region"]
        country = cls.env.ref("base.cn")
        cls.china = region.create(
            {"name": "China", "country_ids": [Command.set(country.ids)]}
        )
        for name, iso in (("guangdong", "GD"), ("zhejiang", "ZJ"), ("sichuan", "SC")):
            state = cls.env.ref(f"base.state_cn_{iso}")
            values = {
                "name": name.capitalize(),
                "parent_id": cls.china.id,
                "state_ids": [Command.set(state.ids)],
            }
            setattr(cls, name, region.create(values))

    @classmethod
    def _create_partners(cls):
        cls.distributor = cls._create_partner("Yuexiu", "tier1", cls.guangdong)
        cls.other_distributor = cls._create_partner("Xihu", "tier1", cls.zhejiang)
        cls.retailer = cls._create_partner(
            "Tianhe Store", "tier2", cls.guangdong, channel_parent_id=cls.distributor.id
        )
        cls.consumer = cls.env["res.partner"].create({"name": "A Consumer"})

    @classmethod
    def _create_partner(cls, name, tier, regions, **values):
        return cls.env["res.partner"].create(
            {
                "name": name,
                "is_company": True,
                "channel_tier": tier,
                "channel_region_ids": [Command.set(regions.ids)],
                **values,
            }
        )

    @classmethod
    def make_portal_user(cls, login, company=None):
        """Return a portal user who works for a company, and for none if not named."""
        values = {"company_id": cls.env.company.id}
        user = new_test_user(cls.env, login, "base.group_portal", **values)
        user.partner_id.parent_id = company
        return user

    @classmethod
    def make_dealers(cls, prefix):
        """Make portal users of three distributors, two of the first."""
        for name, company in (
            ("dealer", cls.distributor),
            ("colleague", cls.distributor),
            ("shopkeeper", cls.retailer),
            ("stranger", cls.other_distributor),
        ):
            setattr(cls, name, cls.make_portal_user(f"{prefix}_{name}", company))

    # === STEPS OF A SERIAL === #

    @classmethod
    def mint(cls, count=1, product=None, **values):
        """Return new serials in stage minted."""
        batch = cls.env["serial.batch"].create(
            {"product_id": (product or cls.product).id, "quantity": count, **values}
        )
        batch.action_mint()
        return cls.env["stock.lot"].search([("serial_batch_id", "=", batch.id)])

    @classmethod
    def receive(cls, lots, user=None, **values):
        """Bring serials from a supplier into stock; return the done picking."""
        return cls.transfer(
            lots, cls.supplier_location, cls.stock_location, user, **values
        )

    @classmethod
    def produce(cls, count=1, product=None):
        """Return new serials that are in stock, in stage produced."""
        lots = cls.mint(count, product)
        cls.receive(lots)
        return lots

    @classmethod
    def deliver(cls, lots, partner, user=None, region=None, **values):
        """Deliver serials from stock to a partner; return the done picking."""
        values["serial_region_id"] = region and region.id
        return cls.transfer(
            lots,
            cls.stock_location,
            cls.customer_location,
            user,
            partner_id=partner.id,
            **values,
        )

    @classmethod
    def take_back(cls, lots, partner, user=None, **values):
        """Bring delivered serials back into stock; return the done picking."""
        return cls.transfer(
            lots,
            cls.customer_location,
            cls.stock_location,
            user,
            partner_id=partner.id,
            **values,
        )

    @classmethod
    def ship(cls, count=1, partner=None, product=None, **values):
        """Return new serials delivered to a distributor, in stage shipped."""
        lots = cls.produce(count, product)
        cls.deliver(lots, partner or cls.distributor, **values)
        return lots

    @classmethod
    def transfer(cls, lots, source, destination, user=None, **values):
        """Move serials from one location to another; return the done picking."""
        picking = cls.create_picking(lots, source, destination, **values)
        picking.with_user(user or cls.env.user).button_validate()
        return picking

    @classmethod
    def create_picking(cls, lots, source, destination, **values):
        """Return a picking ready to validate, a move a product, a line a serial."""
        picking_type = cls.warehouse.int_type_id
        if destination.usage == "customer":
            picking_type = cls.warehouse.out_type_id
        elif source.usage != "internal":
            picking_type = cls.warehouse.in_type_id
        ends = {"location_id": source.id, "location_dest_id": destination.id}
        picking = cls.env["stock.picking"].create(
            {"picking_type_id": picking_type.id, **ends, **values}
        )
        for product, of_product in lots.grouped("product_id").items():
            line = {"product_id": product.id, "picking_id": picking.id, **ends}
            cls.env["stock.move"].create(
                {
                    **line,
                    "product_uom_qty": len(of_product),
                    "company_id": picking.company_id.id,
                    "move_line_ids": [
                        Command.create({**line, "lot_id": lot.id, "quantity": 1})
                        for lot in of_product
                    ],
                }
            )
        picking.action_confirm()
        picking.move_ids.picked = True
        return picking

    # === WHAT IS TRUE === #

    def kinds_of(self, lot):
        """Return the kinds of a serial's events, oldest first."""
        return lot.event_ids.sorted("sequence").mapped("kind")

    def live_assignments(self, lots):
        """Return the assignments of serials that hold now."""
        return self.env["serial.channel.assignment"].search(
            [("lot_id", "in", lots.ids), ("released_at", "=", False)]
        )
