from odoo import api, fields, models


class SerialLotWizardMixin(models.AbstractModel):
    """What is done to chosen serials for a reason that stays in their dossiers."""

    _name = "serial.lot.wizard.mixin"
    _description = "Wizard on Serials"

    lot_ids = fields.Many2many("stock.lot", string="Serials")
    reason = fields.Char(required=True)

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        context = self.env.context
        if context.get("active_model") == "stock.lot" and "lot_ids" in fields_list:
            values["lot_ids"] = [fields.Command.set(context.get("active_ids", []))]
        return values
