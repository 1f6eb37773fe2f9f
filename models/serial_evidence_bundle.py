from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..core import bundle
from ..core.activation import format_time
from ..reports.evidence_bundle import draw_evidence_bundle
from .serial_event import KINDS

# More units than this are printed in the background.
AT_ONCE = 200


class SerialEvidenceBundle(models.Model):
    """A bundle of evidence as it was printed: PDF and JSON, each naming the other.

    It is kept with its hash, so that what was handed out can be told from what was not.
    """

    _name = "serial.evidence.bundle"
    _inherit = [
        "serial.evidence.collect.mixin",
        "serial.chunk.mixin",
        "serial.state.mixin",
    ]
    _description = "Evidence Bundle"
    _order = "id desc"

    name = fields.Char(required=True, readonly=True)
    case_id = fields.Many2one(
        "serial.diversion.case",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(related="case_id.company_id", store=True)
    lang = fields.Char(string="Language", readonly=True)
    state = fields.Selection(
        [("queued", "Queued"), ("done", "Done"), ("failed", "Failed")],
        default="queued",
        required=True,
        readonly=True,
        index=True,
    )
    error = fields.Char(readonly=True)
    printed_at = fields.Datetime(readonly=True)
    unit_count = fields.Integer(string="Units", readonly=True)
    sha256 = fields.Char(string="SHA-256 of the Content", readonly=True)
    pdf_id = fields.Many2one("ir.attachment", string="PDF", readonly=True)
    json_id = fields.Many2one("ir.attachment", string="JSON", readonly=True)

    # === PRINT === #

    @api.model
    def _print(self, case):
        """Print a bundle of a case in the user's language; a large one later.

        :return: the bundle; its state tells whether it is there
        """
        case.ensure_one()
        self._ensure_may_print(case)
        number = self.sudo().search_count([("case_id", "=", case.id)]) + 1
        bundle_sudo = self.sudo().create(
            {
                "name": f"{case.name}-{number:02}",
                "case_id": case.id,
                "lang": self.env.lang or "en_US",
            }
        )
        lots = case.sudo().alert_ids.lot_id | case.sudo().leak_ids.line_ids.lot_id
        if len(lots) > AT_ONCE:
            self._trigger_cron()
        else:
            bundle_sudo._build()
        return bundle_sudo.with_env(self.env)

    @api.model
    def _cron_print(self):
        """Print what is queued, one bundle after the other."""
        self._work_off([("state", "=", "queued")])

    def _work(self, memory):
        self.with_context(lang=self.lang)._build()

    def _prepare_failure(self, error):
        return {"state": "failed", "error": error}

    @api.model
    def _ensure_may_print(self, cases):
        if not self.env.user.has_group("serial_dossier.serial_dossier_group_user"):
            raise AccessError(
                self.env._("Users of Serial Dossier print bundles of evidence.")
            )
        cases.check_access("read")

    @api.model
    def _trigger_cron(self):
        self.env.ref("serial_dossier.ir_cron_serial_evidence").sudo()._trigger()
        return True

    def _build(self):
        """Collect, seal, draw, and keep both files with the case.

        Its times are UTC, as those of events are: the other side may sit anywhere.
        """
        self = self.with_context(tz="UTC")
        case_sudo = self.case_id.sudo()
        attachments_sudo = self._get_attachments(case_sudo)
        names = self._name_files(attachments_sudo)
        now = fields.Datetime.now()
        content = self._collect(case_sudo, names)
        document = bundle.build(
            {"id": self.name, "made_at": format_time(now), **content}
        )
        pdf_name, json_name = f"{self.name}.pdf", f"{self.name}.json"
        pdf = draw_evidence_bundle(
            document,
            self._get_all_texts(),
            {"pdf": pdf_name, "json": json_name},
            self._get_image_reader(attachments_sudo, names),
        )
        data = bundle.to_bytes(bundle.with_pdf(document, pdf_name, pdf))
        self.write(
            {
                "state": "done",
                "printed_at": now,
                "unit_count": len(document["units"]),
                "sha256": document["seal"]["sha256"],
                "pdf_id": self._attach(pdf_name, pdf, "application/pdf").id,
                "json_id": self._attach(json_name, data, "application/json").id,
            }
        )
        self._tell_case()

    def _get_all_texts(self):
        """Return the words of the PDF, and those of the steps of a serial."""
        kinds = self.env["serial.event"]._fields["kind"]
        labels = dict(kinds._description_selection(self.env))
        texts = self.env["serial.evidence.text"]._get_texts()
        return texts | {f"kind_{kind}": labels[kind] for kind, _label in KINDS}

    def _get_image_reader(self, attachments_sudo, names):
        """Return a function: name of a file in the bundle -> its picture, or None."""
        files = {names[file.id]: file for file in attachments_sudo}

        def read(name):
            file = files[name]
            if not (file.mimetype or "").startswith("image/"):
                return None
            content = file.raw
            file.invalidate_recordset(["raw"], flush=False)
            return content

        return read

    def _attach(self, name, content, mimetype):
        return self.env["ir.attachment"].create(
            {
                "name": name,
                "raw": content,
                "mimetype": mimetype,
                "res_model": self.case_id._name,
                "res_id": self.case_id.id,
            }
        )

    def _tell_case(self):
        """Put the files where the case's story is told, with their hash."""
        self.case_id.message_post(
            body=self.env._(
                "Evidence bundle %(name)s printed; SHA-256 of its content: %(sha256)s",
                name=self.name,
                sha256=self.sha256,
            ),
            attachment_ids=[self.pdf_id.id, self.json_id.id],
        )

    # === ACTIONS === #

    def action_resume(self):
        """Print what failed, in the background."""
        self._ensure_may_print(self.case_id)
        self._ensure_state("failed")
        self.sudo().write({"state": "queued", "error": False})
        return self._trigger_cron()

    def action_download(self):
        """Open the PDF."""
        return self._download("pdf_id")

    def action_download_json(self):
        """Download what the PDF can be checked with."""
        return self._download("json_id")

    def _download(self, name):
        self.ensure_one()
        self.check_access("read")
        if not self[name]:
            raise UserError(self.env._("It is not printed yet."))
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self[name].id}?download=true",
            "target": "self",
        }

    @api.ondelete(at_uninstall=False)
    def _unlink_except_printed(self):
        if self.filtered("printed_at"):
            raise UserError(
                self.env._("What was printed is kept: somebody may have it.")
            )
