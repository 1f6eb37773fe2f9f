from odoo import fields, models

from ..core.depreciation import Subsidy, exact


class SerialTradeinClass(models.Model):
    """A class of goods in a programme: what it is subsidised with, and how often."""

    _name = "serial.tradein.class"
    _inherit = ["serial.tradein.line.mixin"]
    _description = "Class of Goods in a Trade-in Programme"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="As the programme's rules call it.")
    currency_id = fields.Many2one(related="program_id.currency_id")
    person_limit = fields.Integer(
        string="A Person",
        required=True,
        default=1,
        help="How many units of this class one person may trade in.",
    )
    subsidy_basis = fields.Selection(
        [
            ("price", "Price of the new unit"),
            ("value", "Value of the old unit"),
        ],
        string="Subsidy of",
        required=True,
        default="price",
    )
    subsidy_percent = fields.Float(string="Subsidy (%)", digits=(6, 2))
    subsidy_percent_best = fields.Float(
        string="At Level 1 (%)",
        digits=(6, 2),
        help="Of goods of energy level 1. 0: as others.",
    )
    subsidy_cap = fields.Monetary(string="At Most", help="0: without limit.")
    price_ceiling = fields.Monetary(
        help="Dearer goods are not subsidised. 0: without limit."
    )
    energy_level = fields.Integer(
        help="The worst level of China's energy label (1 is the best) that is "
        "subsidised. 0: it does not matter.",
    )

    needs_imei = fields.Boolean(
        string="IMEI in the File",
        help="The subsidy file has to name the IMEI of the new unit.",
    )

    _code_uniq = models.UniqueIndex(
        "(program_id, code)", "The programme has a class of this code already."
    )
    _person_limit_check = models.Constraint(
        "CHECK (person_limit BETWEEN 1 AND 100)",
        "One person trades in one unit at least, and a hundred at most.",
    )
    _percent_check = models.Constraint(
        "CHECK (subsidy_percent BETWEEN 0 AND 100"
        " AND subsidy_percent_best BETWEEN 0 AND 100)",
        "A subsidy is between 0 and 100 percent.",
    )
    _limits_check = models.Constraint(
        "CHECK (subsidy_cap >= 0 AND price_ceiling >= 0)",
        "Limits of a subsidy are not negative.",
    )
    _energy_level_check = models.Constraint(
        "CHECK (energy_level BETWEEN 0 AND 5)", "Energy levels go from 1 to 5."
    )

    def _get_subsidy(self):
        """Return how this class is subsidised, see `core.depreciation`."""
        return Subsidy(
            percent=exact(self.subsidy_percent),
            best_percent=exact(self.subsidy_percent_best),
            cap=exact(self.subsidy_cap),
            ceiling=exact(self.price_ceiling),
            energy_level=self.energy_level,
            basis=self.subsidy_basis,
            mode=self.program_id.rounding_mode,
        )
