from odoo import api, fields, models

LEVELS = [("carton", "Carton"), ("pallet", "Pallet")]


class StockPackageType(models.Model):
    _inherit = "stock.package.type"

    serial_level = fields.Selection(
        LEVELS,
        string="Packed as",
        help="Cartons hold units, pallets hold cartons. Offered on the packing screen.",
    )
    serial_is_sscc = fields.Boolean(
        string="Numbered with SSCCs",
        help="New packages get a number that is theirs all over the world, built on "
        "the GS1 company prefix of the settings.",
    )
    serial_extension = fields.Char(
        string="Extension Digit",
        size=1,
        default="0",
        help="First digit of the SSCC: each digit has numbers of its own.",
    )
    serial_full_count = fields.Integer(
        string="Full at",
        help="Units in a carton, or cartons on a pallet. Zero: until somebody says so.",
    )
    serial_is_mixed = fields.Boolean(
        string="Mixed", help="A carton may hold units of several products."
    )

    _serial_extension_digit = models.Constraint(
        "CHECK (serial_extension ~ '^[0-9]$')",
        "The extension digit is a digit, 0 to 9.",
    )
    _serial_full_count = models.Constraint(
        "CHECK (serial_full_count >= 0)", "How much fits in cannot be negative."
    )

    @api.onchange("serial_level")
    def _onchange_serial_level(self):
        if self.serial_level and not self._origin:
            self.serial_is_sscc = True

    def _get_next_name_by_sequence(self):
        if len(self) == 1 and self.serial_is_sscc:
            company = self.company_id or self.env.company
            model_sudo = self.env["serial.sscc"].sudo()
            return model_sudo._take(1, company, self.serial_extension or "0")[0]
        return super()._get_next_name_by_sequence()
