from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ..core.warranty_span import earliest_running_start
from .serial_warranty_right_mixin import ENDED

_POLICY = "product_id.product_tmpl_id.serial_policy_id"
_MONTHS = "product_id.product_tmpl_id.serial_warranty_months"


class SerialWarrantyMixin(models.AbstractModel):
    """Warranty of a unit: as registered, else as its product and its days say."""

    _name = "serial.warranty.mixin"
    _description = "Warranty of a Serial"

    warranty_ids = fields.One2many("serial.warranty", "lot_id", string="Warranties")
    warranty_id = fields.Many2one(
        "serial.warranty",
        string="Registration",
        compute="_compute_warranty_id",
        search="_search_warranty_id",
    )
    warranty_start = fields.Date(compute="_compute_warranty")
    warranty_end = fields.Date(compute="_compute_warranty")
    warranty_state = fields.Selection(
        [
            ("none", "No warranty"),
            ("not_started", "Not started"),
            ("running", "In warranty"),
            ("expired", "Expired"),
            ("void", "Void"),
        ],
        compute="_compute_warranty",
        search="_search_warranty_state",
    )

    warranty_basis = fields.Selection(related="warranty_id.basis")
    warranty_text = fields.Text(
        string="What May Be Asked For", compute="_compute_warranty_text"
    )

    # === COMPUTE === #

    @api.depends("warranty_ids.state")
    def _compute_warranty_id(self):
        for lot in self:
            live = lot.warranty_ids.filtered(lambda warranty: warranty.state == "live")
            lot.warranty_id = live[:1]

    def _search_warranty_id(self, operator, value):
        live = Domain("state", "=", "live")
        if operator == "in" and False in value:
            found = Domain("id", "in", [one for one in value if one])
            return ~Domain("warranty_ids", "any", live) | Domain(
                "warranty_ids", "any", live & found
            )
        if operator in ("in", "any"):
            found = value if operator == "any" else Domain("id", "in", value)
            return Domain("warranty_ids", "any", live & Domain(found))
        return NotImplemented

    @api.depends(
        "sale_date",
        "activated_at",
        "shipped_at",
        "in_service",
        "stage",
        "warranty_ids.start",
        "warranty_ids.end",
        "warranty_ids.state",
        "warranty_ids.is_excluded",
        _POLICY,
        _MONTHS,
    )
    def _compute_warranty(self):
        rights = self.env["serial.warranty"].sudo()._get_rights(self._origin)
        for lot in self:
            found = rights.get(lot._origin.id)
            lot.warranty_start = found and found.start
            lot.warranty_end = found and found.end
            lot.warranty_state = (found and found.state) or "none"

    @api.depends("warranty_state", "warranty_end")
    @api.depends_context("lang")
    def _compute_warranty_text(self):
        texts = self._origin._get_warranty_texts()
        for lot in self:
            lot.warranty_text = texts.get(lot._origin.id)

    def _get_warranty_texts(self):
        """Return {lot id: what its holder may ask for today, and why, in words}."""
        warranties = self.env["serial.warranty"].sudo()
        today = fields.Date.context_today(self)
        words, texts = self.env["serial.warranty.text"], {}
        for unit in warranties._get_units(self.ids):
            rights = warranties._judge_unit(unit, today)
            names = warranties._get_policy_of(unit)._get_component_names()
            texts[unit["id"]] = words._get_text(rights, names)
        return texts

    # === SEARCH === #

    def _search_warranty_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain.OR(self._get_warranty_domain(state) for state in value)

    def _get_warranty_domain(self, state):
        """Return the domain of the units whose warranty is in a state today."""
        live = Domain("state", "=", "live")
        of_state = self.env["serial.warranty"]._get_state_domain(state)
        registered = Domain("warranty_ids", "any", live & of_state)
        unregistered = ~Domain("warranty_ids", "any", live)
        found = registered | (unregistered & self._get_days_domain(state))
        ended = Domain("stage", "in", ENDED)
        return ended | found if state == "void" else ~ended & found

    def _get_days_domain(self, state):
        """Return the domain of the units in a state by the days on record alone."""
        if state not in ("none", "not_started", "running", "expired"):
            return Domain.FALSE
        unsold = Domain("sale_date", "=", False)
        domains = []
        for months, last_day, products in self._get_warranty_terms():
            if months <= 0:
                wanted = Domain.TRUE if state == "none" else Domain.FALSE
            elif state == "none":
                wanted = Domain.FALSE
            elif state == "not_started":
                wanted = unsold & Domain("activated_at", "=", False)
            else:
                operator = ">=" if state == "running" else "<"
                first = earliest_running_start(months, last_day)
                wanted = Domain("sale_date", operator, first) | (
                    unsold & Domain("activated_at", operator, first)
                )
            domains.append(wanted & products)
        return Domain.OR(domains)

    def _get_warranty_terms(self):
        """Return (months, last day of a term that runs today, domain of the products)
        of all the terms there are."""
        rules = self.env["serial.warranty.policy"]._get_rules()
        today = fields.Date.context_today(self)
        own, none = Domain(_POLICY, "!=", False), Domain(_POLICY, "=", False)
        templates = self.env["product.template"].sudo()
        templates = templates.with_context(active_test=False)
        named = {
            policy.id for (policy,) in templates._read_group([], ["serial_policy_id"])
        }
        terms = []
        for policy_id, rule in rules.policies.items():
            categories = [
                key for key, at in rules.categories.items() if at == policy_id
            ]
            if not categories and policy_id not in named:
                continue
            products = Domain(_POLICY, "=", policy_id) | (
                none & Domain("product_id.categ_id", "in", categories)
            )
            last_day = today - timedelta(days=not rule.first_day_counts)
            terms.append((rule.term_months, last_day, products))
        covered = own | Domain("product_id.categ_id", "in", list(rules.categories))
        return terms + [
            (months or 0, today, ~covered & Domain(_MONTHS, "=", months))
            for (months,) in templates._read_group([], ["serial_warranty_months"])
        ]

    # === ACTIONS === #

    def _get_dossier_warranty_card_pdf(self):
        """Return the warranty card as the bytes of a PDF."""
        self.ensure_one()
        return self.env["serial.warranty.card"]._get_pdf(self.sudo())

    def action_view_warranties(self):
        """Open the registration of this serial, or all it had."""
        self.ensure_one()
        action = self._get_window("serial.warranty", self.env._("Warranty"))
        if len(self.warranty_ids) == 1:
            return {**self.warranty_ids._get_records_action(), "name": action["name"]}
        return action

    def action_register_warranty(self):
        """Register this serial's warranty from what is on record."""
        self.ensure_one()
        self.env["serial.warranty"]._ensure_user()
        self.check_access("read")
        return self.env["serial.warranty"].sudo()._stamp(self.ids)._get_records_action()
