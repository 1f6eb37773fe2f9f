from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from ..core import code_scheme, identifier, scanned
from ..core.activation import is_clean
from ..core.errors import SerialError
from .unchecked_many2one import UncheckedMany2one

ADOPT_CHUNK = 5_000
IDENTIFIERS = ("imei", "imei2", "meid", "eid", "mac")


def kind_of(column):
    """Return the kind of number that a column of `IDENTIFIERS` holds."""
    return "imei" if column == "imei2" else column


class SerialCodeMixin(models.AbstractModel):
    """The codes of a unit: the public one and the identifiers beside it."""

    _name = "serial.code.mixin"
    _description = "Codes of a Serial"

    scan_code = fields.Char(
        readonly=True,
        copy=False,
        help="The public code: on the label, in the QR code, impossible to guess.",
    )
    scan_code_display = fields.Char(string="Code", compute="_compute_scan_code_display")
    # serial_guard.py refuses to delete a batch that has begun.
    serial_batch_id = UncheckedMany2one(
        "serial.batch",
        string="Minting Batch",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    imei = fields.Char(string="IMEI", copy=False)
    imei2 = fields.Char(string="IMEI 2", copy=False)
    meid = fields.Char(string="MEID", copy=False)
    eid = fields.Char(string="EID", copy=False)
    mac = fields.Char(string="MAC Address", copy=False)

    _scan_code_uniq = models.UniqueIndex(
        "(scan_code)", "This code is in use by another serial."
    )
    _imei_uniq = models.UniqueIndex(
        "(imei) WHERE imei IS NOT NULL", "This IMEI is in use by another serial."
    )
    _imei2_uniq = models.UniqueIndex(
        "(imei2) WHERE imei2 IS NOT NULL", "This IMEI is in use by another serial."
    )
    _meid_uniq = models.UniqueIndex(
        "(meid) WHERE meid IS NOT NULL", "This MEID is in use by another serial."
    )
    _eid_uniq = models.UniqueIndex(
        "(eid) WHERE eid IS NOT NULL", "This EID is in use by another serial."
    )
    _mac_uniq = models.UniqueIndex(
        "(mac) WHERE mac IS NOT NULL", "This MAC address is in use by another serial."
    )

    # === COMPUTE === #

    @api.depends("scan_code")
    def _compute_scan_code_display(self):
        for lot in self:
            lot.scan_code_display = code_scheme.grouped(lot.scan_code or "")

    # === CONSTRAINTS === #

    @api.constrains("imei", "imei2")
    def _check_imei_once(self):
        """IMEI and IMEI 2 are one number space, which two indexes cannot see."""
        lots = self.filtered(lambda lot: lot.imei or lot.imei2)
        if not lots:
            return
        self.env["stock.lot"].flush_model(["imei", "imei2"])
        numbers = [n for lot in lots for n in (lot.imei, lot.imei2) if n]
        clash = self.env.execute_query(
            SQL(
                """
                SELECT imei FROM (
                    SELECT imei FROM stock_lot WHERE imei = ANY(%(numbers)s)
                    UNION ALL
                    SELECT imei2 FROM stock_lot WHERE imei2 = ANY(%(numbers)s)
                ) AS used GROUP BY imei HAVING count(*) > 1 LIMIT 1
                """,
                numbers=numbers,
            )
        )
        if clash:
            raise ValidationError(
                self.env._("IMEI %(imei)s is in use already.", imei=clash[0][0])
            )

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        lots = super().create([self._normalise_identifiers(v) for v in vals_list])
        lots._give_codes()
        return lots

    def write(self, vals):
        return super().write(self._normalise_identifiers(vals))

    def _normalise_identifiers(self, vals):
        """Return values with IMEI, MEID, EID and MAC checked and normalised."""
        vals = dict(vals)
        for name in IDENTIFIERS:
            if not vals.get(name):
                if name in vals:
                    vals[name] = False
                continue
            try:
                vals[name] = identifier.normalise(kind_of(name), vals[name])
            except SerialError as error:
                raise ValidationError(
                    self._get_identifier_error(name, vals[name], error.reason)
                ) from error
        return vals

    def _get_identifier_error(self, name, value, reason):
        """Return in a person's words why an identifier is wrong."""
        label = self._fields[name]._description_string(self.env)
        value = value[:40]
        if reason == "bad_length":
            return self.env._(
                "%(label)s %(value)s has a wrong length.", label=label, value=value
            )
        if reason == "bad_check_digit":
            return self.env._(
                "%(label)s %(value)s has a wrong check digit.", label=label, value=value
            )
        return self.env._(
            "%(value)s is not a valid %(label)s.", label=label, value=value
        )

    # === MINTED === #

    def _give_codes(self):
        """Give a scan code to lots of coded products that have none, with their event.

        Serials that did not come from a batch (typed at a receipt, imported, created
        by a manufacturing order) are adopted as they are: their number stays.
        """
        uncoded = self.filtered(
            lambda lot: not lot.scan_code and lot.product_id.tracking == "serial"
        )
        for scheme, lots in uncoded.grouped(
            lambda lot: lot.product_id.product_tmpl_id._get_serial_scheme()
        ).items():
            if scheme:
                lots._adopt(scheme)

    def _adopt(self, scheme):
        """Give these lots codes of a scheme; set-based, their names stay."""
        codes = scheme.sudo()._take_codes(len(self))
        self.flush_recordset()
        self.env.cr.execute(
            SQL(
                """
                UPDATE stock_lot lot
                   SET scan_code = given.code, stage = 'minted', event_count = 0
                  FROM unnest(%s::integer[], %s::varchar[]) AS given(id, code)
                 WHERE lot.id = given.id AND lot.scan_code IS NULL
                """,
                self.ids,
                codes,
            )
        )
        self.invalidate_recordset(["scan_code", "stage", "event_count"], flush=False)
        self.modified(["scan_code", "stage"])
        self.env["serial.event"].sudo()._record(self.ids, "adopted")

    @api.model
    def _cron_give_codes(self):
        """Adopt the serials that products had before they got a scheme."""
        cron = self.env["ir.cron"]
        lots = self.env["stock.lot"]
        for product in self._get_uncoded_products():
            scheme = product.product_tmpl_id._get_serial_scheme()
            domain = [("product_id", "=", product.id), ("scan_code", "=", False)]
            while chunk := lots.search(domain, limit=ADOPT_CHUNK):
                chunk._adopt(scheme)
                chunk._place_on_stage()
                self.env.invalidate_all()
                if not cron._commit_progress(1, remaining=1):
                    return
        cron._commit_progress(remaining=0)

    def _get_uncoded_products(self):
        """Return the coded products that have serials without a code."""
        products = (
            self.env["product.product"]
            .with_context(active_test=False)
            .search(
                [
                    ("tracking", "=", "serial"),
                    ("product_tmpl_id", "any", self._get_coded_domain()),
                ]
            )
        )
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM unnest(%s::integer[]) AS product(id) WHERE EXISTS "
                "(SELECT 1 FROM stock_lot WHERE product_id = product.id "
                "AND scan_code IS NULL)",
                products.ids,
            )
        )
        return products.browse(row[0] for row in rows)

    def _get_coded_domain(self):
        categories = self.env["product.category"].search(
            [("serial_scheme_id", "!=", False)]
        )
        return fields.Domain("serial_scheme_id", "!=", False) | fields.Domain(
            "categ_id", "child_of", categories.ids
        )

    def _place_on_stage(self):
        """Give adopted serials the stage that their place in stock tells."""
        for usages, stage, kind in (
            (("internal", "transit"), "produced", "produced"),
            (("customer",), "shipped", "shipped"),
        ):
            lots = self.filtered(
                lambda lot, usages=usages: lot.location_id.usage in usages
            )
            lots._move_to_stage(stage, kind, data={"private": {"adopted": True}})

    # === LOOK-UP === #

    @api.model
    def _resolve_scan_code(self, text):
        """Return the serial (sudo) whose public code a person typed, or an empty one.

        One indexed query whatever the text is, so that timing tells nothing.
        """
        # "" would find a serial without a code; "-" is in none
        code = code_scheme.canonical(text or "") or "-"
        return self.env["stock.lot"].sudo().search([("scan_code", "=", code)], limit=1)

    @api.model
    def _resolve_identifier(self, text, among=fields.Domain.TRUE):
        """Return the serials that a code, SN, IMEI, MEID, EID or MAC names.

        For authenticated screens and the API: these numbers can be guessed.

        :param Domain among: what the serials have to be beside
        """
        text = (text or "").strip()[:512]
        if elements := scanned.read_gs1(text):
            return self._resolve_elements(elements, among)
        text = text if is_clean(text) else ""
        code = code_scheme.canonical(text)
        domain = fields.Domain("name", "=", text) | self._get_identifier_domain(text)
        if code:
            domain |= fields.Domain("scan_code", "=", code)
        return self.env["stock.lot"].search(domain & among)

    @api.model
    def _resolve_elements(self, elements, among):
        """Return the serials that the elements of a GS1 message name."""
        if not scanned.names_unit(elements):
            return self.env["stock.lot"]
        gtin, serial = elements.get("01"), elements["21"]
        code = code_scheme.canonical(elements.get("91") or serial)
        domain = fields.Domain("scan_code", "=", code) if code else fields.Domain.FALSE
        lots = self.env["stock.lot"].search(
            (domain | fields.Domain("name", "=", serial)) & among
        )
        return lots.filtered(
            lambda lot: (
                lot.sudo().product_id._get_gtin() in ("", gtin)
                or (code and lot.scan_code == code)
            )
        )

    @api.model
    def _get_identifier_domain(self, text):
        """Return the domain of serials that an IMEI, MEID, EID or MAC names."""
        domain = fields.Domain.FALSE
        for name in IDENTIFIERS:
            try:
                number = identifier.normalise(kind_of(name), text)
            except SerialError:
                continue
            domain |= fields.Domain(name, "=", number)
        return domain
