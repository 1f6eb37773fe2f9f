from odoo import fields, models

from .serial_channel_figures_mixin import READERS


class SerialLeakCountMixin(models.AbstractModel):
    """The open leaks of a record that units went with: a button on its form."""

    _name = "serial.leak.count.mixin"
    _description = "Leaks of a Record"

    leak_count = fields.Integer(
        string="Open Leaks", compute="_compute_leak_count", groups=READERS
    )

    def _compute_leak_count(self):
        counts = dict(
            self.env["serial.diversion.leak"]._read_group(
                [
                    *self._get_leak_domain(),
                    ("state", "=", "open"),
                    ("certain", "=", True),
                ],
                [self._get_leak_field()],
                ["__count"],
            )
        )
        for record in self:
            record.leak_count = counts.get(record._origin, 0)

    def action_view_leaks(self):
        """Open the leaks of these records, the open ones first."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "serial_dossier.serial_diversion_leak_action"
            ),
            "name": self.env._("Leaks of %(name)s", name=self.display_name),
            "domain": self._get_leak_domain(),
        }

    def _get_leak_domain(self):
        return [(self._get_leak_field(), "in", self.ids)]

    def _get_leak_field(self):
        """Return the field of a leak that names records like these."""
        raise NotImplementedError
