from odoo import Command, api, fields, models, tools
from odoo.exceptions import AccessError, UserError, ValidationError

from ..core import evidence
from ..core.errors import SerialError
from ..core.evidence_rates import Rates
from ..core.rule_limits import THRESHOLDS
from ..core.rule_set import DETECTORS, RuleSet, rate_table, rates_of

# What a version says; once it is active, it says so for good.
FIXED = {
    "name",
    "prior",
    "registered_places",
    "weightless",
    "detector_ids",
    "threshold_ids",
    "rate_ids",
}


def _split(text):
    """Return the words of a list with commas."""
    return frozenset(word for word in (text or "").replace(",", " ").split() if word)


class SerialDiversionRule(models.Model):
    """A version of the rules by which units are judged; exactly one is active.

    What judged a unit must stay known: a version that was ever active is not edited,
    it is followed by a new one.
    """

    _name = "serial.diversion.rule"
    _inherit = ["mail.thread", "serial.guarded.mixin", "serial.rule.change.mixin"]
    _description = "Diversion Rules"
    _order = "version desc, id desc"
    _guarded_fields = frozenset(
        {"version", "state", "activated_at", "activated_by_id", "retired_at"}
    )

    name = fields.Char(required=True, tracking=True)
    version = fields.Integer(readonly=True, copy=False)
    state = fields.Selection(
        [("draft", "Draft"), ("active", "Active"), ("retired", "No Longer Used")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
    )
    prior = fields.Float(
        string="Expected Share",
        digits=(6, 5),
        required=True,
        default=evidence.PRIOR,
        tracking=True,
        help="The share of units expected outside their region before anything is seen "
        "of one. Take what your closed cases show.",
    )
    registered_places = fields.Char(
        default=lambda self: ", ".join(sorted(Rates().registered_places)),
        help="Places to which location files put addresses they know nothing better "
        "of, such as CN-BJ, with commas between them.",
    )
    weightless = fields.Char(
        string="Networks without Weight",
        default=lambda self: ", ".join(sorted(Rates().weightless)),
        help="Networks that say nothing about where a unit is.",
    )
    note = fields.Text(string="Why this Version", help="What changed, and why.")
    detector_ids = fields.One2many(
        "serial.diversion.rule.detector",
        "rule_id",
        string="Detectors",
        copy=True,
        default=lambda self: [Command.create({"code": code}) for code in DETECTORS],
    )
    threshold_ids = fields.One2many(
        "serial.diversion.rule.threshold",
        "rule_id",
        string="Limits",
        copy=True,
        default=lambda self: [
            Command.create({"code": code, "value": limit.default})
            for code, limit in THRESHOLDS.items()
        ],
    )
    rate_ids = fields.One2many(
        "serial.diversion.rule.rate",
        "rule_id",
        string="Error Rates",
        copy=True,
        default=lambda self: [
            Command.create(
                {
                    "name": name,
                    "error": rate.error,
                    "miss": rate.miss,
                    "source": rate.fact,
                }
            )
            for name, rate in rate_table().items()
        ],
    )
    replay_ids = fields.One2many("serial.diversion.replay", "rule_id")
    replay_count = fields.Integer(compute="_compute_replay_count")
    activated_at = fields.Datetime(readonly=True, copy=False)
    activated_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    retired_at = fields.Datetime(readonly=True, copy=False)

    _active_uniq = models.UniqueIndex(
        "(state) WHERE state = 'active'", "Another version of the rules is active."
    )
    _prior_check = models.Constraint(
        "CHECK (prior > 0 AND prior < 1)",
        "The expected share lies between none and all of the units.",
    )

    # === COMPUTE === #

    @api.depends("name", "version")
    def _compute_display_name(self):
        for rule in self:
            version = f" v{rule.version}" if rule.version else ""
            rule.display_name = f"{rule.name or ''}{version}"

    @api.depends("replay_ids")
    def _compute_replay_count(self):
        for rule in self:
            rule.replay_count = len(rule.replay_ids)

    # === CONSTRAINTS === #

    @api.constrains("registered_places", "detector_ids", "threshold_ids", "rate_ids")
    def _check_rule_set(self):
        for rule in self:
            rule._get_rule_set()

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        rules = super().create(vals_list)
        for rule in rules.filtered(lambda rule: not rule.version):
            number = self.env["ir.sequence"].sudo().next_by_code(self._name)
            rule.sudo().version = int(number)
        return rules

    def write(self, vals):
        if FIXED & set(vals):
            self._ensure_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_started(self):
        self._ensure_draft()

    # === ACTIONS === #

    def action_activate(self):
        """Judge by this version from now on; the one before is kept, retired."""
        self.ensure_one()
        if not self.env.user.has_group("serial_dossier.serial_dossier_group_manager"):
            raise AccessError(self.env._("Only a manager activates rules."))
        if self.state == "active":
            raise UserError(
                self.env._("%(rule)s is active already.", rule=self.display_name)
            )
        now = fields.Datetime.now()
        before_sudo = self._find_active()
        changes = self._get_changes(before_sudo)
        # The unique index refuses two active ones, be it for a moment.
        before_sudo.write({"state": "retired", "retired_at": now})
        before_sudo.flush_recordset()
        self.sudo().write(
            {
                "state": "active",
                "activated_at": now,
                "activated_by_id": self.env.uid,
                "retired_at": False,
            }
        )
        self.flush_recordset()
        self.env.registry.clear_cache()
        self._post_changes(before_sudo, changes)
        return True

    def action_new_version(self):
        """Open a draft with what this version says."""
        self.ensure_one()
        return self.copy()._get_records_action()

    def action_replay(self):
        """Open a new trial of this version on the past."""
        self.ensure_one()
        replay = self.env["serial.diversion.replay"].create({"rule_id": self.id})
        return replay._get_records_action()

    def action_view_replays(self):
        """Open the trials of this version."""
        self.ensure_one()
        return self.replay_ids._get_records_action(name=self.env._("Replays"))

    # === BUSINESS === #

    @api.model
    @tools.ormcache()
    def _get_active(self):
        """Return the `core.rule_set.RuleSet` units are judged by.

        Cached in every worker; `action_activate` clears it in all of them.
        """
        rule_sudo = self._find_active()
        return rule_sudo._get_rule_set() if rule_sudo else RuleSet()

    @api.model
    def _find_active(self):
        """Return the active version (sudo), or none."""
        return self.sudo().search([("state", "=", "active")], limit=1)

    def _get_rule_set(self):
        """Return this version as a `core.rule_set.RuleSet`."""
        self.ensure_one()
        off = self.detector_ids.filtered(lambda line: not line.enabled)
        try:
            return RuleSet(
                version=str(self.version),
                prior=self.prior,
                rates=rates_of(
                    {line.name: line._get_rate() for line in self.rate_ids},
                    registered_places=_split(self.registered_places),
                    weightless=_split(self.weightless),
                ),
                enabled=frozenset(DETECTORS) - set(off.mapped("code")),
                thresholds={line.code: line.value for line in self.threshold_ids},
            )
        except (SerialError, ValueError) as error:
            raise ValidationError(
                self.env._("These rules hold a number outside its bounds: %s", error)
            ) from error

    def _ensure_draft(self):
        fixed = self.filtered(lambda rule: rule.state != "draft")
        if fixed:
            raise UserError(
                self.env._(
                    "%(rule)s has judged units and stays as it is. Make a new version.",
                    rule=fixed[0].display_name,
                )
            )
