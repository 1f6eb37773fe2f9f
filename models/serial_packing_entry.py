from odoo import api, fields, models


class SerialPackingEntry(models.Model):
    """What happened to a carton or pallet, a line each; units have it as events."""

    _name = "serial.packing.entry"
    _description = "Packing History"
    _order = "date desc, id desc"
    _rec_name = "kind"

    package_id = fields.Many2one(
        "stock.package", required=True, readonly=True, index=True, ondelete="cascade"
    )
    date = fields.Datetime(required=True, readonly=True)
    kind = fields.Selection(
        [
            ("packed", "Packed"),
            ("unpacked", "Unpacked"),
            ("closed", "Closed"),
            ("reopened", "Opened Again"),
            ("printed", "Label Printed"),
        ],
        string="Step",
        required=True,
        readonly=True,
    )
    child_id = fields.Many2one(
        "stock.package", string="Carton", readonly=True, ondelete="set null"
    )
    unit_count = fields.Integer(string="Units", readonly=True)
    location_id = fields.Many2one("stock.location", readonly=True)
    user_id = fields.Many2one(
        "res.users", string="By", readonly=True, default=lambda self: self.env.user
    )

    @api.model
    def _note(self, kind, steps, date):
        """Write down steps.

        :param steps: (container id, location id, lot ids, carton or nothing)
        """
        counts = {}
        for container_id, place_id, lot_ids, child in steps:
            key = (container_id, place_id, child.id)
            counts[key] = counts.get(key, 0) + len(lot_ids)
        self.sudo().create(
            [
                {
                    "package_id": container_id,
                    "location_id": place_id,
                    "child_id": child_id,
                    "kind": kind,
                    "unit_count": count,
                    "date": date,
                    "user_id": self.env.uid,
                }
                for (container_id, place_id, child_id), count in counts.items()
            ]
        )
