from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

KINDS = [
    ("coverage", "Coverage report (PDF)"),
    ("regulator_csv", "Regulator's file (CSV)"),
    ("regulator_json", "Regulator's file (JSON)"),
    ("audit", "Auditor's file (ZIP, with hash chains)"),
]
MIMETYPES = {
    "coverage": "application/pdf",
    "regulator_csv": "text/csv",
    "regulator_json": "application/json",
    "audit": "application/zip",
}


class SerialComplianceExport(models.Model):
    """A file for a regulator or an auditor, written in the background, part by part.

    Each chunk keeps its part and how far it came in one transaction: whoever goes on
    after a crash neither leaves out nor repeats a unit.
    """

    _name = "serial.compliance.export"
    _inherit = [
        "serial.job.mixin",
        "serial.export.store.mixin",
        "serial.export.audit.mixin",
        "serial.export.regulator.mixin",
        "serial.export.coverage.mixin",
    ]
    _description = "Compliance Export"
    _order = "id desc"
    _rec_name = "kind"

    kind = fields.Selection(KINDS, required=True, readonly=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    compliance_id = fields.Many2one(
        "serial.compliance.category",
        string="Coded Category",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    product_id = fields.Many2one("product.product", readonly=True, ondelete="restrict")
    lot_id = fields.Many2one(
        "stock.lot",
        string="Serial",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
    )
    date_from = fields.Date(string="From", readonly=True)
    date_to = fields.Date(string="Until", readonly=True)
    lang = fields.Char(string="Language", readonly=True)
    tz = fields.Char(string="Time Zone", readonly=True)
    state = fields.Selection(
        [
            ("running", "Running"),
            ("done", "Done"),
            ("cancelled", "Cancelled"),
            ("failed", "Failed"),
        ],
        default="running",
        required=True,
        readonly=True,
        index=True,
    )
    error = fields.Char(readonly=True)
    total_count = fields.Integer(string="To Write", readonly=True)
    done_count = fields.Integer(string="Written", readonly=True)
    last_id = fields.Integer(readonly=True)
    progress = fields.Float(compute="_compute_progress")
    unit_count = fields.Integer(string="Units", readonly=True)
    uncoded_count = fields.Integer(string="Without a Code", readonly=True)
    event_count = fields.Integer(string="Events", readonly=True)
    broken_count = fields.Integer(string="Broken Chains", readonly=True)
    finished_at = fields.Datetime(readonly=True)
    file_id = fields.Many2one("ir.attachment", readonly=True)
    file_size = fields.Integer(related="file_id.file_size")
    sha256 = fields.Char(string="SHA-256 of the File", readonly=True)

    # === COMPUTE === #

    @api.depends("kind")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for export in self:
            export.display_name = f"{labels.get(export.kind, '')} {export.id or ''}"

    @api.depends("done_count", "total_count", "state")
    def _compute_progress(self):
        for export in self:
            done = export.done_count / (export.total_count or 1)
            export.progress = 100 if export.state == "done" else min(100 * done, 100)

    # === RUN === #

    @api.model
    def _start(self, values):
        """Start an export in the user's name and return it; small ones are done then.

        :param dict values: kind, and what it is of
        """
        self._ensure_may_start()
        export_sudo = self.sudo().create(
            {
                "company_id": self.env.company.id,
                "lang": self.env.lang or "en_US",
                "tz": str(self.env.tz),
                **values,
            }
        )
        self.env.flush_all()
        export_sudo.total_count = export_sudo._count()
        export_sudo._run_part()
        if export_sudo.state == "running":
            self.env.ref("serial_dossier.ir_cron_serial_export").sudo()._trigger()
        return export_sudo.with_env(self.env)

    def _ensure_may_start(self):
        groups = ("serial_dossier_group_user", "serial_dossier_group_auditor")
        if not any(
            self.env.user.has_group(f"serial_dossier.{name}") for name in groups
        ):
            raise AccessError(
                self.env._("Users of Serial Dossier and auditors write such files.")
            )

    @api.model
    def _cron_run(self):
        """Write part after part, committing each, until time is up or all is done."""
        domain = [("state", "=", "running")]
        while export := self._take_next(domain):
            done = export._run_chunk(export._run_part)
            todo = self.search(domain)
            left = sum(max(job.total_count - job.done_count, 1) for job in todo)
            remaining = -(-left // self._chunk)
            if not self.env["ir.cron"]._commit_progress(done, remaining=remaining):
                break

    def _run_part(self):
        """Write the next part, and the file once all are there; return 1."""
        self = self.with_context(lang=self.lang, tz=self.tz).with_company(
            self.company_id
        )
        family = self.kind.partition("_")[0]
        try:
            with self.env.cr.savepoint():
                is_last = getattr(self, f"_write_{family}_part")()
                if is_last:
                    self._finish(getattr(self, f"_make_{family}_file"))
        except UserError as error:
            self.write({"state": "failed", "error": str(error)})
        return 1

    def _count(self):
        """Return how many rows or units there are to write."""
        return getattr(self, f"_count_{self.kind.partition('_')[0]}")()

    def _finish(self, write):
        """Put the parts together and keep the file.

        :param write: function: binary file -> None
        """
        file, digest = self._keep_file(
            write, self._get_file_name(), MIMETYPES[self.kind]
        )
        self._drop_parts()
        self.write(
            {
                "state": "done",
                "done_count": self.total_count,
                "finished_at": fields.Datetime.now(),
                "file_id": file.id,
                "sha256": digest,
            }
        )

    def _get_file_name(self):
        ending = {"regulator": self.kind[-4:].lstrip("_"), "audit": "zip"}
        family = self.kind.partition("_")[0]
        of = self.lot_id.name or self.compliance_id.code or ""
        days = [str(day) for day in (self.date_from, self.date_to) if day]
        name = "-".join(filter(None, [family, of, *days, str(self.id)]))
        safe = "".join(
            sign if sign.isalnum() or sign in "-_." else "_" for sign in name
        )
        return f"{safe}.{ending.get(family, 'pdf')}"

    # === ACTIONS === #

    def action_cancel(self):
        """Stop writing; its parts go."""
        self._ensure_may_start()
        self.check_access("read")
        running = self.filtered(lambda export: export.state == "running").sudo()
        running.write({"state": "cancelled", "finished_at": fields.Datetime.now()})
        running._drop_parts()

    def action_download(self):
        """Download the file."""
        self.ensure_one()
        self.check_access("read")
        if not self.file_id:
            raise UserError(self.env._("It is not written yet."))
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self.sudo().file_id.id}?download=true",
            "target": "download",
        }
