from odoo import api, fields, models


class SerialUnitCartonMixin(models.AbstractModel):
    """The carton and the pallet that a unit lies in now, or left in."""

    _name = "serial.unit.carton.mixin"
    _description = "Carton of a Unit"

    carton_id = fields.Many2one(
        "stock.package",
        compute="_compute_carton_id",
        search="_search_carton_id",
        compute_sudo=True,
    )
    pallet_id = fields.Many2one(
        related="carton_id.parent_package_id", string="Pallet", related_sudo=True
    )

    @api.depends("quant_ids.package_id", "quant_ids.quantity")
    def _compute_carton_id(self):
        quants = self.env["stock.quant"].search(
            [
                ("lot_id", "in", self.ids),
                ("quantity", ">", 0),
                ("package_id", "!=", False),
            ]
        )
        cartons = {quant.lot_id: quant.package_id for quant in quants}
        for lot in self:
            lot.carton_id = cartons.get(lot._origin)

    def _search_carton_id(self, operator, value):
        """Find units by their carton or by the pallet it is on."""
        if operator not in ("in", "ilike", "="):
            return NotImplemented
        names = "id" if operator == "in" else "name"
        boxes = self.env["stock.package"].search([(names, operator, value)])
        boxes = boxes.search([("id", "child_of", boxes.ids)])
        quants = self.env["stock.quant"].sudo()
        found = quants.search([("package_id", "in", boxes.ids), ("quantity", ">", 0)])
        return [("id", "in", found.lot_id.ids)]
