from odoo import api, fields, models
from odoo.tools import SQL

from ..core.recall_scope import closure_of

# In the order of the bar, with its colours.
COUNTS = {
    "remedied": "success",
    "notified": "info",
    "open": "secondary",
    "unreachable": "warning",
}


class SerialRecallFigureMixin(models.AbstractModel):
    """How far a recall has come."""

    _name = "serial.recall.figure.mixin"
    _description = "Figures of a Recall"

    unit_count = fields.Integer(string="Units", compute="_compute_figures")
    open_count = fields.Integer(string="Open", compute="_compute_figures")
    notified_count = fields.Integer(string="Notified", compute="_compute_figures")
    unreachable_count = fields.Integer(string="Not Reached", compute="_compute_figures")
    remedied_count = fields.Integer(string="Remedied", compute="_compute_figures")
    closure_rate = fields.Float(compute="_compute_figures", aggregator=None)
    state_bar = fields.Json(string="Units by State", compute="_compute_figures")
    dealer_count = fields.Integer(string="Dealers", compute="_compute_dealers")
    acknowledged_count = fields.Integer(compute="_compute_dealers")

    @api.depends_context("lang")
    def _compute_figures(self):
        self.env["serial.recall.unit"].flush_model()
        rows = self.env.execute_query(
            SQL(
                "SELECT recall_id, state, count(*) FROM serial_recall_unit "
                "WHERE recall_id = ANY(%s) GROUP BY 1, 2",
                self.ids,
            )
        )
        counts = {(recall_id, state): count for recall_id, state, count in rows}
        for recall in self:
            found = {name: counts.get((recall._origin.id, name), 0) for name in COUNTS}
            total = sum(found.values())
            recall.unit_count = total
            for name, count in found.items():
                recall[f"{name}_count"] = count
            recall.closure_rate = closure_of(found["remedied"], total)
            recall.state_bar = total and self._prepare_bar(found)

    def _prepare_bar(self, found):
        states = self.env["serial.recall.unit"]._fields["state"]
        labels = dict(states._description_selection(self.env))
        return [
            {"count": found[name], "label": labels[name], "colour": colour}
            for name, colour in COUNTS.items()
        ]

    def _compute_dealers(self):
        groups = self.env["serial.recall.dealer"]._read_group(
            [("recall_id", "in", self.ids)],
            ["recall_id"],
            ["__count", "acknowledged_at:count"],
        )
        counts = {recall.id: (total, known) for recall, total, known in groups}
        for recall in self:
            total, known = counts.get(recall._origin.id, (0, 0))
            recall.dealer_count = total
            recall.acknowledged_count = known

    # === ACTIONS === #

    def action_view_units(self):
        """Open the list of units."""
        self.ensure_one()
        return self._view_units([])

    def action_view_dealers(self):
        """Open the distributors with units of this recall."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "serial_dossier.serial_recall_dealer_action"
        )
        return {**action, "domain": [("recall_id", "=", self.id)]}

    def action_view_progress(self):
        """Open the picture of how far each distributor has come."""
        self.ensure_one()
        action = self._view_units([])
        return {
            **action,
            "views": [(False, "graph"), (False, "pivot"), (False, "list")],
        }

    def _view_units(self, domain):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "serial_dossier.serial_recall_unit_action"
        )
        return {**action, "domain": [("recall_id", "=", self.id), *domain]}
