from odoo import api, fields, models

from ..core.repair_coverage import did_not_last


class RepairOrder(models.Model):
    """A repair of a unit that has a dossier."""

    _name = "repair.order"
    # Before Odoo's own class: they hook into its steps.
    _inherit = [
        "serial.guarded.mixin",
        "serial.repair.done.mixin",
        "serial.repair.stage.mixin",
        "serial.repair.custody.mixin",
        "serial.repair.place.mixin",
        "serial.repair.rights.mixin",
        "serial.repair.coverage.mixin",
        "serial.repair.part.mixin",
        "serial.repair.cost.mixin",
        "serial.repair.exchange.mixin",
        "serial.repair.report.mixin",
        "serial.service.ticket.mixin",
        "serial.personal.mixin",
        "repair.order",
    ]
    _personal_fields = frozenset({"serial_phone", "serial_email"})
    # When the unit came and went, who asked for it: warranties and rights count on it.
    _guarded_fields = _personal_fields | {
        "serial_in_custody",
        "serial_origin_location_id",
        "serial_taken_in_at",
        "serial_parts_from",
        "serial_parts_until",
        "serial_given_back_at",
        "serial_failed",
        "serial_requested_at",
        "serial_phone_masked",
        "serial_consent_id",
        "serial_consent_text",
        "serial_consent_at",
        "serial_lang",
    }

    currency_id = fields.Many2one(related="company_id.currency_id")
    serial_template_id = fields.Many2one(related="product_id.product_tmpl_id")
    serial_unit_stage = fields.Selection(related="lot_id.stage", string="Unit's Stage")
    serial_fault_id = fields.Many2one(
        "serial.repair.code",
        string="Fault",
        domain="[('kind', '=', 'fault')]",
        ondelete="restrict",
        tracking=True,
    )
    serial_cause_id = fields.Many2one(
        "serial.repair.code",
        string="Cause",
        domain="[('kind', '=', 'cause')]",
        ondelete="restrict",
        copy=False,
        tracking=True,
    )
    serial_action_id = fields.Many2one(
        "serial.repair.code",
        string="Work Done",
        domain="[('kind', '=', 'action')]",
        ondelete="restrict",
        copy=False,
        tracking=True,
    )
    serial_fault_note = fields.Text(
        string="Customer's Words", help="What the customer said is wrong."
    )
    serial_photo_ids = fields.Many2many(
        "ir.attachment",
        "serial_repair_photo_rel",
        "repair_id",
        "attachment_id",
        string="Photos",
        copy=False,
    )
    serial_result = fields.Selection(
        [
            ("repaired", "Repaired"),
            ("no_fault", "No fault found"),
            ("not_repairable", "Not repairable"),
            ("failed_again", "Failed again"),
            ("exchanged", "Exchanged"),
        ],
        string="Result",
        copy=False,
        tracking=True,
    )
    serial_failed = fields.Boolean(
        string="Did Not Last",
        readonly=True,
        copy=False,
        help="The unit came again with the same fault, or too soon. Two such repairs "
        "give the customer the right to an exchange.",
    )
    serial_failed_count = fields.Integer(
        string="Failed Repairs", compute="_compute_serial_failed_count"
    )

    # The public page and every judgement of a warranty look repairs up by their unit.
    _serial_lot_idx = models.Index("(lot_id) WHERE lot_id IS NOT NULL")

    @api.depends("lot_id", "serial_failed")
    def _compute_serial_failed_count(self):
        groups = self.sudo()._read_group(
            [("lot_id", "in", self.lot_id._origin.ids), ("serial_failed", "=", True)],
            ["lot_id"],
            ["__count"],
        )
        counts = dict(groups)
        for repair in self:
            repair.serial_failed_count = counts.get(repair.lot_id._origin, 0)

    # === ACTIONS === #

    def action_open_dossier(self):
        """Open the dossier of the unit."""
        self.ensure_one()
        domain = [("id", "=", self.lot_id.id)]
        window = self.lot_id._get_dossier_window(self.lot_id.name, domain)
        form = [view for view in window["views"] if view[1] == "form"]
        return {**window, "views": form, "view_mode": "form", "res_id": self.lot_id.id}

    def action_view_failed(self):
        """Open the repairs of this unit that did not last."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "serial_dossier.serial_repair_action"
        )
        domain = [("lot_id", "=", self.lot_id.id), ("serial_failed", "=", True)]
        return {**action, "domain": domain, "context": {}}

    # === FAILED REPAIRS === #

    def _judge_former_repairs(self):
        """Note which earlier repairs of this unit did not last, as it came again."""
        self.ensure_one()
        former = self.sudo().search(
            [
                ("lot_id", "=", self.lot_id.id),
                ("id", "!=", self.id),
                ("state", "=", "done"),
                ("serial_given_back_at", "!=", False),
                ("serial_failed", "=", False),
                ("serial_result", "!=", "no_fault"),
            ]
        )
        former.filtered(
            lambda repair: did_not_last(
                repair.serial_given_back_at.date(),
                repair.serial_fault_id,
                self.serial_taken_in_at.date(),
                self.serial_fault_id,
            )
        ).serial_failed = True
