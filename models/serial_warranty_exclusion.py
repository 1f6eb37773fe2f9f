from odoo import api, fields, models
from odoo.exceptions import UserError


class SerialWarrantyExclusion(models.Model):
    """Why a unit, or a component of it, is not covered: said, dated and signed for."""

    _name = "serial.warranty.exclusion"
    _inherit = ["serial.kept.file.mixin"]
    _description = "Exclusion of a Unit"
    _order = "id desc"
    _rec_name = "kind_id"

    warranty_id = fields.Many2one(
        "serial.warranty", required=True, index=True, ondelete="restrict"
    )
    lot_id = fields.Many2one(
        related="warranty_id.lot_id", store=True, index=True, string="Serial"
    )
    company_id = fields.Many2one(related="warranty_id.company_id", store=True)
    kind_id = fields.Many2one(
        "serial.warranty.policy.exclusion",
        string="Because of",
        required=True,
        ondelete="restrict",
    )
    code = fields.Char(related="kind_id.code", store=True)
    component = fields.Char(
        help="The code of a component of the policy. Empty: the whole unit."
    )
    reason = fields.Text(
        string="What Was Found", required=True, help="The buyer may ask for it."
    )
    attachment_ids = fields.Many2many("ir.attachment", string="Evidence")
    found_on = fields.Date(required=True, default=fields.Date.context_today)
    active = fields.Boolean(
        default=True, help="Archived: it is withdrawn, and the unit is covered again."
    )

    @api.model_create_multi
    def create(self, vals_list):
        exclusions = super().create(vals_list)
        exclusions._ensure_reason()
        exclusions._tell("excluded")
        return exclusions

    def write(self, vals):
        if not self.env.su and set(vals) - {"active", "attachment_ids"}:
            raise UserError(
                self.env._(
                    "What was found stays as it was written. Archive this exclusion "
                    "and write another one."
                )
            )
        done = super().write(vals)
        if "active" in vals:
            self._tell("excluded" if vals["active"] else "covered")
        return done

    @api.ondelete(at_uninstall=False)
    def _unlink_except_documented(self):
        raise UserError(
            self.env._("Exclusions are documented: archive them instead of deleting.")
        )

    def _ensure_reason(self):
        for exclusion in self:
            if not (exclusion.reason or "").strip():
                raise UserError(self.env._("Say what was found on the unit."))

    def _tell(self, what):
        """Compute the warranties anew, and say so where they are discussed."""
        warranties = self.warranty_id
        warranties.sudo()._refresh(warranties.lot_id.ids)
        for exclusion in self:
            values = {
                "kind": exclusion.kind_id.name,
                "reason": exclusion.reason,
                "component": exclusion.component or self.env._("the whole unit"),
            }
            if what == "excluded":
                body = self.env._(
                    "Not covered, %(component)s: %(kind)s. %(reason)s", **values
                )
            else:
                body = self.env._(
                    "Covered again, %(component)s: the exclusion because of %(kind)s "
                    "is withdrawn.",
                    **values,
                )
            exclusion.warranty_id.message_post(body=body)
