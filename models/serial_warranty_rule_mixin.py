from odoo import api, models


class SerialWarrantyRuleMixin(models.AbstractModel):
    """Records that make up the warranty rules, which every worker keeps in memory."""

    _name = "serial.warranty.rule.mixin"
    _description = "Part of the Warranty Rules"

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        self.env.registry.clear_cache()
        return records

    def write(self, vals):
        done = super().write(vals)
        self.env.registry.clear_cache()
        return done

    def unlink(self):
        done = super().unlink()
        self.env.registry.clear_cache()
        return done
