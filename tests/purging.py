from dateutil.relativedelta import relativedelta

from odoo import Command
from odoo.tests import freeze_time

from .common import NOW, SerialCase

LATER = NOW + relativedelta(years=2, days=2)


class PurgeCase(SerialCase):
    """Two units shipped at `NOW`; tests look at them two years and two days later."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.serial_retention_years = 2
        cls.lots = cls.ship(2).sorted("id")
        cls.lot, cls.other = cls.lots

    def look(self, at=LATER, **values):
        """Return a purge that has looked for dossiers at a moment."""
        if "product_ids" not in values:
            # Tests of races have left units of their own.
            ours = self.env["product.product"].search([("id", ">=", self.product.id)])
            values["product_ids"] = [Command.set(ours.ids)]
        purge = self.env["serial.purge"].with_user(self.manager).create(values)
        with freeze_time(at):
            purge.action_list()
        return purge

    def purge(self, at=LATER, **values):
        """Return a purge that is done."""
        purge = self.look(at, **values)
        with freeze_time(at):
            purge.action_purge()
        return purge

    def reason_of(self, lot, at=LATER):
        """Return why a purge would keep a dossier; "due" if it would not."""
        unit = self.look(at).unit_ids.filtered(lambda row: row.lot_id == lot)
        return unit.reason or unit.state

    def hold(self, **values):
        return (
            self.env["serial.hold"]
            .with_user(self.manager)
            .create({"reason": "A lawsuit", **values})
        )
