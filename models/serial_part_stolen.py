from odoo import api, fields, models

from ..core import serial_list


class SerialPartStolen(models.Model):
    """A component that was reported stolen: it may go into no unit."""

    _name = "serial.part.stolen"
    _description = "Stolen Part"
    _order = "reported_at desc, id desc"

    name = fields.Char(string="Serial", required=True)
    product_id = fields.Many2one(
        "product.product",
        string="Component",
        help="Empty: a component of any product with this serial.",
    )
    reported_at = fields.Date(
        string="Reported on", required=True, default=fields.Date.context_today
    )
    partner_id = fields.Many2one("res.partner", string="Reported by")
    reference = fields.Char(help="The police's or the insurer's file number.")
    note = fields.Text()
    active = fields.Boolean(default=True, help="Off: the part was found again.")
    part_ids = fields.Many2many(
        "serial.part", string="Seen in Units", compute="_compute_part_ids"
    )

    _name_uniq = models.UniqueIndex(
        "(name, coalesce(product_id, 0)) WHERE active",
        "This part is on the list already.",
    )

    @api.depends("name", "product_id")
    def _compute_part_ids(self):
        parts = self.env["serial.part"].search([("name", "in", self.mapped("name"))])
        for stolen in self:
            products = (stolen.product_id, stolen.product_id.browse())
            stolen.part_ids = parts.filtered(
                lambda part, stolen=stolen, products=products: (
                    part.name == stolen.name
                    and (not stolen.product_id or part.product_id in products)
                )
            )

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._with_clean_name(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._with_clean_name(vals))

    @api.model
    def _with_clean_name(self, vals):
        """Return the values with the serial as a scanner's text would be looked up."""
        if vals.get("name"):
            return {**vals, "name": serial_list.clean(vals["name"])}
        return vals
