from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import SQL

from .serial_job_mixin import JOB_FIELDS, STATES


class SerialEpcisExport(models.Model):
    """A file of what happened to serials, as an EPCIS 2.0 document in JSON-LD.

    It is written in the background, part by part. Each chunk keeps its part and how
    far it came in one transaction: whoever goes on after a crash neither leaves out
    nor repeats a step.
    """

    _name = "serial.epcis.export"
    _inherit = [
        "serial.sequence.mixin",
        "serial.guarded.mixin",
        "serial.epcis.export.run.mixin",
    ]
    _description = "EPCIS Export"
    _order = "id desc"
    _cron = "serial_dossier.ir_cron_serial_epcis_export"
    _deletable = ("draft", "done", "cancelled", "failed")
    _fixed_fields = frozenset(
        {
            "name",
            "scope",
            "lot_ids",
            "picking_id",
            "date_from",
            "date_to",
            "product_id",
            "is_complete",
            "company_id",
        }
    )
    _guarded_fields = JOB_FIELDS | {
        "user_id",
        "total_count",
        "done_count",
        "event_count",
        "unit_count",
        "last_lot_id",
        "last_event_id",
        "has_units",
        "file_id",
        "sha256",
    }

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
    state = fields.Selection(STATES)
    total_count = fields.Integer(string="Steps", readonly=True, copy=False)
    done_count = fields.Integer(string="Steps Written", readonly=True, copy=False)
    event_count = fields.Integer(string="EPCIS Events", readonly=True, copy=False)
    unit_count = fields.Integer(string="Serials Written", readonly=True, copy=False)
    last_lot_id = fields.Integer(readonly=True, copy=False)
    last_event_id = fields.Integer(readonly=True, copy=False)
    has_units = fields.Boolean(readonly=True, copy=False)

    _running_idx = models.Index("(id) WHERE state = 'running'")

    # === CONSTRAINTS === #

    @api.constrains("date_from", "date_to")
    def _check_period(self):
        for export in self:
            if export.date_from and export.date_to <= export.date_from:
                raise ValidationError(self.env._("The period ends before it begins."))

    # === CRUD === #

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
        return self._start_drafts()

    def _ensure_ready(self):
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
