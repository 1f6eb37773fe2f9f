"""What tests of scoring runs share: units in cartons, and where they were seen."""

from datetime import timedelta

from odoo.tools import SQL

from .common import NOW, SerialCase


class ScoringCase(SerialCase):
    """Two distributors with cartons of 12, and units seen by files of one month."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.china.enforcement = "alert"
        cls.company.serial_alert_user_id = cls.manager
        cls.address_number = 0

    @classmethod
    def ship_cartons(cls, count, partner, size=12):
        """Return the serials of each of some cartons that left in one delivery."""
        lots = cls.produce(count * size)
        cartons = [lots[at : at + size] for at in range(0, len(lots), size)]
        picking = cls.create_picking(
            lots, cls.stock_location, cls.customer_location, partner_id=partner.id
        )
        for carton in cartons:
            lines = picking.move_line_ids.filtered(lambda ml, c=carton: ml.lot_id in c)
            lines.result_package_id = cls.env["stock.package"].create({})
        picking.button_validate()
        return cartons

    @classmethod
    def address(cls):
        """Return an address that nobody had before."""
        cls.address_number += 1
        return f"100.{cls.address_number // 250}.{cls.address_number % 250}.0/24"

    @classmethod
    def observe(cls, lots, subdivision, network="fixed", **values):
        """Activate serials in a province, each from an address of its own."""
        seen = {
            "country": "CN",
            "subdivision": subdivision,
            "city": None,
            "latitude": None,
            "longitude": None,
            "radius_km": 20,
            "network": network,
        }
        return (
            cls.env["serial.activation"]
            .sudo()
            .create(
                [
                    {
                        "lot_id": lot.id,
                        "activated_at": NOW - timedelta(days=3),
                        "source": "api",
                        "ip_prefix": cls.address(),
                        "partner_id": lot.channel_partner_id.id,
                        "region_id": lot.channel_region_id.id,
                        "observations": [{"source": "ip:dbip@2026-02", **seen}],
                        **values,
                    }
                    for lot in lots
                ]
            )
        )

    @classmethod
    def scan(cls, lots, subdivision, address=None, **values):
        """Log a view of the page of serials in a province."""
        state = cls.env.ref(f"base.state_cn_{subdivision}")
        for lot in lots:
            row = {
                "lot_id": lot.id,
                "scanned_at": NOW - timedelta(days=2),
                "country_id": state.country_id.id,
                "state_id": state.id,
                "radius_km": 20,
                "is_bot": False,
                "is_repeat": False,
                "ip_prefix": address or cls.address(),
                **values,
            }
            cls.env.cr.execute(
                SQL(
                    "INSERT INTO serial_scan (%s) VALUES (%s)",
                    SQL(", ").join(map(SQL.identifier, row)),
                    SQL(", ").join(SQL("%s", value) for value in row.values()),
                )
            )

    @classmethod
    def plant(cls):
        """Ship six cartons; most of one turns up in Beijing. Return those units."""
        cls.cartons = cls.ship_cartons(3, cls.distributor)
        cls.other_cartons = cls.ship_cartons(3, cls.other_distributor)
        cls.gone = cls.cartons[0][:9]
        cls.observe(cls.gone, "BJ")
        cls.observe(cls.cartons[0][9:] + cls.cartons[1] + cls.cartons[2][:10], "GD")
        # errors: places that nothing left for
        cls.observe(cls.cartons[2][10:11], "HN")
        cls.observe(cls.cartons[2][11:], "BJ", network="mobile")
        for carton, place in zip(cls.other_cartons, ("BJ", "SH", "JS"), strict=True):
            cls.observe(carton[:11], "ZJ")
            cls.observe(carton[11:], place)
        cls.fill_market()
        return cls.gone

    @classmethod
    def fill_market(cls, count=120):
        """Ship loose units of which one in eight is seen in a wrong place."""
        for partner, home in ((cls.distributor, "GD"), (cls.other_distributor, "ZJ")):
            lots = cls.ship(count, partner)
            wrong = lots[: count // 8]
            cls.observe(lots - wrong, home)
            for number, place in enumerate(("BJ", "HN", "SH", "JS")):
                cls.observe(wrong[number::4], place)

    # === RUNS === #

    @classmethod
    def score(cls):
        """Return a scoring run that went through."""
        run, memory = cls.env["serial.diversion.run"].sudo()._start(), {}
        while run.state == "running":
            run._attempt(memory)
        return run

    @classmethod
    def open_leaks(cls):
        """Return the leaks that hold now."""
        return cls.env["serial.diversion.leak"].search([("state", "=", "open")])

    @classmethod
    def leak_alerts(cls):
        """Return the alerts that leaks raised."""
        return cls.env["serial.diversion.alert"].search([("kind", "=", "leak")])
