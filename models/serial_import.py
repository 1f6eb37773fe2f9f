import base64
import itertools

from markupsafe import Markup, escape

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..core.errors import SerialError
from ..core.spreadsheet import BOM, csv_text
from .serial_import_error import FIELD_LABELS
from .serial_job_mixin import JOB_FIELDS, STATES

# Files up to this size are read while the user waits.
AT_ONCE = 2_000
# Rows of larger files are counted in the background.
COUNTED_AT_ONCE = 2 * 1024 * 1024


class SerialImport(models.Model):
    """One factory file: what it brought, row by row, and which rows it could not.

    Good rows are kept, whatever the others are. A file may be read again and again:
    rows that say nothing new change nothing.
    """

    _name = "serial.import"
    _inherit = [
        "serial.sequence.mixin",
        "serial.guarded.mixin",
        "mail.thread",
        "serial.import.run.mixin",
    ]
    _description = "Factory File Import"
    _order = "id desc"
    _cron = "serial_dossier.ir_cron_serial_import_run"
    _counts = ("done_count", "row_count")
    _fixed_fields = frozenset({"file", "kind", "product_id", "company_id"})
    # The rows are written in the name of the user who imports.
    _guarded_fields = JOB_FIELDS | {
        "user_id",
        "file_info",
        "row_count",
        "done_count",
        "created_count",
        "claimed_count",
        "updated_count",
        "unchanged_count",
        "error_count",
    }

    state = fields.Selection(STATES, tracking=True)
    product_id = fields.Many2one(
        "product.product",
        help="The product of rows that name none.",
        domain="[('tracking', '=', 'serial')]",
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    user_id = fields.Many2one("res.users", string="Imported by", readonly=True)
    file = fields.Binary(attachment=True, copy=False)
    filename = fields.Char(copy=False)
    file_info = fields.Json(compute="_compute_file_info", store=True)
    file_summary = fields.Html(compute="_compute_file_summary", sanitize=False)
    has_file_error = fields.Boolean(compute="_compute_file_summary")
    row_count = fields.Integer(
        string="Rows", compute="_compute_file_info", store=True, copy=False
    )
    done_count = fields.Integer(string="Rows Read", readonly=True, copy=False)
    created_count = fields.Integer(
        string="New Serials", readonly=True, copy=False, help="Not known before."
    )
    claimed_count = fields.Integer(
        string="Minted Before",
        readonly=True,
        copy=False,
        help="Codes minted earlier that are now produced.",
    )
    updated_count = fields.Integer(string="Updated", readonly=True, copy=False)
    changed_count = fields.Integer(string="Serials", compute="_compute_changed_count")
    unchanged_count = fields.Integer(string="Unchanged", readonly=True, copy=False)
    error_count = fields.Integer(string="Rows with Errors", readonly=True, copy=False)
    error_ids = fields.One2many(
        "serial.import.error", "import_id", string="Errors", readonly=True
    )
    bad_rows = fields.Binary(compute="_compute_bad_rows")
    lot_ids = fields.One2many("stock.lot", "serial_import_id", readonly=True)

    # === COMPUTE === #

    @api.depends("file", "kind")
    def _compute_file_info(self):
        for record in self:
            content = record._get_content()
            record.file_info = record._describe(content) if content else False
            record.row_count = (record.file_info or {}).get("rows", 0)

    def _describe(self, content):
        """Return what a file holds, or why it cannot be read, to store as JSON."""
        try:
            sheet = self._read_sheet(content)
            small = len(content) <= COUNTED_AT_ONCE
            return {
                "columns": [[column.field, column.header] for column in sheet.columns],
                "unused": list(sheet.unused),
                "rows": sum(1 for _row in sheet.rows) if small else 0,
            }
        except SerialError as error:
            return {"error": error.reason, "detail": error.values}

    @api.depends("file_info")
    @api.depends_context("lang")
    def _compute_file_summary(self):
        for record in self:
            info = record.file_info or {}
            record.has_file_error = "error" in info
            if record.has_file_error:
                record.file_summary = escape(record._get_file_error())
            else:
                record.file_summary = record._get_summary(info)

    def _get_file_error(self):
        info = self.file_info
        return self.env["serial.import.error"]._get_message(
            info["error"], info.get("detail") or {}
        )

    def _get_summary(self, info):
        """Return the columns that will be read, and those that will not, as HTML."""
        used = Markup().join(
            Markup(
                '<span class="badge text-bg-light border fw-normal me-1 mb-1">'
                '{} <i class="fa fa-long-arrow-right" aria-hidden="true"></i> '
                "<b>{}</b></span>"
            ).format(header, self.env._(FIELD_LABELS[field]))
            for field, header in info.get("columns", [])
        )
        if unused := info.get("unused"):
            names = ", ".join(unused[:40])
            text = self.env._("Not read: %(columns)s", columns=names)
            used += Markup('<div class="text-muted small">{}</div>').format(text)
        return used

    @api.depends("created_count", "claimed_count", "updated_count")
    def _compute_changed_count(self):
        for record in self:
            record.changed_count = (
                record.created_count + record.claimed_count + record.updated_count
            )

    def _compute_bad_rows(self):
        for record in self:
            record.bad_rows = base64.b64encode(record._get_bad_rows())

    # === ACTIONS === #

    def action_import(self):
        """Read the file: a small one at once, a large one in the background."""
        return self._start_drafts()

    def _ensure_ready(self):
        if not self.file:
            raise UserError(self.env._("Choose a file first."))
        if self.has_file_error:
            raise UserError(self._get_file_error())

    def _prepare_start(self):
        return {"user_id": self.env.uid}

    def _is_small(self):
        rows = self._read_sheet(self._get_content()).rows
        return sum(1 for _row in itertools.islice(rows, AT_ONCE + 1)) <= AT_ONCE

    def action_download_bad_rows(self):
        """Download the rows that were not taken, to correct and import again."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/bad_rows"
            f"/{self._get_bad_rows_name()}?download=true",
            "target": "download",
        }

    def action_view_serials(self):
        """Open the serials that this file made or changed last."""
        self.ensure_one()
        return self.env["stock.lot"]._get_dossier_window(
            self.env._("Serials of %(name)s", name=self.name),
            [("serial_import_id", "=", self.id)],
        )

    # === BUSINESS === #

    def _get_content(self):
        self.ensure_one()
        return base64.b64decode(self.with_context(bin_size=False).file or b"")

    def _get_bad_rows_name(self):
        return f"{self.name.replace('/', '-')}-bad-rows.csv"

    def _get_bad_rows(self):
        """Return the rows with errors and their reasons, as a CSV Excel can open."""
        reasons = {}
        for error in self.error_ids:
            where = f"{error.column}: " if error.column else ""
            reasons.setdefault(error.row, []).append(where + error.message)
        rows = []
        if content := self._get_content():
            sheet = self._read_sheet(content)
            rows.append([*sheet.headers, self.env._("Reason")])
            for number, cells in sheet.rows:
                if number in reasons:
                    cells += [None] * (len(sheet.headers) - len(cells))
                    rows.append([*cells, " ".join(reasons[number])])
        return (BOM + csv_text(rows)).encode()
