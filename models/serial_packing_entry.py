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
            ("stacked", "Put onto a Pallet"),
            ("unstacked", "Taken off a Pallet"),
            ("left", "Left"),
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
    parent_id = fields.Many2one(
        "stock.package", string="Pallet", readonly=True, ondelete="set null"
    )
    picking_id = fields.Many2one(
        "stock.picking", string="Transfer", readonly=True, ondelete="set null"
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
        rows = []
        for (container_id, place_id, child_id), count in counts.items():
            row = {"location_id": place_id, "unit_count": count, "date": date}
            row["user_id"] = self.env.uid
            rows.append({**row, "package_id": container_id, "kind": kind})
            if child_id:
                rows[-1]["child_id"] = child_id
                rows.append(
                    {
                        **row,
                        "package_id": child_id,
                        "parent_id": container_id,
                        "kind": "stacked" if kind == "packed" else "unstacked",
                    }
                )
        self.sudo().create(rows)

    @api.model
    def _note_left(self, left):
        """Write down that packages have left.

        :param left: {package id: (picking id, location id)}
        """
        if not left:
            return
        packages = self.env["stock.package"].browse(left)
        counts = packages._get_unit_counts()
        now = fields.Datetime.now()
        self.sudo().create(
            [
                {
                    "package_id": package_id,
                    "kind": "left",
                    "picking_id": picking_id,
                    "location_id": place_id,
                    "unit_count": counts.get(package_id, 0),
                    "date": now,
                    "user_id": self.env.uid,
                }
                for package_id, (picking_id, place_id) in left.items()
            ]
        )
