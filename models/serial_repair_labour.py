from odoo import api, fields, models


class SerialRepairLabour(models.Model):
    """Work done in a repair: how long it took, what it cost and who pays for it."""

    _name = "serial.repair.labour"
    _description = "Labour of a Repair"
    _order = "repair_id, id"

    repair_id = fields.Many2one(
        "repair.order", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="repair_id.company_id")
    currency_id = fields.Many2one(related="company_id.currency_id")
    action_id = fields.Many2one(
        "serial.repair.code",
        string="Work",
        required=True,
        domain="[('kind', '=', 'action')]",
        ondelete="restrict",
    )
    component_id = fields.Many2one(
        "product.product",
        help="The part worked on: its own warranty decides who pays.",
    )
    hours = fields.Float(compute="_compute_hours", store=True, readonly=False)
    rate = fields.Monetary(
        string="Hourly Rate",
        compute="_compute_rate",
        store=True,
        readonly=False,
    )
    cost = fields.Monetary(compute="_compute_cost", store=True)
    covered = fields.Boolean(compute="_compute_covered", store=True)

    @api.depends("action_id")
    def _compute_hours(self):
        for line in self:
            line.hours = line.action_id.labour_hours

    @api.depends("repair_id.company_id")
    def _compute_rate(self):
        rates = self.env["serial.service.rate"].sudo()
        for line in self:
            repair = line.repair_id
            company = repair.company_id
            # Who works at no centre costs what the company says.
            rate = rates._get_rate(repair.serial_centre_id, repair.product_id, company)
            line.rate = (
                rate.hourly_rate
                if rate and repair.serial_centre_id
                else company.serial_repair_rate
            )

    @api.depends("hours", "rate")
    def _compute_cost(self):
        for line in self:
            line.cost = line.hours * line.rate

    @api.depends("component_id", "repair_id.serial_coverage", "repair_id.serial_rights")
    def _compute_covered(self):
        for line in self:
            repair = line.repair_id
            line.covered = repair._get_part_coverage(line.component_id).is_free
