"""What is repaired: units of consumers in every state, parts, and an exchange."""

from datetime import timedelta

from freezegun import freeze_time

from odoo import Command

RATE = 120  # of an hour's work

CUSTOMERS = [
    "Wang Fang 王芳",
    "Li Na 李娜",
    "Zhang Wei 张伟",
    "Liu Yang 刘洋",
    "Huang Min 黄敏",
    "Wu Jing 吴静",
]

# Days ago taken in, fault, cause, work, part, days in repair and how far it came:
# closed, ready, in_repair, waiting_parts, taken_in, announced.
REPAIRS = [
    (46, "battery_drains", "part_defect", "replace_battery", "BAT-X1", 4, "closed"),
    (41, "screen_fault", "part_defect", "replace_screen", "DSP-X1", 6, "closed"),
    (38, "no_charge", "liquid", "replace_port", "PRT-X1", 3, "closed"),
    (33, "software", "software", "software", "", 1, "closed"),
    (29, "battery_swollen", "part_defect", "replace_battery", "BAT-X1", 5, "closed"),
    (9, "screen_broken", "impact", "replace_screen", "DSP-X1", 8, "ready"),
    (12, "no_power", "part_defect", "", "", 0, "waiting_parts"),
    (5, "battery_drains", "wear", "replace_battery", "BAT-X1", 0, "in_repair"),
    (3, "touch_fault", "part_defect", "replace_screen", "DSP-X1", 0, "in_repair"),
    (1, "no_sound", "", "", "", 0, "taken_in"),
    (1, "camera", "", "", "", 0, "taken_in"),
    (0, "overheats", "", "", "", 0, "announced"),
]  # fmt: skip
FIRST = 20  # of the units that Guangdong's distributor sold: not those of other stories
HERE = ("ready", "in_repair", "waiting_parts", "taken_in")


def repair(story, today):
    """Take consumers' phones in, and repair some of them."""
    bench = Bench(story, today)
    count = story.homes["GD", "AX1-128"]
    sold = story.sent["GD", "AX1-128"][FIRST:count]
    # The first to be used: in use before they broke.
    lots = sold.sorted("activated_at")[: len(REPAIRS) + 1]
    for number, (lot, row) in enumerate(zip(lots, REPAIRS, strict=False)):
        bench.work_on(lot, row, number)
    bench.exchange(lots[-1])
    here = [lot for lot, row in zip(lots, REPAIRS, strict=False) if row[6] in HERE]
    story.codes["in_repair"] = [lot.scan_code for lot in here]


class Bench:
    """A service desk with spare parts."""

    def __init__(self, story, today):
        self.story = story
        self.today = today
        self.env = story.env(user=story.users["user"])
        self.env.company.sudo().serial_repair_rate = RATE
        self.customers = [
            story.env["res.partner"].create(
                {"name": name, "city": "Guangzhou", "phone": f"+86 138 0013 80{n:02}"}
            )
            for n, name in enumerate(CUSTOMERS)
        ]

    def work_on(self, lot, row, number):
        """Bring one repair as far as its row says."""
        days, fault, cause, work, part, stay, stage = row
        with freeze_time(self.today - timedelta(days=days, hours=1)):
            order = self._open(lot, fault, number)
            if stage == "announced":
                return
            order.action_take_in()
        with freeze_time(self.today - timedelta(days=max(days - 1, 0))):
            self._diagnose(order, cause, work)
            if stage == "taken_in":
                return
            if stage == "waiting_parts":
                order.action_wait_for_parts()
                return
            order.action_repair_start()
            if part:
                self._add_part(order, part)
        if stage == "in_repair":
            return
        with freeze_time(self.today - timedelta(days=max(days - stay, 0), hours=-2)):
            order.action_repair_end()
            if stage == "closed":
                order.action_give_back()

    def exchange(self, lot):
        """Give a customer another phone for one that could not be repaired."""
        new = self.story.stock["AX1-128"].pop(0)
        with freeze_time(self.today - timedelta(days=16)):
            order = self._open(lot, "restarts", 3)
            order.action_take_in()
        with freeze_time(self.today - timedelta(days=14)):
            self._diagnose(order, "part_defect", "")
            order.serial_exchange_lot_id = new
            order.action_exchange()

    def _open(self, lot, fault, number):
        return self.env["repair.order"].create(
            {
                "product_id": lot.product_id.id,
                "lot_id": lot.id,
                "partner_id": self.customers[number % len(self.customers)].id,
                "serial_fault_id": self._code("fault", fault),
                "serial_centre_id": self.story.centres[number % 2].id,
            }
        )

    def _diagnose(self, order, cause, work):
        order.serial_cause_id = self._code("cause", cause)
        order.serial_action_id = self._code("action", work)
        if work:
            line = {"repair_id": order.id, "action_id": order.serial_action_id.id}
            self.env["serial.repair.labour"].create(line)

    def _add_part(self, order, code):
        part = self.story.components[code]
        spares = self.story.spares.get(code)
        seated = order.lot_id.part_ids.filtered(
            lambda seat: seat.product_id == part and not seat.removed_at
        )
        self.env["stock.move"].create(
            {
                "repair_id": order.id,
                "product_id": part.id,
                "product_uom_qty": 1,
                "quantity": 1,
                "repair_line_type": "add",
                "serial_old_part": seated[:1].name,
                "lot_ids": [Command.set(spares.pop(0).ids)] if spares else [],
                "company_id": order.company_id.id,
            }
        )

    def _code(self, kind, code):
        if not code:
            return False
        return self.env.ref(f"serial_dossier.serial_repair_code_{kind}_{code}").id
