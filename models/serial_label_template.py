from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..core import label as geometry
from ..reports.label_layout import Form

SYMBOLS = [
    ("qr", "QR Code with the Digital Link"),
    ("gs1_datamatrix", "GS1 DataMatrix"),
    ("gs1_qr", "GS1 QR Code"),
    ("datamatrix", "Data Matrix with the Digital Link"),
    ("code128", "Code 128 with the Serial Number"),
    ("gs1_128", "GS1-128"),
]
PLACES = [
    ("unit", "On the Product"),
    ("box", "On its Box"),
    ("tag", "RFID Tag"),
]
_SIZES = (
    "page_width",
    "page_height",
    "left",
    "top",
    "pitch_x",
    "pitch_y",
    "label_width",
    "label_height",
)


class SerialLabelTemplate(models.Model):
    """What a label looks like, as data: its paper, its symbol, its lines of text."""

    _name = "serial.label.template"
    _inherit = [
        "serial.label.content.mixin",
        "serial.label.sscc.mixin",
        "serial.label.sample.mixin",
    ]
    _description = "Label Template"
    _order = "target desc, sequence, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        "res.company", help="Empty: for the labels of every company."
    )
    target = fields.Selection(
        [("unit", "Units"), ("package", "Cartons and Pallets")],
        string="For",
        required=True,
        default="unit",
    )
    place = fields.Selection(
        PLACES,
        string="Where It Goes",
        required=True,
        default="unit",
        help="A unit has one valid mark at each place.",
    )
    lang = fields.Selection(
        selection="_selection_lang",
        string="Language",
        help="Empty: the language of whoever prints.",
    )
    # === PAPER === #
    medium = fields.Selection(
        [("sheet", "Sheets"), ("roll", "Roll")], required=True, default="roll"
    )
    page_width = fields.Float(default=210, digits=(8, 2))
    page_height = fields.Float(default=297, digits=(8, 2))
    columns = fields.Integer(default=1)
    rows = fields.Integer(default=1)
    left = fields.Float(string="Left Edge", digits=(8, 2))
    top = fields.Float(string="Upper Edge", digits=(8, 2))
    pitch_x = fields.Float(
        string="Pitch across",
        digits=(8, 2),
        help="From the left edge of a label to that of the next.",
    )
    pitch_y = fields.Float(
        string="Pitch down",
        digits=(8, 2),
        help="From the upper edge of a label to that of the next.",
    )
    label_width = fields.Float(required=True, default=60, digits=(8, 2))
    label_height = fields.Float(required=True, default=40, digits=(8, 2))
    margin = fields.Float(
        string="Inner Margin",
        default=1.5,
        digits=(8, 2),
        help="Nothing is drawn there.",
    )
    dpi = fields.Integer(
        string="Printer (dpi)",
        required=True,
        default=300,
        help="Modules of the symbol become whole dots of this printer.",
    )
    # === SYMBOL === #
    symbol = fields.Selection(SYMBOLS, help="Empty: text only.", default="qr")
    symbol_place = fields.Selection(
        [("left", "Left"), ("right", "Right"), ("top", "Above"), ("bottom", "Below")],
        required=True,
        default="left",
    )
    symbol_size = fields.Float(
        default=20,
        digits=(8, 2),
        help="Side of the square with its light margin; of a linear code the height.",
    )
    symbol_dates = fields.Boolean(
        string="Dates in the Symbol",
        help="Production and expiry date stand in the GS1 symbol (AI 11, 17).",
    )
    separator = fields.Char(
        default="<GS>",
        help="How files for markers write the separator of GS1 elements (FNC1).",
    )
    # === RFID === #
    epc_scheme = fields.Selection(
        [
            ("auto", "The Shortest"),
            ("sgtin_96", "SGTIN-96"),
            ("sgtin_198", "SGTIN-198"),
        ],
        string="EPC",
        required=True,
        default="auto",
        help="SGTIN-96 holds serial numbers that are numbers without leading zeros.",
    )
    epc_filter = fields.Selection(
        [
            ("0", "0 All others"),
            ("1", "1 Point of sale"),
            ("2", "2 Full case"),
            ("4", "4 Inner pack"),
            ("6", "6 Unit load"),
            ("7", "7 Component"),
        ],
        string="EPC Filter",
        required=True,
        default="1",
    )
    line_ids = fields.One2many("serial.label.line", "template_id", copy=True)
    per_page = fields.Integer(string="Labels a Page", compute="_compute_per_page")

    @api.model
    def _selection_lang(self):
        return self.env["res.lang"].get_installed()

    # === COMPUTE === #

    @api.depends("medium", "columns", "rows")
    def _compute_per_page(self):
        for template in self:
            sheet = template._get_sheet()
            template.per_page = max(sheet.count, 1)

    # === CONSTRAINTS === #

    @api.constrains("medium", "columns", "rows", "margin", "dpi", *_SIZES)
    def _check_sheet(self):
        for template in self:
            flaw = template._get_sheet().flaw()
            if not flaw and not 100 <= template.dpi <= 2400:
                flaw = "bad_dpi"
            if not flaw and not 0 <= template.margin <= 50:
                flaw = "bad_size"
            if flaw:
                raise ValidationError(template._get_flaw_text(flaw))

    @api.constrains("symbol", "target")
    def _check_symbol(self):
        for template in self:
            if template.target == "package" and template.symbol != "gs1_128":
                raise ValidationError(
                    self.env._("Cartons and pallets carry their SSCC as GS1-128.")
                )

    # === BUSINESS === #

    def _get_sheet(self):
        self.ensure_one()
        if self.medium == "roll":
            return geometry.roll(self.label_width, self.label_height)
        return geometry.Sheet(
            self.page_width,
            self.page_height,
            self.columns,
            self.rows,
            self.left,
            self.top,
            self.pitch_x or self.label_width,
            self.pitch_y or self.label_height,
            self.label_width,
            self.label_height,
        )

    def _get_form(self):
        """Return how these labels look, without the database."""
        return Form(
            sheet=self._get_sheet(),
            margin=self.margin,
            symbol_place=self.symbol_place,
            symbol_size=self.symbol_size,
            dpi=self.dpi,
        )
