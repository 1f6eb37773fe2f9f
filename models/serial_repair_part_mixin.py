from odoo import models

# Verdicts on a part that stop a repair; others are noted on the line.
STOPPING = frozenset({"in_other_unit", "stolen", "wrong_product"})


class SerialRepairPartMixin(models.AbstractModel):
    """Parts replaced in a repair: genuine ones only, and kept in the dossier."""

    _name = "serial.repair.part.mixin"
    _description = "Parts of a Repair"

    def _judge_parts(self, texts):
        """Return text -> verdict on the serials of parts that this unit is to get."""
        return {}

    def _replace_parts(self):
        """Record which part took the place of which in the unit's dossier."""
