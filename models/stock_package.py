from odoo import api, fields, models

from ..core import serial_list
from .serial_quant_ledger_mixin import LEDGER


class StockPackage(models.Model):
    _name = "stock.package"
    _inherit = [
        "serial.guarded.mixin",
        "stock.package",
        "serial.package.pack.mixin",
        "serial.package.note.mixin",
        "serial.package.form.mixin",
        "serial.package.label.mixin",
    ]
    _guarded_fields = frozenset(
        {
            "serial_state",
            "serial_full_count",
            "serial_is_mixed",
            "serial_packed_at",
        }
    )

    serial_level = fields.Selection(
        related="package_type_id.serial_level", string="Packed as", store=True
    )
    serial_state = fields.Selection(
        [("open", "Open"), ("closed", "Closed")],
        string="Packing",
        readonly=True,
        copy=False,
        help="Open: it is being packed on a bench.",
    )
    serial_full_count = fields.Integer(
        string="Full at", readonly=True, copy=False, help="Units, or cartons."
    )
    serial_is_mixed = fields.Boolean(string="Mixed", readonly=True, copy=False)
    serial_packed_at = fields.Datetime(string="Packed on", readonly=True, copy=False)
    packing_line_ids = fields.One2many(
        "serial.packing.line", "package_id", readonly=True
    )
    packing_entry_ids = fields.One2many(
        "serial.packing.entry", "package_id", readonly=True
    )

    # Core has a trigram index only, which is slow for what scanners ask: name = X.
    _name_idx = models.Index("(name)")
    _serial_open_idx = models.Index("(create_uid) WHERE serial_state = 'open'")

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        packages = super().create(vals_list)
        self.env["serial.sscc"]._attach(packages)
        return packages

    def write(self, vals):
        before = self._get_parents() if "parent_package_id" in vals else {}
        result = super().write(vals)
        if "name" in vals:
            self.env["serial.sscc"]._attach(self)
        if before:
            self._note_parents(before)
        return result

    # === FIND === #

    @api.model
    def _find_package(self, text):
        """Return the package that a scanned text names, maybe none; the newest if two
        have borne the number.
        """
        names = serial_list.keys_of(text or "").cartons
        return self.search([("name", "in", names)], order="id desc", limit=1)

    # === MOVE === #

    def _apply_dest_to_package(self, processed_package_ids=None):
        # What stands in a package decides where the package is: it has to be written.
        if ledger := self.env.context.get(LEDGER):
            self.env["stock.quant"]._write_ledger(ledger)
        return super()._apply_dest_to_package(processed_package_ids)
