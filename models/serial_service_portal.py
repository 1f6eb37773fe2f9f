from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

ENDED = ("closed", "cancelled")
FILTERS = {
    "open": Domain("serial_stage", "not in", ENDED),
    "ready": Domain("serial_stage", "=", "ready"),
    "ended": Domain("serial_stage", "in", ENDED),
}
WORKING = ("taken_in", "waiting_parts", "in_repair")


class SerialServicePortal(models.AbstractModel):
    """What a service centre sees and does: its own repairs alone.

    Portal users have no rights on repairs. Every method here begins with the user's
    centre, and reads past the rights only within its repairs.
    """

    _name = "serial.service.portal"
    _inherit = ["serial.service.work.mixin", "serial.service.intake.mixin"]
    _description = "Service Centre Portal"

    @api.model
    def _get_centre(self):
        """Return the centre the user works for (sudo); AccessError if there is none."""
        centre_sudo = self.env.user._get_service_centre()
        if not centre_sudo:
            raise AccessError(
                self.env._(
                    "This is for people of service centres, and you are not one."
                )
            )
        return centre_sudo

    def _get_domain(self, state=None):
        mine = Domain("serial_centre_id", "=", self._get_centre().id)
        return mine & FILTERS.get(state, Domain.TRUE)

    # === LIST === #

    @api.model
    def _count_repairs(self, state=None):
        """Return how many repairs the centre has; see `FILTERS`."""
        return self.env["repair.order"].sudo().search_count(self._get_domain(state))

    @api.model
    def _get_repairs(self, state=None, offset=0, limit=None):
        """Return the centre's repairs as rows, those promised earliest first."""
        repairs_sudo = self.env["repair.order"].sudo()
        repairs_sudo = repairs_sudo.search(
            self._get_domain(state),
            offset=offset,
            limit=limit,
            order="serial_promised_at, id desc",
        )
        return [self._prepare_row(repair) for repair in repairs_sudo]

    def _prepare_row(self, repair_sudo):
        stages = dict(
            repair_sudo._fields["serial_stage"]._description_selection(self.env)
        )
        lot = repair_sudo.lot_id
        return {
            "id": repair_sudo.id,
            "name": repair_sudo.name,
            "product": repair_sudo.product_id.display_name,
            "serial": lot.name or "",
            "fault": repair_sudo.serial_fault_id.name or "",
            "stage": repair_sudo.serial_stage,
            "stage_label": stages[repair_sudo.serial_stage],
            "promised_at": repair_sudo.serial_promised_at,
            "requested_at": repair_sudo.serial_requested_at,
            "is_late": repair_sudo.serial_is_late,
        }

    @api.model
    def _get_faults(self):
        """Return (id, name) of the faults that a unit may be brought with."""
        codes_sudo = self.env["serial.repair.code"].sudo()
        faults = codes_sudo.search([("kind", "=", "fault")])
        return [(fault.id, fault.name) for fault in faults]

    # === ONE REPAIR === #

    @api.model
    def _find_repair(self, repair_id):
        """Return a repair (sudo) of the user's centre, maybe none."""
        found = self._get_domain() & Domain("id", "=", repair_id)
        return self.env["repair.order"].sudo().search(found, limit=1)

    @api.model
    def _get_repair(self, repair_id):
        """Return what a centre sees of one of its repairs, None if it is not its."""
        repair_sudo = self._find_repair(repair_id)
        if not repair_sudo:
            return None
        coverages = dict(
            repair_sudo._fields["serial_coverage"]._description_selection(self.env)
        )
        return {
            **self._prepare_row(repair_sudo),
            "words": repair_sudo.serial_fault_note or "",
            "phone": repair_sudo.serial_phone_masked or "",
            "coverage": repair_sudo.serial_coverage,
            "coverage_label": coverages.get(repair_sudo.serial_coverage) or "",
            "coverage_reason": self._get_coverage_reason(repair_sudo),
            "warranty_end": repair_sudo.lot_id.warranty_end,
            "taken_in_at": repair_sudo.serial_taken_in_at,
            "given_back_at": repair_sudo.serial_given_back_at,
            "has_ticket": bool(repair_sudo.serial_requested_at),
            **self._prepare_diagnosis(repair_sudo),
            **self._prepare_parts(repair_sudo),
            "messages": repair_sudo.serial_message_ids[:50],
            "photos": repair_sudo.serial_photo_ids,
            "may": self._get_possible(repair_sudo.serial_stage),
        }

    def _get_coverage_reason(self, repair_sudo):
        """Return why a repair is covered or not; until when is told beside it."""
        judged = repair_sudo._judge_coverage()
        if not judged or judged.reason == "running":
            return ""
        return repair_sudo.serial_coverage_reason

    def _get_possible(self, stage):
        """Return what may be done with a repair that has come so far."""
        return {
            "take_in": stage == "announced",
            "work": stage in WORKING,
            "wait": stage in ("taken_in", "in_repair"),
            "arrived": stage == "waiting_parts",
            "give_back": stage == "ready",
            "report": stage in ("ready", "closed"),
            "write": stage not in ENDED,
        }

    def _prepare_diagnosis(self, repair_sudo):
        """Return the codes that were chosen, and those to choose from."""
        above = {
            int(part)
            for part in (repair_sudo.product_id.categ_id.parent_path or "").split("/")
            if part
        }
        kinds = ("fault", "cause", "action")
        codes_sudo = self.env["serial.repair.code"].sudo()
        codes_sudo = codes_sudo.search([("kind", "in", kinds)])
        fitting = codes_sudo.filtered(
            lambda code: (
                not code.category_ids or above.intersection(code.category_ids.ids)
            )
        )
        chosen = {kind: repair_sudo[f"serial_{kind}_id"] for kind in kinds}
        results = repair_sudo._fields["serial_result"]._description_selection(self.env)
        return {
            "codes": {
                kind: [
                    (code.id, code.name)
                    for code in fitting | code_chosen
                    if code.kind == kind
                ]
                for kind, code_chosen in chosen.items()
            },
            "chosen": {kind: code.id for kind, code in chosen.items()},
            "results": [each for each in results if each[0] != "exchanged"],
            "result": repair_sudo.serial_result or "repaired",
        }

    def _prepare_parts(self, repair_sudo):
        """Return parts of the repair, those in the unit, what may be built in."""
        lot_sudo = repair_sudo.lot_id
        products = self.env["product.product"].sudo()
        components = products.browse(
            self.env["serial.part"].sudo()._get_component_ids(lot_sudo)
        )
        live = lot_sudo.part_ids.filtered(lambda part: not part.removed_at)
        return {
            "lines": [
                {
                    "id": move.id,
                    "product": move.product_id.display_name,
                    "old": move.serial_old_part or "",
                    "new": move._get_new_part(),
                    "covered": move.serial_covered,
                    "may_remove": move.state != "done",
                }
                for move in repair_sudo.move_ids
                if move.repair_line_type == "add" and move.state != "cancel"
            ],
            "built_in": [
                (part.name, part.product_id.display_name or "") for part in live
            ],
            "components": [
                (product.id, product.display_name)
                for product in (components | live.product_id).sorted("display_name")
            ],
        }

    # === DOWNLOADS === #

    @api.model
    def _get_report(self, repair_id):
        """Return (name, PDF) of the report of a repair, None if there is none."""
        repair_sudo = self._find_repair(repair_id)
        if repair_sudo.serial_stage not in ("ready", "closed"):
            return None
        return repair_sudo.name, repair_sudo._get_repair_report_pdf()

    @api.model
    def _get_file(self, repair_id, file_id):
        """Return a picture of a repair (sudo), None if it has none such."""
        repair_sudo = self._find_repair(repair_id)
        files = (
            repair_sudo.serial_photo_ids | repair_sudo.serial_message_ids.attachment_ids
        )
        return files.filtered(lambda file: file.id == file_id) or None

    # === SETTLEMENT === #

    def _search_settlements(self, *domain):
        """Return the sheets (sudo) of the centre; drafts are the brand's own."""
        mine = Domain("centre_id", "=", self._get_centre().id)
        mine &= Domain("state", "in", ("confirmed", "paid"))
        return (
            self.env["serial.service.settlement"].sudo().search(mine & Domain(domain))
        )

    @api.model
    def _get_settlements(self):
        """Return the centre's settlement sheets as rows."""
        sheets_sudo = self._search_settlements()
        states = dict(sheets_sudo._fields["state"]._description_selection(self.env))
        return [
            {
                "id": sheet.id,
                "month": sheet._get_month_text(),
                "count": sheet.repair_count,
                "amount": sheet._format_money(sheet.amount),
                "state": sheet.state,
                "state_label": states[sheet.state],
            }
            for sheet in sheets_sudo
        ]

    @api.model
    def _get_settlement(self, sheet_id):
        """Return (name, PDF) of one sheet, None if it is not the centre's."""
        sheet_sudo = self._search_settlements(("id", "=", sheet_id))
        return sheet_sudo and (sheet_sudo.name, sheet_sudo._get_settlement_pdf())
