from odoo import api, fields, models
from odoo.exceptions import AccessError

from .serial_job_mixin import STATES

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
        "serial.export.store.mixin",
        "serial.export.audit.mixin",
        "serial.export.regulator.mixin",
        "serial.export.coverage.mixin",
    ]
    _description = "Compliance Export"
    _order = "id desc"
    _rec_name = "kind"
    _cron = "serial_dossier.ir_cron_serial_export"

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
    state = fields.Selection(STATES[1:], default="running", index=True)
    total_count = fields.Integer(string="To Write", readonly=True)
    done_count = fields.Integer(string="Written", readonly=True)
    last_id = fields.Integer(readonly=True)
    unit_count = fields.Integer(string="Units", readonly=True)
    uncoded_count = fields.Integer(string="Without a Code", readonly=True)
    event_count = fields.Integer(string="Events", readonly=True)
    broken_count = fields.Integer(string="Broken Chains", readonly=True)

    # === COMPUTE === #

    @api.depends("kind")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for export in self:
            export.display_name = f"{labels.get(export.kind, '')} {export.id or ''}"

    # === RUN === #

    @api.model
    def _start(self, values):
        """Start an export in the user's name and return it; small ones are done then.

        :param dict values: kind, and what it is of
        """
        self._ensure_may_run()
        export_sudo = self.sudo().create(
            {
                "company_id": self.env.company.id,
                "lang": self.env.lang or "en_US",
                "tz": str(self.env.tz),
                "started_at": fields.Datetime.now(),
                **values,
            }
        )
        self.env.flush_all()
        export_sudo.total_count = export_sudo._count()
        export_sudo._attempt({})
        export_sudo._trigger_cron()
        return export_sudo.with_env(self.env)

    def _ensure_may_run(self):
        groups = ("serial_dossier_group_user", "serial_dossier_group_auditor")
        if not any(
            self.env.user.has_group(f"serial_dossier.{name}") for name in groups
        ):
            raise AccessError(
                self.env._("Users of Serial Dossier and auditors write such files.")
            )

    def _work(self, memory):
        """Write the next part, and the file once all are there."""
        self = self.with_context(lang=self.lang, tz=self.tz).with_company(
            self.company_id
        )
        family = self.kind.partition("_")[0]
        if getattr(self, f"_write_{family}_part")():
            self._finish(
                getattr(self, f"_make_{family}_file"),
                self._get_file_name(),
                MIMETYPES[self.kind],
                done_count=self.total_count,
            )

    def _count(self):
        """Return how many rows or units there are to write."""
        return getattr(self, f"_count_{self.kind.partition('_')[0]}")()

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
