from odoo import fields, models
from odoo.tools import ormcache

from ..core.warranty_terms import cite
from .serial_page_render_mixin import Part, Text, text
from .serial_warranty_right_mixin import ENDED

# What the rights of a unit follow from, besides a registration and single moments.
_KNOWN = (
    "stage",
    "product_id",
    "policy_id",
    "categ_id",
    "warranty_months",
    "region_id",
    "sale_date",
)
_NO_MOMENTS = {
    "activated_at": None,
    "shipped_at": None,
    "production_date": None,
    "in_service": False,
    "repairs": None,
}


def _has_moments(row):
    """Tell whether the start of a unit's warranty follows from a moment."""
    return row["activated_at"] or row["in_service"]


def _freeze(stamped):
    """Return what counts of a registration as (name, value) each."""
    said = stamped["exclusions"]
    frozen = {**stamped, "id": None, "exclusions": said and tuple(map(tuple, said))}
    return tuple(frozen.items())


class SerialPageRightMixin(models.AbstractModel):
    """What the holder of a unit may ask for, in the words of the public page.

    The engine decides (`core.warranty`), the template has the words: what goes
    from here to there are codes, and days as texts.
    """

    _name = "serial.page.right.mixin"
    _description = "Rights on the Public Page"

    def _prepare_warranty(self, row, today):
        """Return state, dates and rights of the warranty of a unit, as a `Part`, and
        whether a card says the same."""
        stamped = row["warranty"]
        company_id = row["lot_company_id"] or self._get_company_id()
        if row["repairs"] or (stamped["past"] if stamped else _has_moments(row)):
            unit = {**row, "company_id": company_id}
            return self._describe_warranty(unit, today)
        known = tuple([row[name] for name in _KNOWN])
        registered = stamped and _freeze(stamped)
        return self._describe_known_warranty(company_id, known, registered, today)

    # Forgotten with the rules it follows from.
    @ormcache("company_id", "known", "registered", "today", "self.env.lang")
    def _describe_known_warranty(self, company_id, known, registered, today):
        """Return the same of units that have in common all that counts, which units
        sold on one day have: no repairs, and a start on a day."""
        unit = {**_NO_MOMENTS, **dict(zip(_KNOWN, known, strict=True))}
        unit["warranty"] = registered and dict(registered)
        return self._describe_warranty({**unit, "company_id": company_id}, today)

    def _describe_warranty(self, unit, today):
        rules = self.env["serial.warranty.policy"]._get_rules()
        rights = self.env["serial.warranty"]._judge_unit(unit, today, rules=rules)
        values = {"state": rights.state, "rights": [], "with_proof": [], "parts": []}
        if unit["stage"] in ENDED:
            return Part({**values, "state": "ended" if rights.end else "none"}), False
        if not rights.start:
            term = text(self._get_term_text(rights.state, unit))
            return Part({**values, "text": term}), False
        names = self._get_component_names(unit, rules)
        values |= self._prepare_term(rights, today)
        values["rights"] = self._prepare_rights(rights.may_ask)
        values["with_proof"] = self._prepare_rights(rights.with_proof)
        values["parts"] = [
            self._prepare_component(component, names, rights.may_ask)
            for component in rights.components
        ]
        return Part(values), rights.state == "running"

    def _get_term_text(self, state, unit):
        """Return what is known of a warranty that has not begun."""
        return state == "not_started" and self.env._(
            "%(months)s months, counted from the day of purchase or activation.",
            months=unit["warranty_months"] or 0,
        )

    def _prepare_term(self, rights, today):
        """Return from when until when, and what moved the end."""
        if not rights.end:
            return {"start": self._format(rights.start), "end": None}
        days_left = (rights.end - today).days + 1
        return {
            "start": self._format(rights.start),
            "end": self._format(rights.end),
            "basis": rights.basis,
            "days": Text((rights.end - rights.start).days + 1),
            "days_left": Text(days_left),
            "text": Text(self.env._("%(days)s days left", days=days_left)),
            "days_added": text(rights.days_added),
            "is_longer": "extension_added" in rights.reasons,
        }

    def _prepare_rights(self, rights):
        """Return rights to the unit; those to a component stand with it."""
        return [self._prepare_right(right) for right in rights if not right.component]

    def _prepare_right(self, right):
        """Return a right; where it stands is a text, unless it is a promise."""
        promise = right.source if right.source in ("maker", "extension") else None
        return {
            "kind": right.kind,
            "reason": right.reason,
            "until": self._format(right.until),
            "promise": promise,
            "source": None if promise else Text(cite(right.source, self.env.lang)),
        }

    def _prepare_component(self, component, names, may_ask):
        """Return the term of a component, and what its fault entitles to today."""
        kinds = [right.kind for right in may_ask if right.component == component.code]
        return {
            "name": Text(names.get(component.code) or component.code),
            "state": component.state,
            "kind": kinds[0] if kinds else None,
            "end": self._format(component.end),
        }

    def _get_component_names(self, unit, rules):
        """Return component code -> its name, in the policy of a unit."""
        if stamped := unit["warranty"]:
            policy_id = stamped["policy"]
        else:
            policy_id = self.env["serial.warranty"]._find_rule(unit, rules)[0]
        return self._get_names_of_components(policy_id) if policy_id else {}

    @ormcache("policy_id", "self.env.lang")
    def _get_names_of_components(self, policy_id):
        policy_sudo = self.env["serial.warranty.policy"].sudo().browse(policy_id)
        return {line.code: line.name for line in policy_sudo.component_ids}

    def _get_today(self, zone):
        """Return the day that it is in a time zone."""
        return self._local_date(fields.Datetime.now(), zone)
