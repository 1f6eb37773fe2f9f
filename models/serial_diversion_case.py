from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from .serial_case_decide_mixin import DECISION
from .serial_case_gather_mixin import DAYS
from .window import list_window

# In the context of a step's own writing: an object, which no caller can send.
STEP = object()
FAMILIES = [
    ("diversion", "Units sold elsewhere"),
    ("reuse", "Used units sold as new"),
    ("activation", "Activations without a sale"),
    ("copy", "Copied or invented codes"),
    ("record", "Units our records do not know"),
    ("other", "Something else"),
]


class SerialDiversionCase(models.Model):
    """What is looked into together: alerts and leaks of one cause, up to a decision.

    A case accuses somebody only once it is confirmed; the other side is asked before.
    """

    _name = "serial.diversion.case"
    _inherit = [
        "serial.number.mixin",
        "mail.thread",
        "mail.activity.mixin",
        "serial.guarded.mixin",
        "serial.case.gather.mixin",
        "serial.case.leak.mixin",
        "serial.case.decide.mixin",
        "serial.case.ask.mixin",
        "serial.case.print.mixin",
        "serial.case.tell.mixin",
    ]
    _description = "Diversion Case"
    _order = "priority desc, date_deadline, id desc"
    _number_prefix = "DC"
    _activity_type = "serial_dossier.mail_activity_type_case"
    # Steps write these; who decided what, and what he saw, is not edited afterwards.
    _guarded_fields = frozenset(
        {
            "key",
            "picking_id",
            "opened_at",
            "asked_at",
            *DECISION,
        }
    )

    key = fields.Char(
        readonly=True,
        copy=False,
        help="What the case is about: while it is open, alerts about it join it.",
    )
    family = fields.Selection(
        FAMILIES, string="About", required=True, default="diversion", index=True
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Distributor",
        tracking=True,
        index="btree_not_null",
        ondelete="restrict",
        domain="[('channel_tier', '!=', False)]",
        help="Whom the units were sent to. Empty: nobody is accused.",
    )
    picking_id = fields.Many2one(
        "stock.picking", string="Shipment", readonly=True, index="btree_not_null"
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    user_id = fields.Many2one("res.users", string="Owner", tracking=True, index=True)
    priority = fields.Selection(
        [("0", "Normal"), ("1", "Important"), ("2", "Urgent")], default="0"
    )
    opened_at = fields.Datetime(readonly=True, default=fields.Datetime.now, copy=False)
    date_deadline = fields.Date(
        string="Deadline",
        tracking=True,
        copy=False,
        default=lambda self: fields.Date.context_today(self) + timedelta(days=DAYS),
    )
    state = fields.Selection(
        [
            ("new", "New"),
            ("investigating", "Investigating"),
            ("waiting", "Waiting for an Answer"),
            ("decided", "Decided"),
        ],
        default="new",
        required=True,
        tracking=True,
        copy=False,
        index=True,
        group_expand=True,
    )
    question = fields.Text(
        help="What the distributor is asked. He reads it in his mail and his portal."
    )
    note = fields.Html(string="Internal Notes", help="Never shown to the distributor.")
    alert_ids = fields.One2many("serial.diversion.alert", "case_id", readonly=True)
    leak_ids = fields.One2many("serial.diversion.leak", "case_id", readonly=True)
    lead_ids = fields.One2many("serial.diversion.lead", "case_id", readonly=True)
    purchase_ids = fields.One2many("serial.diversion.purchase", "case_id")
    statement_ids = fields.One2many(
        "serial.diversion.statement", "case_id", readonly=True
    )
    alert_count = fields.Integer(string="Alerts", compute="_compute_counts")
    unit_count = fields.Integer(string="Units", compute="_compute_counts")
    lead_count = fields.Integer(string="Leads", compute="_compute_counts")
    purchase_count = fields.Integer(string="Purchases", compute="_compute_counts")

    _open_uniq = models.UniqueIndex(
        "(company_id, key) WHERE state <> 'decided'",
        "A case about the same thing is open already.",
    )

    # === COMPUTE === #

    @api.depends("name", "partner_id")
    @api.depends_context("serial_number_only")
    def _compute_display_name(self):
        """Return number and distributor; where he has a column, the number alone."""
        short = self.env.context.get("serial_number_only")
        for case in self:
            names = (case.name, not short and case.partner_id.name)
            case.display_name = " ".join(filter(None, names))

    @api.depends("alert_ids", "lead_ids", "purchase_ids")
    def _compute_counts(self):
        """Count by one statement a model, whatever the number of alerts."""
        alerts = {
            case: counts
            for case, *counts in self.env["serial.diversion.alert"]._read_group(
                [("case_id", "in", self.ids)],
                ["case_id"],
                ["__count", "lot_id:count_distinct"],
            )
        }
        leads, purchases = (
            dict(
                self.env[f"serial.diversion.{name}"]._read_group(
                    [("case_id", "in", self.ids)], ["case_id"], ["__count"]
                )
            )
            for name in ("lead", "purchase")
        )
        for case in self:
            case.alert_count, case.unit_count = alerts.get(case._origin, (0, 0))
            case.lead_count = leads.get(case._origin, 0)
            case.purchase_count = purchases.get(case._origin, 0)

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        """Take the step that a state stands for where one begins with another."""
        if self.env.su:
            return super().create(vals_list)
        states = [vals.get("state") or "new" for vals in vals_list]
        cases = super().create([{**vals, "state": "new"} for vals in vals_list])
        for case, state in zip(cases, states, strict=True):
            case._write_state({"state": state})
        return cases

    def write(self, vals):
        """Take the step that a state stands for, also where a card is dragged."""
        if "state" in vals and self.env.context.get("serial_case_step") is not STEP:
            return self._write_state(vals)
        return super().write(vals)

    def _write_state(self, vals):
        self.check_access("write")
        vals = dict(vals)
        state = vals.pop("state")
        if vals:
            self.write(vals)
        moving = self.filtered(lambda case: case.state != state)
        if moving and state == "decided":
            raise UserError(
                self.env._("Press Decide: a decision needs an outcome and a reason.")
            )
        moving.filtered(lambda case: case.state == "decided")._reopen(state)
        moving = moving.filtered(lambda case: case.state != state)
        steps = {"waiting": moving._ask, "investigating": moving._investigate}
        steps.get(state, lambda: moving._set_state(state))()
        return True

    def _set_state(self, state, **vals):
        """Write a state as the step that it stands for."""
        return self.with_context(serial_case_step=STEP).write({"state": state, **vals})

    # === ACTIONS === #

    def action_investigate(self):
        """Take cases on: whoever does so owns those without an owner."""
        self._write_state({"state": "investigating"})

    def action_ask(self):
        """Ask the distributors for their word."""
        self._write_state({"state": "waiting"})

    def action_reopen(self):
        """Take decisions back."""
        self._ensure_may_decide()
        self.filtered(lambda case: case.state == "decided")._write_state(
            {"state": "investigating"}
        )

    def _investigate(self):
        for owner, cases in self.grouped("user_id").items():
            cases._set_state(
                "investigating", **({} if owner else {"user_id": self.env.uid})
            )

    def action_view_alerts(self):
        """Open the alerts of this case."""
        return self._get_case_window("serial.diversion.alert", self.env._("Alerts"))

    def action_view_leads(self):
        """Open the leads of this case."""
        return self._get_case_window("serial.diversion.lead", self.env._("Leads"))

    def action_view_purchases(self):
        """Open the test purchases of this case."""
        return self._get_case_window(
            "serial.diversion.purchase", self.env._("Test Purchases")
        )

    def action_view_units(self):
        """Open the dossiers of the units of this case."""
        self.ensure_one()
        return self.env["stock.lot"]._get_dossier_window(
            self.env._("Units of %(case)s", case=self.name),
            [("alert_ids.case_id", "=", self.id)],
        )

    def action_purchase(self):
        """Buy a unit to see where it comes from."""
        self.ensure_one()
        return self.purchase_ids._get_new_window({"case_id": self.id})

    def action_view_picking(self):
        """Open the shipment that the units left with."""
        self.ensure_one()
        return self.picking_id._get_records_action()

    def _get_case_window(self, model, name):
        self.ensure_one()
        return list_window(model, f"{name}: {self.name}", [("case_id", "=", self.id)])
