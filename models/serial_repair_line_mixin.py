from odoo import api, fields, models


class SerialRepairLineMixin(models.AbstractModel):
    """A part used in a repair: what it replaces, and whether it is covered."""

    _name = "serial.repair.line.mixin"
    _description = "Part of a Repair"

    serial_covered = fields.Boolean(
        string="Covered", compute="_compute_serial_covered", store=True
    )
    serial_old_part = fields.Char(string="Old Part's Serial", copy=False)
    serial_new_part = fields.Char(string="New Part's Serial", copy=False)
    serial_part_verdict = fields.Selection(
        [
            ("genuine", "Genuine"),
            ("unknown", "Unknown"),
            ("replaced_before", "Used before"),
            ("in_other_unit", "In another unit"),
            ("wrong_product", "Wrong product"),
            ("stolen", "Stolen"),
        ],
        string="Part Check",
        compute="_compute_serial_part_verdict",
    )
    serial_fault_id = fields.Many2one(
        "serial.repair.code",
        string="Fault",
        domain="[('kind', '=', 'fault')]",
        index="btree_not_null",
        ondelete="restrict",
    )

    @api.depends(
        "product_id",
        "repair_id.serial_coverage",
        "repair_id.serial_rights",
        "repair_id.under_warranty",
    )
    def _compute_serial_covered(self):
        for move in self:
            repair = move.repair_id
            move.serial_covered = bool(repair) and (
                repair._get_part_coverage(move.product_id).is_free
            )

    @api.depends("serial_new_part", "product_id", "move_line_ids.lot_id")
    def _compute_serial_part_verdict(self):
        for move in self:
            text = move._get_new_part() if move.repair_line_type == "add" else ""
            judged = move.repair_id._judge_part(text, move.product_id)
            move.serial_part_verdict = judged and judged.status

    def _get_new_part(self):
        """Return the serial of the part built in, typed or picked from stock, or ""."""
        lots = self.lot_ids if self.has_tracking == "serial" else self.lot_ids.browse()
        return self.serial_new_part or (lots.name if len(lots) == 1 else "")

    @api.constrains("serial_new_part")
    def _check_serial_new_part(self):
        for repair, moves in (
            self.filtered("serial_new_part").grouped("repair_id").items()
        ):
            repair._ensure_parts(moves)

    def _get_part_cost(self):
        """Return what the part on this line costs us."""
        quantity = self.quantity if self.state == "done" else self.product_uom_qty
        company = self.company_id or self.repair_id.company_id
        price = self.product_id.with_company(company).sudo().standard_price
        return price * self.product_uom._compute_quantity(
            quantity, self.product_id.uom_id
        )

    def _create_repair_sale_order_line(self):
        result = super()._create_repair_sale_order_line()
        self._price_by_coverage()
        return result

    def _price_by_coverage(self):
        """Have the customer pay for what is not covered, and only that."""
        billed = self.filtered(
            lambda move: (
                move.repair_line_type == "add"
                and move.sale_line_id
                and move.repair_id.serial_coverage
            )
        )
        for move in billed:
            if move.serial_covered:
                move.sale_line_id.write(
                    {"price_unit": 0.0, "technical_price_unit": 0.0}
                )
            else:
                move.sale_line_id._compute_price_unit()
