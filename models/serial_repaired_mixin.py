from odoo import api, fields, models


class SerialRepairedMixin(models.AbstractModel):
    """What was repaired of a unit, and which unit took whose place."""

    _name = "serial.repaired.mixin"
    _description = "Repairs of a Serial"

    serial_repair_ids = fields.One2many("repair.order", "lot_id", string="Repairs")
    exchanged_for_id = fields.Many2one(
        "stock.lot",
        compute="_compute_exchange",
        help="The unit that the customer got for this one.",
    )
    replaces_id = fields.Many2one(
        "stock.lot",
        compute="_compute_exchange",
        help="The unit that the customer had before.",
    )

    @api.depends(
        "serial_repair_ids.serial_result", "serial_repair_ids.serial_exchange_lot_id"
    )
    def _compute_exchange(self):
        repair = self.env["repair.order"].sudo()
        done = [("serial_result", "=", "exchanged")]
        given = repair.search([("lot_id", "in", self.ids), *done])
        got = repair.search([("serial_exchange_lot_id", "in", self.ids), *done])
        given_of = {found.lot_id.id: found.serial_exchange_lot_id for found in given}
        got_of = {found.serial_exchange_lot_id.id: found.lot_id for found in got}
        for lot in self:
            # Whoever sees a unit sees its twin, of another company as well.
            lot.exchanged_for_id = given_of.get(lot._origin.id)
            lot.replaces_id = got_of.get(lot._origin.id)
