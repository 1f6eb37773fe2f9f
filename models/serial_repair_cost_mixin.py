from odoo import api, fields, models


class SerialRepairCostMixin(models.AbstractModel):
    """What a repair costs, who bears it, and what a supplier is to pay back."""

    _name = "serial.repair.cost.mixin"
    _description = "Cost of a Repair"

    currency_id = fields.Many2one("res.currency")
    serial_labour_ids = fields.One2many(
        "serial.repair.labour", "repair_id", string="Labour", copy=False
    )
    serial_parts_cost = fields.Monetary(
        string="Cost of Parts", compute="_compute_serial_cost", store=True
    )
    serial_labour_cost = fields.Monetary(
        string="Cost of Labour", compute="_compute_serial_cost", store=True
    )
    serial_cost = fields.Monetary(
        string="Cost", compute="_compute_serial_cost", store=True
    )
    serial_covered_cost = fields.Monetary(
        string="Cost We Bear",
        compute="_compute_serial_cost",
        store=True,
        help="Parts and labour that the customer does not pay for.",
    )
    serial_supplier_id = fields.Many2one(
        "res.partner",
        string="Supplier at Fault",
        copy=False,
        index="btree_not_null",
        help="Who made the part that failed, and is to bear the cost.",
    )
    serial_recovery_amount = fields.Monetary(string="To Recover", copy=False)
    serial_recovery_state = fields.Selection(
        [
            ("to_claim", "To Claim"),
            ("claimed", "Claimed"),
            ("recovered", "Recovered"),
            ("refused", "Refused"),
        ],
        string="Recovery",
        copy=False,
        tracking=True,
        help="Empty: nothing is to be claimed from a supplier.",
    )

    @api.depends(
        "move_ids.product_id",
        "move_ids.product_uom_qty",
        "move_ids.quantity",
        "move_ids.state",
        "move_ids.repair_line_type",
        "move_ids.serial_covered",
        "serial_exchange_lot_id",
        "serial_result",
        "serial_labour_ids.cost",
        "serial_labour_ids.covered",
    )
    def _compute_serial_cost(self):
        for repair in self:
            parts = [
                (move._get_part_cost(), move.serial_covered)
                for move in repair.move_ids
                if move.repair_line_type == "add" and move.state != "cancel"
            ]
            parts += repair._get_unit_cost()
            labour = [(line.cost, line.covered) for line in repair.serial_labour_ids]
            repair.serial_parts_cost = sum(cost for cost, _covered in parts)
            repair.serial_labour_cost = sum(cost for cost, _covered in labour)
            repair.serial_cost = repair.serial_parts_cost + repair.serial_labour_cost
            repair.serial_covered_cost = sum(
                cost for cost, covered in parts + labour if covered
            )

    def _get_unit_cost(self):
        """Return the cost of a unit given in exchange, and whether we bear it."""
        if self.serial_result != "exchanged":
            return []
        product = self.serial_exchange_lot_id.product_id.sudo()
        covered = self._get_part_coverage(product.browse()).is_free
        return [(product.with_company(self.company_id).standard_price, covered)]

    def _prepare_recovery(self):
        """Propose to claim what we bear from who supplied the part that failed."""
        for repair in self:
            if repair.serial_recovery_state or not repair.serial_covered_cost:
                continue
            supplier = repair.serial_supplier_id or repair._get_supplier()
            if supplier:
                repair.write(
                    {
                        "serial_supplier_id": supplier.id,
                        "serial_recovery_amount": repair.serial_recovery_amount
                        or repair.serial_covered_cost,
                        "serial_recovery_state": "to_claim",
                    }
                )

    def _get_supplier(self):
        """Return who supplied the first covered part that was replaced."""
        parts = self.move_ids.filtered(
            lambda move: move.repair_line_type == "add" and move.serial_covered
        )
        # A technician need not see what we buy from whom to have it claimed.
        return parts.product_id.sudo().seller_ids[:1].partner_id
