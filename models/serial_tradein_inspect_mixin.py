from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from ..core.errors import SerialError
from .window import form_window


class SerialTradeinInspectMixin(models.AbstractModel):
    """What the inspection found: the offer stands, or the consumer is asked anew."""

    _name = "serial.tradein.inspect.mixin"
    _inherit = ["serial.state.mixin"]
    _description = "Inspection of a Trade-in"

    currency_id = fields.Many2one("res.currency", readonly=True)
    inspected_at = fields.Datetime(readonly=True, copy=False)
    inspected_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    offer_state = fields.Selection(
        [
            ("asked", "Waits for the consumer"),
            ("agreed", "Agreed"),
            ("declined", "Declined"),
        ],
        string="Revised Offer",
        readonly=True,
        copy=False,
        tracking=True,
        help="Empty: the first offer stands.",
    )
    revised_value = fields.Monetary(readonly=True, copy=False, tracking=True)
    revision_reason = fields.Text(
        string="Why the Offer Changed", readonly=True, copy=False
    )
    found_answers = fields.Json(readonly=True, copy=False)
    offer_decided_at = fields.Datetime(readonly=True, copy=False)

    # === GATE === #

    def _ensure_worker(self):
        """Refuse who may not work on claims."""
        if not self.env.user.has_group("serial_dossier.serial_dossier_group_user"):
            raise AccessError(self.env._("Users of Serial Dossier work on trade-ins."))
        self.check_access("read")

    def _get_responsible(self):
        """Return who looks after a claim."""
        return (
            self.user_id
            or self.company_id.serial_alert_user_id
            or self.env.ref("base.user_admin")
        )

    # === ACTION === #

    def action_inspect(self):
        """Ask what the inspection found."""
        self.ensure_one()
        self._ensure_worker()
        self._ensure_state("received", "inspected")
        return form_window(
            "serial.tradein.inspect",
            self.env._("Inspect %(claim)s", claim=self.name),
            default_tradein_id=self.id,
        )

    # === INSPECTED === #

    def _get_revision(self):
        """Return the new offer, and whether the consumer agreed to it."""
        state = self._fields["offer_state"]
        labels = dict(state._description_selection(self.env))
        return [
            (
                self._fields["revised_value"]._description_string(self.env),
                self._format_amount(self.revised_value),
            ),
            (state._description_string(self.env), labels[self.offer_state]),
        ]

    def _value_answers(self, answers):
        """Return what the unit is worth in a condition; 0 where it is not taken in.

        :param dict answers: code of a question -> code of the answer found
        """
        self.ensure_one()
        line = self.program_id._get_value_line(self.product_id, self.age_months)
        if not line:
            return 0.0
        offer = {
            "program": self.program_id,
            "line": line,
            "age_months": self.age_months,
        }
        try:
            return float(self._value_unit(offer, answers, {})["value"])
        except SerialError:
            return 0.0

    def _inspect(self, value, answers=None, reason=""):
        """Record what the inspection found; ask the consumer if the offer changes."""
        self.ensure_one()
        self._ensure_state("received", "inspected")
        changed = self.currency_id.compare_amounts(value, self.value) != 0
        if changed and not (reason or "").strip():
            raise UserError(self.env._("Say why the offer changes."))
        self.write(
            {
                "state": "inspected",
                "inspected_at": fields.Datetime.now(),
                "inspected_by_id": self.env.uid,
                "found_answers": answers or self.answers,
                "offer_state": "asked" if changed else False,
                "revised_value": value if changed else 0,
                "revision_reason": reason if changed else False,
                "offer_decided_at": False,
            }
        )

    def _decide_offer(self, agrees):
        """Take the consumer's answer on the revised offer."""
        self._ensure_state("inspected")
        if self.offer_state != "asked":
            raise UserError(self.env._("There is no offer to decide on."))
        self.write(
            {
                "offer_state": "agreed" if agrees else "declined",
                "offer_decided_at": fields.Datetime.now(),
            }
        )
        if not agrees:
            self.activity_schedule(
                "serial_dossier.mail_activity_type_tradein_return",
                summary=self.env._("Revised offer declined"),
                note=self.env._("Give the old unit back to its owner."),
                user_id=self._get_responsible().id,
            )

    def action_agree(self):
        """Note that the consumer agreed to the revised offer, in the store say."""
        self._ensure_worker()
        for claim in self:
            claim.sudo()._decide_offer(True)
