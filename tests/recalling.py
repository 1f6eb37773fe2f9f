from .common import SerialCase


class RecallCase(SerialCase):
    """Phones with batteries of two lots; the first lot is bad."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.battery = cls.env["product.product"].create(
            {"name": "Battery", "is_storable": True, "tracking": "lot"}
        )
        cls.bad_lot, cls.good_lot = cls.env["stock.lot"].create(
            [
                {"name": name, "product_id": cls.battery.id}
                for name in ("BAT-0311", "BAT-0312")
            ]
        )

    @classmethod
    def build_in(cls, lots, component_lot, prefix="CELL"):
        """Note that each unit has a battery of a lot; return the parts."""
        return cls.env["serial.part"].create(
            [
                {
                    "lot_id": lot.id,
                    "name": f"{prefix}-{lot.id}",
                    "product_id": cls.battery.id,
                    "component_lot_id": component_lot.id,
                }
                for lot in lots
            ]
        )

    @classmethod
    def create_recall(cls, **values):
        """Return a draft that says all it has to, made by a user."""
        return (
            cls.env["serial.recall"]
            .with_user(cls.user)
            .create(
                {
                    "title": "The battery may overheat",
                    "hazard": "It may catch fire while it is charged.",
                    "instructions": "Stop charging it.",
                    "remedy": "We replace the battery free of charge.",
                    **values,
                }
            )
        )

    @classmethod
    def recall(cls, **values):
        """Return an active recall, decided on by a manager."""
        recall = cls.create_recall(**values)
        recall.action_compute()
        recall.with_user(cls.manager).action_activate()
        return recall

    @classmethod
    def recall_of(cls, lots, **values):
        """Return an active recall of these units, by a list."""
        return cls.recall(list_text="\n".join(lots.mapped("scan_code")), **values)

    def state_of(self, recall, lot):
        """Return what has become of a unit of a recall."""
        units = recall.sudo().unit_ids
        return units.filtered(lambda unit: unit.lot_id == lot).state
