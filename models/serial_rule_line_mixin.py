from odoo import api, fields, models


class SerialRuleLineMixin(models.AbstractModel):
    """A line of a version of the rules: it changes while the version is a draft."""

    _name = "serial.rule.line.mixin"
    _description = "Line of Diversion Rules"
    _order = "id"

    rule_id = fields.Many2one(
        "serial.diversion.rule", required=True, index=True, ondelete="cascade"
    )

    @api.depends(lambda model: [model._rec_name] if model._rec_name else [])
    @api.depends_context("lang")
    def _compute_display_name(self):
        field = self._fields[self._rec_name]
        names = dict(field._description_selection(self.env))
        for line in self:
            line.display_name = names.get(line[field.name], "")

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.rule_id._ensure_draft()
        return lines

    def write(self, vals):
        self.rule_id._ensure_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_started(self):
        self.rule_id._ensure_draft()

    def _get_key(self):
        """Return what this line is about; one line of a version has it."""
        return self[self._rec_name]

    def _tell(self):
        """Return what this line says, as a text."""
        raise NotImplementedError
