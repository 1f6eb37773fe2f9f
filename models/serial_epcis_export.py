from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import SQL


class SerialEpcisExport(models.Model):
    """A file of what happened to serials, as an EPCIS 2.0 document in JSON-LD.

    It is written in the background, part by part. Each chunk keeps its part and how
    far it came in one transaction: whoever goes on after a crash neither leaves out
    nor repeats a step.
    """

    _name = "serial.epcis.export"
    _inherit = [
        "serial.numbered.mixin",
        "serial.guarded.mixin",
        "serial.epcis.export.run.mixin",
    ]
    _description = "EPCIS Export"
    _order = "id desc"
    _guarded_fields = frozenset(
        {
            "state",
            "error",
            "user_id",
            "total_count",
            "done_count",
            "event_count",
            "unit_count",
            "last_lot_id",
            "last_event_id",
            "has_units",
            "started_at",
            "finished_at",
            "file_id",
            "sha256",
        }
    )

    name = fields.Char(
        string="Number",
        required=True,
        default=lambda self: self.env._("New"),
        readonly=True,
        copy=False,
    )
    scope = fields.Selection(
        [
            ("lots", "Serials"),
            ("picking", "A Transfer's Serials"),
            ("period", "A Period"),
        ],
        string="What of",
        required=True,
        default="lots",
    )
    lot_ids = fields.Many2many(
        "stock.lot",
        "serial_epcis_export_lot_rel",
        "export_id",
        "lot_id",
        string="Serials",
        domain="[('stage', '!=', False)]",
        copy=False,
    )
    picking_id = fields.Many2one(
        "stock.picking",
        string="Transfer",
        domain="[('state', '=', 'done')]",
        index="btree_not_null",
        ondelete="restrict",
    )
    date_from = fields.Datetime(string="From", help="Steps at this time or later.")
    date_to = fields.Datetime(string="Until", help="Steps before this time.")
    product_id = fields.Many2one(
        "product.product",
        domain="[('tracking', '=', 'serial')]",
        ondelete="restrict",
        help="Empty: serials of all products.",
    )
    is_complete = fields.Boolean(
        string="Complete Dossiers",
        help="With all that another database of ours needs to have the same dossiers, "
        "private data of steps and public codes too. For nobody outside.",
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    user_id = fields.Many2one("res.users", string="Written for", readonly=True)
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("running", "Running"),
            ("done", "Done"),
            ("cancelled", "Cancelled"),
            ("failed", "Failed"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
    )
    error = fields.Char(readonly=True, copy=False)
    total_count = fields.Integer(string="Steps", readonly=True, copy=False)
    done_count = fields.Integer(string="Steps Written", readonly=True, copy=False)
    event_count = fields.Integer(string="EPCIS Events", readonly=True, copy=False)
    unit_count = fields.Integer(string="Serials Written", readonly=True, copy=False)
    last_lot_id = fields.Integer(readonly=True, copy=False)
    last_event_id = fields.Integer(readonly=True, copy=False)
    has_units = fields.Boolean(readonly=True, copy=False)
    progress = fields.Float(compute="_compute_progress")
    started_at = fields.Datetime(readonly=True, copy=False)
    finished_at = fields.Datetime(readonly=True, copy=False)
    file_id = fields.Many2one("ir.attachment", readonly=True, copy=False)
    file_size = fields.Integer(related="file_id.file_size")
    sha256 = fields.Char(string="SHA-256 of the File", readonly=True, copy=False)

    _running_idx = models.Index("(id) WHERE state = 'running'")

    # === COMPUTE === #

    @api.depends("done_count", "total_count", "state")
    def _compute_progress(self):
        for export in self:
            done = export.done_count / (export.total_count or 1)
            export.progress = 100 if export.state == "done" else 100 * done

    # === CONSTRAINTS === #

    @api.constrains("date_from", "date_to")
    def _check_period(self):
        for export in self:
            if export.date_from and export.date_to <= export.date_from:
                raise ValidationError(self.env._("The period ends before it begins."))

    # === CRUD === #

    def write(self, vals):
        if not self.env.su and any(export.state != "draft" for export in self):
            raise UserError(
                self.env._(
                    "An export that has begun cannot be changed. Make a new one."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_running(self):
        if any(export.state == "running" for export in self):
            raise UserError(self.env._("Cancel the export first."))

    def unlink(self):
        """Remove exports with their files."""
        self.check_access("unlink")
        files = self.sudo()._get_parts() + self.sudo().file_id
        result = super().unlink()
        files.unlink()
        return result

    # === ACTIONS === #

    @api.model
    def _open_new(self, records):
        """Open a new export of serials or of a transfer."""
        if records._name == "stock.lot":
            values = {"scope": "lots", "lot_ids": [fields.Command.set(records.ids)]}
        else:
            values = {"scope": "picking", "picking_id": records[:1].id}
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.create(values).id,
            "view_mode": "form",
            "name": self.env._("EPCIS File"),
        }

    def action_start(self):
        """Write the file: a small one at once, a large one in the background."""
        self.check_access("write")
        for export in self:
            if export.state != "draft":
                raise UserError(
                    self.env._("%(name)s has begun already.", name=export.name)
                )
            export._ensure_may_start()
            export.sudo()._begin()
        return self._trigger_run()

    def _ensure_may_start(self):
        if self.is_complete and not self.env.user.has_group(
            "serial_dossier.serial_dossier_group_manager"
        ):
            raise AccessError(
                self.env._("Only a manager takes complete dossiers out of here.")
            )
        chosen = {
            "lots": self.lot_ids,
            "picking": self.picking_id,
            "period": self.date_from and self.date_to,
        }
        if not chosen[self.scope]:
            raise UserError(self.env._("Choose first what to export."))

    def action_cancel(self):
        """Stop writing; what is written is dropped."""
        self.check_access("write")
        if any(export.state not in ("running", "failed") for export in self):
            raise UserError(self.env._("This export is not being written."))
        self.sudo()._drop_parts()
        now = fields.Datetime.now()
        return self.sudo().write({"state": "cancelled", "finished_at": now})

    def action_resume(self):
        """Go on with a failed export where it stopped."""
        self.check_access("write")
        if any(export.state != "failed" for export in self):
            raise UserError(self.env._("This export has nothing to go on with."))
        self.sudo().write({"state": "running", "error": False})
        return self._trigger_run()

    def action_download(self):
        """Download the file."""
        self.ensure_one()
        self.check_access("read")
        if not self.file_id:
            raise UserError(self.env._("There is no file yet."))
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self.file_id.id}?download=true",
            "target": "download",
        }

    def _trigger_run(self):
        if any(export.state == "running" for export in self):
            cron = self.env.ref("serial_dossier.ir_cron_serial_epcis_export")
            cron.sudo()._trigger()
        return True

    # === WHAT OF === #

    def _get_lots_condition(self):
        """Return the condition on `lot` that its dossier is exported, as SQL."""
        conditions = [
            SQL("lot.stage IS NOT NULL"),
            SQL("(lot.company_id IS NULL OR lot.company_id = %s)", self.company_id.id),
        ]
        if self.product_id:
            conditions.append(SQL("lot.product_id = %s", self.product_id.id))
        if self.scope == "lots":
            conditions.append(
                SQL(
                    "lot.id = ANY(ARRAY(SELECT lot_id "
                    "FROM serial_epcis_export_lot_rel WHERE export_id = %s))",
                    self.id,
                )
            )
        elif self.scope == "picking":
            conditions.append(
                SQL(
                    "lot.id = ANY(ARRAY(SELECT lot_id FROM stock_move_line "
                    "WHERE picking_id = %s AND state = 'done'))",
                    self.picking_id.id,
                )
            )
        return SQL(" AND ").join(conditions)

    def _get_condition(self):
        """Return the condition on `event` that a step is exported, as SQL."""
        lots = self._get_lots_condition()
        if self.scope == "period":
            return SQL(
                "event.event_time >= %s AND event.event_time < %s AND EXISTS ("
                "SELECT FROM stock_lot lot WHERE lot.id = event.lot_id AND %s)",
                self.date_from,
                self.date_to,
                lots,
            )
        # Serials first, whatever the planner believes: without fresh statistics it
        # looked at each step of everybody.
        return SQL(
            "event.lot_id = ANY(ARRAY(SELECT lot.id FROM stock_lot lot WHERE %s))", lots
        )
