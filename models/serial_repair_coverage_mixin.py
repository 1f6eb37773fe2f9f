from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date

from ..core.repair_coverage import RepairCoverage, judge_part, judge_repair

COVERAGES = [
    ("in_warranty", "In warranty"),
    ("out", "Not covered"),
    ("excluded", "Excluded"),
    ("recall", "Recall"),
    ("goodwill", "Goodwill"),
]
OVERRIDES = [
    ("in_warranty", "In warranty"),
    ("out", "Not covered"),
    ("goodwill", "Goodwill"),
]


class SerialRepairCoverageMixin(models.AbstractModel):
    """Who pays for a repair, as the warranty engine says, a part or work at a time."""

    _name = "serial.repair.coverage.mixin"
    _description = "Coverage of a Repair"

    serial_for_recall = fields.Boolean(
        string="Remedies a Recall",
        compute="_compute_serial_for_recall",
        store=True,
        readonly=False,
        copy=False,
        help="Free whatever the warranty.",
    )
    serial_coverage = fields.Selection(
        COVERAGES,
        string="Coverage",
        compute="_compute_serial_coverage",
        store=True,
        copy=False,
    )
    serial_coverage_reason = fields.Char(
        string="Why", compute="_compute_serial_coverage_reason"
    )
    serial_coverage_override = fields.Selection(
        OVERRIDES, string="Decided Otherwise", copy=False, tracking=True
    )
    serial_coverage_override_reason = fields.Char(
        string="Reason for It", copy=False, tracking=True
    )
    under_warranty = fields.Boolean(
        compute="_compute_under_warranty", store=True, readonly=False
    )

    # === COMPUTE === #

    @api.depends("lot_id")
    def _compute_serial_for_recall(self):
        for repair in self:
            repair.serial_for_recall = bool(repair.lot_id.stage) and (
                repair.lot_id.recalled
            )

    @api.depends(
        "serial_rights",
        "serial_for_recall",
        "serial_coverage_override",
        "serial_cause_id",
    )
    def _compute_serial_coverage(self):
        for repair in self:
            judged = repair._judge_coverage()
            repair.serial_coverage = judged and judged.code

    def _judge_coverage(self):
        """Return who pays for this repair, None for a unit that is not coded."""
        if not self.serial_rights and not self.serial_coverage_override:
            return None
        cause = self.serial_cause_id
        return judge_repair(
            (self.serial_rights or {}).get("state") or "none",
            self.serial_for_recall,
            cause.code if cause.excludes_warranty else "",
            self.serial_coverage_override or "",
        )

    def _get_part_coverage(self, product):
        """Return who pays for a component and the work on it.

        A unit that is not coded is covered as a person ticked it.
        """
        judged = self._judge_coverage()
        if not judged:
            code = "in_warranty" if self.under_warranty else "out"
            return RepairCoverage(code, "override")
        return judge_part(judged, self._get_component_state(product))

    @api.depends("serial_coverage")
    def _compute_under_warranty(self):
        for repair in self:
            judged = repair._judge_coverage()
            # Without a code there is no engine: what a person ticked stays.
            repair.under_warranty = judged.is_free if judged else repair.under_warranty

    @api.depends("serial_coverage", "serial_coverage_override_reason", "serial_rights")
    @api.depends_context("lang")
    def _compute_serial_coverage_reason(self):
        for repair in self:
            judged = repair._judge_coverage()
            repair.serial_coverage_reason = judged and repair._get_reason_text(judged)

    def _get_reason_text(self, judged):
        """Return in a person's words why a repair is covered or not."""
        end = fields.Date.to_date((self.serial_rights or {}).get("end"))
        if judged.reason == "running":
            # A day in repair is a day more: the term has moved since the intake.
            end = self.lot_id.warranty_end or end
        date = format_date(self.env, end) if end else ""
        texts = {
            "override": self.serial_coverage_override_reason or "",
            "recall": self.env._("Recalled: free whatever the warranty."),
            "exclusion": self.env._(
                "The warranty does not cover this cause: %(cause)s",
                cause=self.serial_cause_id.name or "",
            ),
            "running": self.env._("In warranty until %(date)s.", date=date),
            "not_started": self.env._("The warranty has not begun."),
            "expired": self.env._("The warranty ended on %(date)s.", date=date),
            "none": self.env._("There is no warranty on this product."),
            "void": self.env._("The warranty is void."),
        }
        return texts[judged.reason]

    # === CONSTRAINTS === #

    @api.constrains("serial_coverage_override", "serial_coverage_override_reason")
    def _check_serial_coverage_override(self):
        for repair in self:
            reason = (repair.serial_coverage_override_reason or "").strip()
            if repair.serial_coverage_override and not reason:
                raise ValidationError(
                    self.env._("Say why the coverage is decided otherwise.")
                )

    # === BUSINESS === #

    def write(self, vals):
        before = {repair: repair.serial_coverage for repair in self}
        done = super().write(vals)
        changed = self.filtered(lambda repair: repair.serial_coverage != before[repair])
        if changed:
            changed._update_sale_order_line_price()
        return done

    def _update_sale_order_line_price(self):
        """Price a part at nothing where it is covered, else as the price list says."""
        result = super()._update_sale_order_line_price()
        self.move_ids._price_by_coverage()
        return result
