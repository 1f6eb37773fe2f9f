from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools.mimetypes import guess_mimetype

MAX_FILES = 10
MAX_FILE = 15 * 1024 * 1024
# What a camera or a scanner makes.
PICTURE_TYPES = (
    "image/jpeg",
    "image/png",
    "image/webp",
    "image/heic",
    "application/pdf",
)
# What proves something: pictures, and what an office makes.
FILE_TYPES = (
    *PICTURE_TYPES,
    "text/csv",
    "text/plain",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
)


class SerialFileCheckMixin(models.AbstractModel):
    """Files that people outside the brand hand in: few, not large, and no programs."""

    _name = "serial.file.check.mixin"
    _description = "Files Handed in"

    _file_types = FILE_TYPES
    _most_files = MAX_FILES

    @api.model
    def _check_files(self, files):
        """Refuse files that are too many, too large or of a kind we do not keep.

        :param files: (name, content as bytes) each
        """
        if len(files) > self._most_files:
            raise UserError(
                self.env._("At most %(most)s files, please.", most=self._most_files)
            )
        large = [name for name, content in files if len(content) > MAX_FILE]
        if large:
            raise UserError(
                self.env._(
                    "These files are larger than 15 MB: %(files)s",
                    files=", ".join(large),
                )
            )
        wrong = [name for name, data in files if not self._get_file_type(name, data)]
        if wrong:
            raise UserError(self._tell_types(", ".join(wrong)))

    def _tell_types(self, wrong):
        if self._file_types == PICTURE_TYPES:
            return self.env._(
                "Only pictures and PDF can be kept: %(files)s", files=wrong
            )
        return self.env._(
            "Only pictures, PDF, text and spreadsheets can be kept: %(files)s",
            files=wrong,
        )

    def _attach(self, files):
        """Keep files with this record."""
        self.attachment_ids = self.env["ir.attachment"].create(
            [
                {
                    "name": name[:200],
                    "raw": content,
                    "mimetype": self._get_file_type(name, content),
                    "res_model": self._name,
                    "res_id": self.id,
                }
                for name, content in files
            ]
        )

    @api.model
    def _get_file_type(self, name, content):
        """Return what a file is by its content, None if we do not keep such files."""
        found = guess_mimetype(content, default="application/octet-stream")
        if found in self._file_types:
            return found
        is_text = name.lower().endswith((".csv", ".txt")) and b"\0" not in content
        return "text/plain" if is_text and "text/plain" in self._file_types else None
