from odoo import fields, models

# What steps after the quote write, and nobody by hand.
AFTER_QUOTE = frozenset(
    {
        *("stage_before", "received_at", "given_back_at"),
        *("inspected_at", "inspected_by_id", "offer_state", "offer_decided_at"),
        *("revised_value", "revision_reason", "found_answers"),
        *("sale_line_id", "granted_value", "granted_subsidy", "credited_at"),
        *("new_lot_id", "clawed_back_at", "owed_amount", "subsidy_reported_at"),
    }
)


class SerialTradeinReportMixin(models.AbstractModel):
    """What is handed in with the file by which subsidies are claimed."""

    _name = "serial.tradein.report.mixin"
    _description = "Reporting of a Trade-in"

    attachment_ids = fields.Many2many(
        "ir.attachment", string="Photos", copy=False, help="Of the old unit."
    )
    subsidy_reported_at = fields.Datetime(
        string="Subsidy Handed in at", readonly=True, copy=False
    )
