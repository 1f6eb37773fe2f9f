import hashlib
import os
import shutil
import tempfile

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

BLOCK = 1 << 20


class SerialExportStoreMixin(models.AbstractModel):
    """Jobs that write a file: its parts, and what they become, never whole in memory.

    Each chunk keeps its part and how far it came in one transaction: whoever goes on
    after a crash neither leaves out nor repeats anything.
    """

    _name = "serial.export.store.mixin"
    _inherit = ["serial.job.mixin"]
    _description = "Files of Exports"
    _resumable = ("failed",)  # of those cancelled the parts are gone

    file_id = fields.Many2one("ir.attachment", readonly=True, copy=False)
    file_size = fields.Integer(related="file_id.file_size")
    sha256 = fields.Char(string="SHA-256 of the File", readonly=True, copy=False)

    # Serials or move lines looked at for a part; those that belong into it may be few.
    _chunk = 5_000

    def _get_window(self, table):
        """Return the last id of the next rows of a table, and how many those are.

        Going through all ids takes as long as the table is; to look for the next rows
        that belong into the file would take that long for every part.
        """
        [window] = self.env.execute_query(
            SQL(
                "SELECT coalesce(max(id), %(last)s), count(*) FROM ("
                "SELECT id FROM %(table)s WHERE id > %(last)s ORDER BY id LIMIT %(n)s"
                ") AS part",
                table=SQL.identifier(table),
                last=self.last_id,
                n=self._chunk,
            )
        )
        return window

    def _add_part(self, data):
        """Keep a part of the file."""
        self.env["ir.attachment"].create(
            {
                "name": f"part {self.done_count}",
                "raw": data,
                "mimetype": "application/octet-stream",
                "res_model": self._name,
                "res_id": self.id,
                # belongs to no field, and to no list of attachments either
                "res_field": "parts",
            }
        )

    def _get_parts(self):
        """Return the parts, the first first."""
        domain = [
            ("res_model", "=", self._name),
            ("res_id", "in", self.ids),
            ("res_field", "=", "parts"),
        ]
        return self.env["ir.attachment"].sudo().search(domain, order="id")

    def _drop_parts(self):
        self._get_parts().unlink()

    def _read_parts(self):
        """Yield the content of one part after the other."""
        for part in self._get_parts():
            # Read with the others, they would all be in memory.
            yield part.with_prefetch().raw
            part.invalidate_recordset(["raw"], flush=False)

    def action_cancel(self):
        """Stop writing; what is written is dropped."""
        self.sudo()._drop_parts()
        return super().action_cancel()

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

    def _finish(self, write, name, mimetype, **values):
        """Put the parts together, keep the file, and end."""
        file, sha256 = self._keep_file(write, name, mimetype)
        self._drop_parts()
        values |= {**self._prepare_end(), "file_id": file.id, "sha256": sha256}
        self.write(values)

    def _keep_file(self, write, name, mimetype):
        """Write a file and keep it as an attachment; return that and its SHA-256.

        :param write: function: binary file, open for writing -> None
        """
        with tempfile.NamedTemporaryFile(delete=False) as file:
            try:
                write(file)
                file.flush()
                digests = self._hash(file.name)
                attachment = self._attach(file.name, name, mimetype, digests["sha1"])
            finally:
                if os.path.exists(file.name):
                    os.unlink(file.name)
        return attachment, digests["sha256"]

    def _hash(self, path):
        digests = {name: hashlib.new(name) for name in ("sha1", "sha256")}
        with open(path, "rb") as file:
            while block := file.read(BLOCK):
                for digest in digests.values():
                    digest.update(block)
        return {name: digest.hexdigest() for name, digest in digests.items()}

    def _attach(self, path, name, mimetype, sha1):
        """Return an attachment of a file on disk, which is moved to Odoo's store."""
        attachments = self.env["ir.attachment"].sudo()
        values = {
            "name": name,
            "mimetype": mimetype,
            "res_model": self._name,
            "res_id": self.id,
        }
        if attachments._storage() != "file":
            with open(path, "rb") as file:
                return attachments.create({**values, "raw": file.read()})
        attachment = attachments.create({**values, "raw": b""})
        size = os.path.getsize(path)
        stored = f"{sha1[:2]}/{sha1}"
        target = attachments._full_path(stored)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        shutil.move(path, target)
        # Should this transaction fail, the store is cleaned of it.
        attachments._mark_for_gc(stored)
        self.env.cr.execute(
            SQL(
                "UPDATE ir_attachment SET store_fname = %s, checksum = %s, "
                "file_size = %s WHERE id = %s",
                stored,
                sha1,
                size,
                attachment.id,
            )
        )
        attachment.invalidate_recordset(flush=False)
        return attachment
