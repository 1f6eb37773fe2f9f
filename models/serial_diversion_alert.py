from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .serial_alert_tell_mixin import KINDS

CLOSED = ("confirmed", "dismissed", "inconclusive")


class SerialDiversionAlert(models.Model):
    """A signal that a unit is not where it was meant to be, with its reasons."""

    _name = "serial.diversion.alert"
    _inherit = [
        "serial.number.mixin",
        "mail.thread",
        "mail.activity.mixin",
        "serial.guarded.mixin",
        "serial.alert.raise.mixin",
        "serial.alert.tell.mixin",
    ]
    _description = "Diversion Alert"
    _order = "id desc"
    _number_prefix = "DA"
    _activity_type = "serial_dossier.mail_activity_type_diversion"
    # What was seen is evidence: people judge it, they do not edit it.
    _guarded_fields = frozenset(
        {
            "state",
            "kind",
            "lot_id",
            "activation_id",
            "leak_id",
            "case_id",
            "closed_with_case",
            "partner_id",
            "region_id",
            "country_id",
            "state_id",
            "observed_at",
            "score",
            "reasons",
            "detail",
        }
    )

    kind = fields.Selection(
        KINDS, required=True, readonly=True, default="region_mismatch", index=True
    )
    lot_id = fields.Many2one(
        "stock.lot", string="Serial", required=True, readonly=True, index=True
    )
    product_id = fields.Many2one(related="lot_id.product_id", store=True)
    activation_id = fields.Many2one(
        "serial.activation", readonly=True, index="btree_not_null"
    )
    leak_id = fields.Many2one(
        "serial.diversion.leak", readonly=True, index="btree_not_null"
    )
    case_id = fields.Many2one(
        "serial.diversion.case", readonly=True, index="btree_not_null", copy=False
    )
    closed_with_case = fields.Boolean(readonly=True, copy=False)
    partner_id = fields.Many2one(
        "res.partner", string="Distributor", readonly=True, index="btree_not_null"
    )
    region_id = fields.Many2one(
        "serial.channel.region", string="Target Region", readonly=True
    )
    country_id = fields.Many2one("res.country", readonly=True)
    state_id = fields.Many2one("res.country.state", string="Subdivision", readonly=True)
    seen_in = fields.Char(compute="_compute_seen_in")
    observed_at = fields.Datetime(readonly=True)
    score = fields.Integer(readonly=True, aggregator="avg")
    reasons = fields.Json(readonly=True)
    detail = fields.Json(readonly=True)
    summary = fields.Char(string="What Was Seen", compute="_compute_summary")
    reason_html = fields.Html(string="Why", compute="_compute_reason_html")
    statement_ids = fields.One2many(
        "serial.diversion.statement", "alert_id", readonly=True
    )
    user_id = fields.Many2one("res.users", string="Owner", tracking=True, index=True)
    company_id = fields.Many2one("res.company", default=lambda self: self.env.company)
    state = fields.Selection(
        [
            ("new", "New"),
            ("investigating", "Investigating"),
            ("confirmed", "Confirmed"),
            ("dismissed", "Dismissed"),
            ("inconclusive", "Inconclusive"),
        ],
        default="new",
        required=True,
        readonly=True,
        tracking=True,
        group_expand=True,
    )
    outcome_note = fields.Text(tracking=True)
    can_close = fields.Boolean(compute="_compute_can_close")

    _open_uniq = models.UniqueIndex(
        "(company_id, lot_id, kind) WHERE state IN ('new', 'investigating')",
        "An alert of this kind is open for this serial already.",
    )

    # === COMPUTE === #

    @api.depends("reasons")
    @api.depends_context("lang")
    def _compute_reason_html(self):
        for alert in self:
            texts = self.env["serial.reason"]._get_texts(alert.reasons)
            alert.reason_html = texts and Markup("<ul>%s</ul>") % Markup("").join(
                Markup("<li>%s</li>") % text for text in texts
            )

    @api.depends("country_id", "state_id")
    @api.depends_context("lang")
    def _compute_seen_in(self):
        for alert in self:
            names = (alert.state_id._get_readable_name(), alert.country_id.name)
            alert.seen_in = ", ".join(filter(None, names))

    @api.depends("kind", "detail", "lot_id", "partner_id", "region_id", "observed_at")
    @api.depends("country_id", "state_id", "leak_id")
    @api.depends_context("lang", "tz")
    def _compute_summary(self):
        for alert in self:
            alert.summary = alert._tell()

    @api.depends_context("uid")
    def _compute_can_close(self):
        self.can_close = self._may_close()

    # === ACTIONS === #

    def action_investigate(self):
        """Take alerts on: whoever does so owns those without an owner."""
        for alert in self:
            alert._set_state("investigating", user_id=alert.user_id.id or self.env.uid)

    def action_confirm(self):
        """Close alerts as right."""
        self._close("confirmed")

    def action_dismiss(self):
        """Close alerts as wrong."""
        self._close("dismissed")

    def action_reopen(self):
        """Undo the closing of alerts."""
        closed = self.filtered(lambda alert: alert.state in CLOSED)
        closed._set_state("investigating")

    def action_view_serial(self):
        """Open the unit's dossier."""
        self.ensure_one()
        return self.lot_id._get_records_action()

    def action_view_leak(self):
        """Open the group of units that this one left with."""
        self.ensure_one()
        return self.leak_id._get_records_action()

    def action_view_activation(self):
        """Open the activation that raised the alert."""
        self.ensure_one()
        return self.activation_id._get_records_action()

    def action_open_case(self):
        """Put alerts into a case: the one that is open, else a new one."""
        self.check_access("write")
        cases = self.env["serial.diversion.case"]._gather(self, force=True)
        return cases.with_env(self.env)._get_records_action(
            name=self.env._("Diversion Cases")
        )

    def action_view_case(self):
        """Open the case that this alert is part of."""
        self.ensure_one()
        return self.case_id._get_records_action()

    def _close(self, state):
        silent = self.filtered(lambda alert: not (alert.outcome_note or "").strip())
        if silent:
            raise UserError(
                self.env._(
                    "Write down the outcome first: %(alerts)s",
                    alerts=", ".join(silent[:10].mapped("name")),
                )
            )
        self._set_state(state)
        self.activity_feedback([self._activity_type])

    def _set_state(self, state, **vals):
        closing = state in CLOSED or any(alert.state in CLOSED for alert in self)
        if closing and not self._may_close():
            raise AccessError(
                self.env._("Only a manager closes an alert or opens it again.")
            )
        self._write_step({"state": state, **vals})

    def _may_close(self):
        return self.env.su or self.env.user.has_group(
            "serial_dossier.serial_dossier_group_manager"
        )
