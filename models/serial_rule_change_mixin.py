from markupsafe import Markup

from odoo import api, fields, models


class SerialRuleChangeMixin(models.AbstractModel):
    """What a version of the rules changes against another, in words."""

    _name = "serial.rule.change.mixin"
    _description = "Changes of Rules"

    changes_html = fields.Html(
        string="Against the Active Version", compute="_compute_changes_html"
    )

    @api.depends(
        "prior", "detector_ids.enabled", "threshold_ids.value", "rate_ids.error"
    )
    @api.depends_context("lang")
    def _compute_changes_html(self):
        active = self._find_active()
        for rule in self:
            changes = [] if rule == active else rule._get_changes(active)
            rule.changes_html = changes and Markup("<ul>%s</ul>") % Markup("").join(
                Markup("<li>%s: %s → %s</li>") % change for change in changes
            )

    def _get_changes(self, other):
        """Return (what, its value in `other`, its value here) for all that differs."""
        if not (self and other):
            return []
        told = {
            name: [rule._tell_field(name) for rule in (other, self)]
            for name in ("prior", "registered_places", "weightless")
        }
        changes = [
            (self._fields[name]._description_string(self.env), *values)
            for name, values in told.items()
            if values[0] != values[1]
        ]
        for name in ("detector_ids", "threshold_ids", "rate_ids"):
            before = {line._get_key(): line._tell() for line in other[name]}
            changes += [
                (line.display_name, before.get(line._get_key(), "–"), line._tell())
                for line in self[name]
                if before.get(line._get_key()) != line._tell()
            ]
        return changes

    def _post_changes(self, before, changes):
        """Keep in the chatter what a switch changed."""
        if not before:
            return
        told = [
            self.env._("Active instead of %(rule)s.", rule=before.display_name),
            *(Markup("%s: %s → %s") % change for change in changes),
        ]
        self.message_post(body=Markup("<br/>").join(told))

    def _tell_field(self, name):
        """Return a value as the form shows it."""
        return f"{100 * self.prior:.4g} %" if name == "prior" else self[name] or "–"
