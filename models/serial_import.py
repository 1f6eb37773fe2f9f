from odoo import fields, models


class SerialImport(models.Model):
    """One factory file: what it brought, row by row, and which rows it could not."""

    _name = "serial.import"
    _inherit = ["mail.thread"]
    _description = "Factory File Import"
    _order = "id desc"

    name = fields.Char(required=True, default="New", readonly=True, copy=False)
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("running", "Running"),
            ("done", "Done"),
            ("cancelled", "Cancelled"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
    product_id = fields.Many2one(
        "product.product",
        help="The product of rows that name none.",
        domain="[('tracking', '=', 'serial')]",
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    file = fields.Binary(attachment=True, copy=False)
    filename = fields.Char(copy=False)
    row_count = fields.Integer(string="Rows", readonly=True, copy=False)
    done_count = fields.Integer(string="Rows Read", readonly=True, copy=False)
    created_count = fields.Integer(string="Created", readonly=True, copy=False)
    updated_count = fields.Integer(string="Updated", readonly=True, copy=False)
    unchanged_count = fields.Integer(string="Unchanged", readonly=True, copy=False)
    error_count = fields.Integer(string="Errors", readonly=True, copy=False)
    error_ids = fields.One2many("serial.import.error", "import_id", readonly=True)


class SerialImportError(models.Model):
    """A row of a factory file that was not taken, and why."""

    _name = "serial.import.error"
    _description = "Factory File Row Error"
    _order = "import_id, row"

    import_id = fields.Many2one(
        "serial.import", required=True, index=True, ondelete="cascade"
    )
    row = fields.Integer(help="Row number as a spreadsheet shows it.")
    column = fields.Char()
    value = fields.Char()
    message = fields.Char()
