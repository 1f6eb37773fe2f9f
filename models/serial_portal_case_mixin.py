from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

# So many units of a case are named on its page.
MOST_UNITS = 200


class SerialPortalCaseMixin(models.AbstractModel):
    """Cases as the distributor sees them who is asked about his units.

    He sees what he needs to answer: the question, the deadline, his units and the
    shares they are judged by; no score, no internal note, no lead and no test purchase.
    """

    _name = "serial.portal.case.mixin"
    _description = "Cases in the Distributor Portal"

    def _get_cases_domain(self):
        shown = Domain("asked_at", "!=", False) | Domain("outcome", "=", "confirmed")
        return self._get_subtree_domain("partner_id") & shown

    @api.model
    def _count_cases(self):
        """Return how many cases a distributor sees."""
        return (
            self.env["serial.diversion.case"]
            .sudo()
            .search_count(self._get_cases_domain())
        )

    @api.model
    def _get_cases(self, offset=0, limit=None):
        """Return a distributor's cases as rows; those that await his word first."""
        cases_sudo = (
            self.env["serial.diversion.case"]
            .sudo()
            .search(
                self._get_cases_domain(),
                offset=offset,
                limit=limit,
                order="asked_at desc, id desc",
            )
        )
        return [self._prepare_case(case) for case in cases_sudo]

    @api.model
    def _find_case(self, case_id):
        """Return a case (sudo) that the distributor is asked about, maybe empty."""
        domain = self._get_cases_domain() & Domain("id", "=", case_id)
        return self.env["serial.diversion.case"].sudo().search(domain, limit=1)

    def _prepare_case(self, case_sudo):
        """Return what the list of cases tells of one."""
        decided = case_sudo.state == "decided"
        waiting = case_sudo.state == "waiting"
        shown = "outcome" if decided else "state"
        labels = dict(case_sudo._fields[shown]._description_selection(self.env))
        families = case_sudo._fields["family"]._description_selection(self.env)
        # "new" is a word of the brand's own office
        state = case_sudo[shown] if decided or waiting else "investigating"
        return {
            "id": case_sudo.id,
            "name": case_sudo.name,
            "about": dict(families)[case_sudo.family],
            "holder": case_sudo.partner_id.name,
            "shipment": case_sudo.picking_id.name or "",
            "deadline": None if decided else case_sudo.date_deadline,
            "state": state,
            "state_label": labels[state],
            "decided": decided,
            "appeals": case_sudo.outcome == "confirmed",
            "may_speak": not decided or case_sudo.outcome == "confirmed",
            "awaits": waiting and not case_sudo.statement_ids,
        }

    @api.model
    def _get_case(self, case_id):
        """Return one case with its units and what was said, None if not his."""
        case_sudo = self._find_case(case_id)
        if not case_sudo:
            return None
        mine = self._get_subtree_domain("partner_id")
        alerts_sudo = self.env["serial.diversion.alert"].sudo()
        domain = mine & Domain("case_id", "=", case_sudo.id)
        leaks_sudo = case_sudo.leak_ids.filtered_domain(
            mine & Domain("state", "=", "open")
        )
        return {
            **self._prepare_case(case_sudo),
            "question": case_sudo.question or "",
            "findings": leaks_sudo.mapped("summary"),
            "units": self._prepare_case_units(domain),
            "unit_count": alerts_sudo._read_group(
                domain, [], ["lot_id:count_distinct"]
            )[0][0],
            "statements": self._prepare_statements(case_sudo.statement_ids),
            "decision": self._prepare_decision(case_sudo),
        }

    def _prepare_case_units(self, domain):
        """Return the units that alerts name, each once whatever speaks against it."""
        alerts_sudo = self.env["serial.diversion.alert"].sudo()
        kinds = dict(alerts_sudo._fields["kind"]._description_selection(self.env))
        groups = alerts_sudo._read_group(
            domain, ["lot_id"], ["id:recordset"], order="id:max desc", limit=MOST_UNITS
        )
        return [
            {
                "serial": lot_sudo.name,
                "product": lot_sudo.product_id.display_name,
                "holder": alerts.partner_id[:1].name,
                "about": ", ".join(kinds[alert.kind] for alert in alerts),
                "seen_in": next(filter(None, alerts.mapped("seen_in")), ""),
                "moment": next(filter(None, alerts.mapped("observed_at")), False),
            }
            for lot_sudo, alerts in groups
        ]

    def _prepare_decision(self, case_sudo):
        """Return how a case was decided, None before."""
        if case_sudo.state != "decided":
            return None
        penalties = dict(case_sudo._fields["penalty"]._description_selection(self.env))
        has_penalty = case_sudo.penalty and case_sudo.penalty != "none"
        currency = case_sudo.penalty_currency_id
        amount = has_penalty and case_sudo.penalty_amount
        return {
            "reason": case_sudo.outcome_reason or "",
            "moment": case_sudo.decided_at,
            "penalty": penalties[case_sudo.penalty] if has_penalty else "",
            "amount": currency.format(amount) if amount and currency else "",
            "terms": (has_penalty and case_sudo.penalty_note) or "",
        }

    @api.model
    def _give_case_statement(self, case_id, body, files):
        """Record a statement or an appeal; return False if the case is not his."""
        case_sudo = self._find_case(case_id)
        if not case_sudo:
            return False
        if not self._prepare_case(case_sudo)["may_speak"]:
            raise UserError(self.env._("This case is closed, and not against you."))
        self.env["serial.diversion.statement"]._give(
            case_sudo, self._get_distributor(), body, files
        )
        return True
