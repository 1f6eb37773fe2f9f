from odoo import api, models
from odoo.tools import SQL

CHUNK = 2_000
_AFTER = "serial_dossier.warranty_register_after"


class SerialWarrantyRegisterMixin(models.AbstractModel):
    """Registering, in the background, what was sold before its product had a policy."""

    _name = "serial.warranty.register.mixin"
    _description = "Registration of Units Sold Before"

    @api.model
    def _trigger_registration(self):
        """Have a cron register the units that were sold or activated before."""
        self.env["ir.config_parameter"].sudo().set_param(_AFTER, 0)
        cron = self.env.ref("serial_dossier.ir_cron_serial_warranty_register")
        cron.sudo()._trigger()

    @api.model
    def _cron_register(self):
        """Register the next units; the cron calls again until none is left."""
        cron = self.env["ir.cron"]
        parameters = self.env["ir.config_parameter"].sudo()
        after = int(parameters.get_param(_AFTER, 0))
        while lot_ids := self._find_unregistered(after):
            self._stamp_declared(lot_ids)
            after = lot_ids[-1]
            parameters.set_param(_AFTER, after)
            if not cron._commit_progress(len(lot_ids), remaining=1):
                return
        cron._commit_progress(remaining=0)

    def _find_unregistered(self, after):
        """Return serials that were sold or activated and are not registered."""
        self.env["stock.lot"].flush_model(["sale_date", "activated_at"])
        self.flush_model(["lot_id", "state"])
        rules = self.env["serial.warranty.policy"]._get_rules()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT lot.id
                  FROM stock_lot lot
                  JOIN product_product product ON product.id = lot.product_id
                  JOIN product_template template
                    ON template.id = product.product_tmpl_id
                 WHERE lot.id > %s AND lot.stage IN ('shipped', 'activated')
                   AND (lot.sale_date IS NOT NULL OR lot.activated_at IS NOT NULL)
                   AND (template.serial_policy_id IS NOT NULL
                        OR template.categ_id = ANY(%s))
                   AND NOT EXISTS (
                       SELECT FROM serial_warranty live
                        WHERE live.lot_id = lot.id AND live.state = 'live')
              ORDER BY lot.id LIMIT %s
                """,
                after,
                list(rules.categories),
                CHUNK,
            )
        )
        return [lot_id for (lot_id,) in rows]
