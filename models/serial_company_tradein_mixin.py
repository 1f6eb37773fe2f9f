from odoo import api, fields, models

SEQUENCE_CODE = "TI"


class SerialCompanyTradeinMixin(models.AbstractModel):
    """Where a company keeps the units it took in, and the operation that takes them.

    The location lies in no warehouse: what lies there is no stock to sell as new.
    """

    _name = "serial.company.tradein.mixin"
    _description = "Trade-ins of a Company"

    serial_tradein_location_id = fields.Many2one(
        "stock.location",
        string="Trade-in Location",
        help="Units that were traded in lie here until somebody decides on them.",
    )
    serial_tradein_type_id = fields.Many2one(
        "stock.picking.type", string="Trade-in Operation"
    )

    def _create_per_company_locations(self):
        result = super()._create_per_company_locations()
        self._create_tradein_location()
        return result

    def _create_per_company_picking_types(self):
        result = super()._create_per_company_picking_types()
        self._create_tradein_type()
        return result

    @api.model
    def _create_missing_tradein_places(self):
        """Give companies that were there before us what others are created with."""
        companies = self.sudo().search(
            [
                "|",
                ("serial_tradein_location_id", "=", False),
                ("serial_tradein_type_id", "=", False),
            ]
        )
        companies._create_tradein_location()
        companies._create_tradein_type()

    def _create_tradein_location(self):
        for company in self.filtered(lambda one: not one.serial_tradein_location_id):
            company.serial_tradein_location_id = self.env["stock.location"].create(
                {
                    "name": self.env._("Trade-in"),
                    "usage": "internal",
                    "company_id": company.id,
                }
            )

    def _create_tradein_type(self):
        customers = self.env.ref("stock.stock_location_customers")
        for company in self.filtered(lambda one: not one.serial_tradein_type_id):
            company.serial_tradein_type_id = self.env["stock.picking.type"].create(
                {
                    "name": self.env._("Trade-in"),
                    "code": "incoming",
                    "sequence_code": SEQUENCE_CODE,
                    "company_id": company.id,
                    "warehouse_id": False,
                    "default_location_src_id": customers.id,
                    "default_location_dest_id": company.serial_tradein_location_id.id,
                    "use_create_lots": False,
                    "use_existing_lots": True,
                }
            )

    def _get_tradein_places(self):
        """Return the location and the operation of this company's trade-ins."""
        self.ensure_one()
        company_sudo = self.sudo()
        company_sudo._create_tradein_location()
        company_sudo._create_tradein_type()
        return company_sudo.serial_tradein_location_id, (
            company_sudo.serial_tradein_type_id
        )
