from odoo import api, models
from odoo.fields import Command


class SerialRepairPlaceMixin(models.AbstractModel):
    """Where stock has the unit in repair, and how it is moved."""

    _name = "serial.repair.place.mixin"
    _description = "Place of a Unit in Repair"

    @api.model
    def _get_service_location(self):
        return self.env.ref("serial_dossier.stock_location_in_service").sudo()

    def _get_quant(self, lot=None):
        """Return the unit's quant, empty if stock does not know where it is."""
        return (
            self.env["stock.quant"]
            .sudo()
            .search(
                [
                    ("lot_id", "=", (lot or self.lot_id).id),
                    ("quantity", ">", 0),
                    ("location_id.usage", "in", ("internal", "transit", "customer")),
                ],
                order="id desc",
                limit=1,
            )
        )

    def _is_in_own_stock(self):
        """Tell whether the unit lies in our stock, and not with a customer."""
        return self._get_quant().location_id.usage in ("internal", "transit")

    def _move_unit(self, lot, source, target, quant=None, **values):
        """Move a unit by a stock move of its own, done at once."""
        ends = {"location_id": source.id, "location_dest_id": target.id}
        line = {
            "product_id": lot.product_id.id,
            "product_uom_id": lot.product_id.uom_id.id,
            "lot_id": lot.id,
            "quantity": 1,
            "picked": True,
            "package_id": quant.package_id.id if quant else False,
            "owner_id": quant.owner_id.id if quant else False,
            "company_id": self.company_id.id,
            **ends,
        }
        move = self.env["stock.move"].create(
            {
                "product_id": lot.product_id.id,
                "product_uom": lot.product_id.uom_id.id,
                "product_uom_qty": 1,
                "partner_id": self.partner_id.id,
                "picked": True,
                "repair_id": self.id,
                "origin": self.name,
                "company_id": self.company_id.id,
                "move_line_ids": [Command.create(line)],
                **ends,
                **values,
            }
        )
        move._action_done()
        return move

    def _get_customer_location(self):
        return self.partner_id.property_stock_customer or self.env.ref(
            "stock.stock_location_customers"
        )
