from odoo import api, fields, models
from odoo.tools import format_date


class SerialRepairRightsMixin(models.AbstractModel):
    """What the warranty engine says of a unit in repair.

    What it said when the unit was taken in is kept: a term that runs out on the
    workbench takes nothing from the customer. What he may ask for instead of a repair
    is asked anew each time, as a long repair opens rights of its own.
    """

    _name = "serial.repair.rights.mixin"
    _description = "Rights of a Unit in Repair"

    serial_rights = fields.Json(
        string="Rights",
        compute="_compute_serial_rights",
        store=True,
        copy=False,
        help="What the warranty engine said when the unit was taken in.",
    )
    serial_may_ask = fields.Text(
        string="May Ask for",
        compute="_compute_serial_may_ask",
        help="What the customer may ask for today instead of a repair.",
    )

    @api.depends("lot_id", "serial_taken_in_at")
    def _compute_serial_rights(self):
        open_repairs = self.filtered(lambda repair: not repair.serial_given_back_at)
        rights = open_repairs._get_rights()
        for repair in open_repairs:
            found = rights.get(repair.lot_id._origin.id)
            repair.serial_rights = found and repair._prepare_rights(found)

    def _get_rights(self):
        """Return lot id -> what the engine says of its warranty today."""
        lots = self.lot_id._origin.sudo().filtered("stage")
        if not lots:
            return {}
        return self.env["serial.warranty"].sudo()._get_rights(lots)

    @api.model
    def _prepare_rights(self, rights):
        """Return rights as they are kept: state, days and the terms of components."""
        return {
            "state": rights.state,
            "basis": rights.basis,
            "start": fields.Date.to_string(rights.start),
            "end": fields.Date.to_string(rights.end),
            "components": {
                component.code: {
                    "state": component.state,
                    "end": fields.Date.to_string(component.end),
                }
                for component in rights.components
            },
        }

    def _get_component_state(self, product):
        """Return the state of the term of a component, "" if it has none of its own."""
        components = (self.serial_rights or {}).get("components") or {}
        if not components or not product:
            return ""
        domain = [
            ("product_ids", "in", product.ids),
            ("code", "in", list(components)),
        ]
        component_sudo = (
            self.env["serial.warranty.policy.component"].sudo().search(domain, limit=1)
        )
        return components.get(component_sudo.code, {}).get("state") or ""

    @api.depends("serial_rights", "serial_stage", "serial_failed_count")
    @api.depends_context("lang")
    def _compute_serial_may_ask(self):
        open_repairs = self.filtered(
            lambda repair: repair.serial_stage not in ("closed", "cancelled")
        )
        rights = open_repairs._get_rights()
        for repair in self:
            found = rights.get(repair.lot_id._origin.id)
            repair.serial_may_ask = (
                repair in open_repairs and found and repair._get_may_ask_text(found)
            )

    def _get_may_ask_text(self, rights):
        """Return in words what may be asked for instead of a repair, a line each."""
        entitlement = self.env["serial.warranty.policy.entitlement"]
        kinds = dict(entitlement._fields["kind"]._description_selection(self.env))
        field = entitlement._fields["condition"]
        conditions = dict(field._description_selection(self.env))
        return "\n".join(
            self.env._(
                "%(right)s until %(date)s: %(why)s (%(article)s)",
                right=kinds.get(right.kind, right.kind),
                date=format_date(self.env, right.until),
                why=conditions.get(right.reason, right.reason),
                article=right.source,
            )
            for right in rights.may_ask
            if right.kind != "repair" and not right.component
        )

    def action_judge_coverage(self):
        """Ask the engine again: facts may have come in since."""
        self.check_access("write")
        before = {repair: repair.serial_coverage for repair in self}
        self.env.add_to_compute(self._fields["serial_rights"], self)
        changed = self.filtered(lambda repair: repair.serial_coverage != before[repair])
        changed._update_sale_order_line_price()
        return True

    # === WHAT THE REPAIR MAKES OF IT === #

    def _rely_on_warranty(self):
        """Register the warranty of a unit that its holder brings: it is relied on now.

        A dealer's unsold unit has none yet: its term begins with its sale.
        """
        unsold = not self.lot_id.sale_date and not self.lot_id.activated_at
        holder = self.lot_id.channel_partner_id
        if unsold and holder and self.partner_id.commercial_partner_id == holder:
            return
        self.env["serial.warranty"].sudo()._stamp(self.lot_id.ids, cause="repair")

    def _add_repair_days(self):
        """Lengthen the warranty by the days the customer was without his unit."""
        self.env["serial.warranty"].sudo()._add_repair_days(self.lot_id.ids)

    def _exchange_warranty(self, old, new, day):
        """Start the new unit's warranty, and end that of the old one if it has one."""
        if old.warranty_state not in ("none", "not_started"):
            self.env["serial.warranty"].sudo()._exchange(old, new, day)
