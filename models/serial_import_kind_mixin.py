from odoo import fields, models

from ..core import factory_file, factory_reader, listing_file, sheet, store_file

LAYOUTS = {
    "units": factory_file.LAYOUT,
    "stores": store_file.LAYOUT,
    "listings": listing_file.LAYOUT,
}
# What takes the rows of the other kinds; units are taken by the import itself.
TARGETS = {
    "stores": "serial.channel.store",
    "listings": "serial.diversion.listing",
}


class SerialImportKindMixin(models.AbstractModel):
    """What a file is about: units of a factory, stores, or what stores offer."""

    _name = "serial.import.kind.mixin"
    _description = "Kinds of Files"

    kind = fields.Selection(
        [
            ("units", "Factory File"),
            ("stores", "Stores"),
            ("listings", "Listings"),
        ],
        default="units",
        required=True,
        readonly=True,
    )

    def _read_sheet(self, content):
        """Return the sheet of the file's content."""
        return sheet.read(content, LAYOUTS[self.kind])

    def _get_reader(self, content):
        """Return a reader that stands at the first row."""
        found = self._read_sheet(content)
        if self.kind == "listings":
            currency = self.company_id.currency_id.name
            return listing_file.Reader(found, currency, self._to_utc)
        if self.kind == "stores":
            return store_file.Reader(found)
        return factory_reader.Reader(found)

    def _take_items(self, items, reader):
        """Write what rows say.

        :return: (how many of each action, the errors of rows that were not taken)
        """
        if self.kind in TARGETS:
            return self.env[TARGETS[self.kind]]._import_rows(items, self)
        steps, errors = self._plan(items, reader)
        return self._write_steps(steps), errors

    def action_view_result(self):
        """Open the stores or listings that this file made or changed last."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            f"serial_dossier.{TARGETS[self.kind].replace('.', '_')}_action"
        )
        return {
            **action,
            "domain": [("serial_import_id", "=", self.id)],
            "context": {"active_test": False},
        }
