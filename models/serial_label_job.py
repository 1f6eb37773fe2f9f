from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from .serial_job_mixin import JOB_FIELDS

# Labels a file holds at most: a printer's queue takes no more, nor a spreadsheet.
MOST_A_FILE = 100_000
OUTPUTS = [
    ("pdf", "PDF"),
    ("zpl", "ZPL (Zebra)"),
    ("csv", "CSV for Laser and Inkjet"),
    ("xlsx", "XLSX for Laser and Inkjet"),
    ("rfid", "EPC for RFID Tags (CSV)"),
]


class SerialLabelJob(models.Model):
    """An order to print labels of units, worked off in the background.

    Each chunk commits its part of the file, the marks on its units and how far it came:
    a worker that dies leaves a job that the next one goes on with.
    """

    _name = "serial.label.job"
    _inherit = [
        "serial.sequence.mixin",
        "serial.guarded.mixin",
        "serial.label.run.mixin",
        "serial.label.file.mixin",
    ]
    _description = "Label Job"
    _order = "id desc"
    _check_company_auto = True
    _cron = "serial_dossier.ir_cron_serial_label_job"
    _fixed_fields = frozenset(
        {
            "name",
            "template_id",
            "output",
            "company_id",
            "batch_id",
            "lot_ids",
            "printed_before",
            "reason",
            "per_file",
            "first_place",
        }
    )
    _guarded_fields = JOB_FIELDS | {
        "total_count",
        "done_count",
        "skipped_count",
        "last_lot_id",
        "file_ids",
    }

    template_id = fields.Many2one(
        "serial.label.template",
        required=True,
        ondelete="restrict",
        check_company=True,
        domain="[('target', '=', 'unit')]",
        default=lambda self: self._default_template_id(),
    )
    medium = fields.Selection(related="template_id.medium")
    place = fields.Selection(related="template_id.place")
    output = fields.Selection(OUTPUTS, required=True, default="pdf")
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    batch_id = fields.Many2one(
        "serial.batch",
        ondelete="restrict",
        check_company=True,
        index="btree_not_null",
        help="Labels of all its units.",
    )
    lot_ids = fields.Many2many(
        "stock.lot",
        "serial_label_job_lot_rel",
        "job_id",
        "lot_id",
        string="Serials",
        copy=False,
    )
    printed_before = fields.Selection(
        [("skip", "Leave Out"), ("reprint", "Print Again")],
        string="Marked Already",
        required=True,
        default="skip",
        help="What happens to units that have a valid mark at this place.",
    )
    reason = fields.Char(help="Why labels are printed again.")
    per_file = fields.Integer(
        string="Labels a File", default=MOST_A_FILE, required=True
    )
    first_place = fields.Integer(
        string="First Label",
        default=1,
        required=True,
        help="Where a sheet that is used in part begins.",
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("running", "Printing"),
            ("done", "Done"),
            ("cancelled", "Cancelled"),
            ("failed", "Failed"),
        ],
        index=True,
    )
    total_count = fields.Integer(string="Labels", readonly=True, copy=False)
    done_count = fields.Integer(string="Printed", readonly=True, copy=False)
    skipped_count = fields.Integer(string="Left Out", readonly=True, copy=False)
    last_lot_id = fields.Integer(readonly=True, copy=False)
    mark_count = fields.Integer(string="Marks", compute="_compute_mark_count")
    verified_count = fields.Integer(string="Verified", compute="_compute_mark_count")

    _per_file_range = models.Constraint(
        f"CHECK (per_file BETWEEN 1 AND {MOST_A_FILE})",
        "A file holds 1 to 100,000 labels.",
    )
    _first_place_range = models.Constraint(
        "CHECK (first_place BETWEEN 1 AND 1000)",
        "The first label on the sheet is counted from 1.",
    )

    @api.model
    def _default_template_id(self):
        return self.env["serial.label.template"].search(
            [("target", "=", "unit")], limit=1
        )

    # === COMPUTE === #

    def _compute_mark_count(self):
        groups = self.env["serial.mark"]._read_group(
            [("job_id", "in", self.ids)], ["job_id", "state"], ["__count"]
        )
        for job in self:
            counts = {state: n for one, state, n in groups if one == job._origin}
            job.mark_count = sum(counts.values())
            job.verified_count = counts.get("verified", 0)

    # === CONSTRAINTS === #

    @api.constrains("printed_before", "reason")
    def _check_reason(self):
        for job in self:
            if job.printed_before == "reprint" and not (job.reason or "").strip():
                raise ValidationError(
                    self.env._("Say why labels are printed again: it is recorded.")
                )

    @api.constrains("output", "template_id")
    def _check_output(self):
        for job in self:
            if (job.output == "rfid") != (job.template_id.place == "tag"):
                raise ValidationError(
                    self.env._(
                        "EPC files go with templates of RFID tags, and only with them."
                    )
                )

    @api.onchange("template_id")
    def _onchange_template_id(self):
        is_tag = self.template_id.place == "tag"
        if is_tag != (self.output == "rfid"):
            self.output = "rfid" if is_tag else "pdf"

    # === ACTIONS === #

    def action_print(self):
        """Begin; a few labels are ready when this returns."""
        return self._start_drafts()

    def action_view_marks(self):
        """Open the marks that this job printed."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Marks of %(job)s", job=self.name),
            "res_model": "serial.mark",
            "view_mode": "list,form",
            "domain": [("job_id", "=", self.id)],
        }

    # === BUSINESS === #

    def _get_units_sql(self):
        """Return FROM and WHERE of the units this job is for: coded, in use."""
        self.ensure_one()
        source = SQL(
            "serial_label_job_lot_rel rel JOIN stock_lot lot "
            "ON lot.id = rel.lot_id AND rel.job_id = %s",
            self.id,
        )
        condition = SQL("TRUE")
        if self.batch_id:
            source = SQL("stock_lot lot")
            condition = SQL("lot.serial_batch_id = %s", self.batch_id.id)
        return SQL(
            "%s WHERE %s AND lot.stage NOT IN ('void', 'retired') "
            "AND (lot.company_id IS NULL OR lot.company_id = %s)",
            source,
            condition,
            self.company_id.id,
        )

    def _get_marked_sql(self):
        """Return the condition that a unit has a valid mark at this place."""
        return SQL(
            "EXISTS (SELECT 1 FROM serial_mark mark WHERE mark.lot_id = lot.id "
            "AND mark.place = %s AND mark.state IN ('printed', 'verified'))",
            self.place,
        )
