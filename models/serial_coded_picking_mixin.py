from odoo import api, fields, models
from odoo.tools import SQL

SHOWN = 5


class SerialCodedPickingMixin(models.AbstractModel):
    """What a delivery says of units on it that the law wants coded."""

    _name = "serial.coded.picking.mixin"
    _description = "Coded Goods on a Delivery"

    serial_uncoded_stopped = fields.Char(
        string="Uncoded, Not to Be Delivered", compute="_compute_serial_uncoded"
    )
    serial_uncoded_warned = fields.Char(
        string="Uncoded, May Be Delivered", compute="_compute_serial_uncoded"
    )

    @api.depends(
        "move_line_ids.lot_id",
        "move_line_ids.lot_name",
        "move_line_ids.quantity",
        "partner_id",
        "state",
    )
    def _compute_serial_uncoded(self):
        coming = self.filtered(lambda picking: picking.state not in ("done", "cancel"))
        guard = self.env["serial.coded.delivery"]
        lacks = coming._origin.ids and guard._find_lacks(
            SQL("line.picking_id = ANY(%s)", coming._origin.ids)
        )
        for picking in self:
            for rule, name in (
                ("block", "serial_uncoded_stopped"),
                ("warn", "serial_uncoded_warned"),
            ):
                texts = [
                    *guard._get_texts(
                        lack
                        for lack in lacks or ()
                        if (lack.picking_id, lack.rule) == (picking._origin.id, rule)
                    )
                ]
                picking[name] = " ".join(texts[:SHOWN]) + (
                    " …" if len(texts) > SHOWN else ""
                )
