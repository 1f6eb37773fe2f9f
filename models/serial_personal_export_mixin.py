import io
import json
import zipfile

from odoo import fields, models

# What a person gets to see of himself, by model. Keys of ours and judgements on
# distributors are none of his data.
TOLD = {
    "res.partner": (
        "name",
        "phone",
        "email",
        "street",
        "street2",
        "city",
        "zip",
        "state_id",
        "country_id",
        "lang",
        "create_date",
    ),
    "serial.activation": (
        "lot_id",
        "product_id",
        "activated_at",
        "source",
        "phone",
        "account",
        "consent_id",
        "consent_text",
        "consent_at",
        "ip_prefix",
        "country_id",
        "state_id",
        "city",
        "observations",
    ),
    "serial.activation.claim": ("lot_id", "ip_prefix"),
    "repair.order": (
        "name",
        "lot_id",
        "product_id",
        "serial_requested_at",
        "serial_phone",
        "serial_email",
        "serial_fault_note",
        "serial_consent_id",
        "serial_consent_text",
        "serial_consent_at",
        "serial_centre_id",
        "state",
    ),
    "serial.warranty": ("lot_id", "start", "end", "invoice_number", "owner_masked"),
    "serial.tradein": (
        "name",
        "lot_id",
        "product_id",
        "accepted_at",
        "consent_id",
        "consent_at",
        "value",
        "subsidy",
        "state",
    ),
    "serial.diversion.whitelist": ("display_name",),
}


class SerialPersonalExportMixin(models.AbstractModel):
    """A person's data as a file: JSON, and what the person has sent, in a ZIP."""

    _name = "serial.personal.export.mixin"
    _description = "Export of Personal Data"

    def _write_export(self, found):
        """Return the file with all that the records found tell, as bytes."""
        content, files = {}, []
        for records_sudo in found:
            content[records_sudo._name] = self._tell_records(records_sudo)
            files += self._get_sent_files(records_sudo)
        text = json.dumps(
            {
                "request": self.name,
                "made_at": fields.Datetime.to_string(fields.Datetime.now()),
                "controller": self.company_id.name,
                "data": content,
                "files": [name for name, _file in files],
            },
            ensure_ascii=False,
            indent=1,
            default=str,
        )
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("data.json", text)
            for name, file in files:
                archive.writestr(f"files/{name}", file.raw or b"")
        return buffer.getvalue()

    def _tell_records(self, records_sudo):
        names = [
            name
            for name in TOLD.get(records_sudo._name, ())
            if name in records_sudo._fields
        ]
        rows = records_sudo.read(names)
        if records_sudo._name == "repair.order":
            for row, repair in zip(rows, records_sudo, strict=True):
                row["messages"] = repair.serial_message_ids.read(
                    ["sent_at", "side", "body"]
                )
        return [
            {
                name: value[1] if isinstance(value, tuple) else value
                for name, value in row.items()
            }
            for row in rows
        ]

    def _get_sent_files(self, records_sudo):
        """Return (name in the archive, file) of what the person has sent."""
        files = self.env["ir.attachment"].sudo()
        if records_sudo._name == "serial.activation":
            files = records_sudo.proof_ids.attachment_ids
        elif records_sudo._name == "repair.order":
            files = (
                records_sudo.serial_photo_ids
                | records_sudo.serial_message_ids.attachment_ids
            )
        safe = self.env["serial.evidence.bundle"]._get_safe_name
        return [(f"{file.id}-{safe(file.name)}", file) for file in files]
