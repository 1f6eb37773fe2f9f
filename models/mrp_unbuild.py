from odoo import fields, models


class MrpUnbuild(models.Model):
    _inherit = "mrp.unbuild"

    def action_unbuild(self):
        result = super().action_unbuild()
        if self.state == "done" and self.lot_id:
            self._take_parts_out()
        return result

    def _take_parts_out(self):
        """End the stay of parts that came out of the unit with this order."""
        parts_sudo = (
            self.env["serial.part"]
            .sudo()
            .search([("lot_id", "=", self.lot_id.id), ("removed_at", "=", False)])
        )
        parts_sudo.write(
            {"removed_at": fields.Datetime.now(), "removed_by": self.display_name}
        )
        taken_out = dict(enumerate(parts_sudo))
        parts_sudo._record_change(self.lot_id, taken_out, {}, self)
