from odoo import api, fields, models
from odoo.tools import SQL

PURGE_CHUNK = 20_000


class SerialDiversionListing(models.Model):
    """A product seen in a shop at a price, and what that comes to."""

    _name = "serial.diversion.listing"
    _inherit = ["serial.listing.report.mixin"]
    _description = "Listing"
    _order = "observed_at desc, id desc"
    _rec_name = "store_code"

    fingerprint = fields.Char(
        required=True, readonly=True, export_string_translation=False
    )
    platform_id = fields.Many2one(
        "serial.channel.platform", required=True, readonly=True, ondelete="restrict"
    )
    store_code = fields.Char(string="Store ID", required=True, readonly=True)
    store_id = fields.Many2one(
        "serial.channel.store",
        readonly=True,
        index="btree_not_null",
        help="Empty: nobody answers for this store.",
    )
    store_name = fields.Char(compute="_compute_store_name")
    partner_id = fields.Many2one(
        "res.partner", string="Distributor", readonly=True, index="btree_not_null"
    )
    url = fields.Char(string="Link", readonly=True)
    sku = fields.Char(string="SKU", readonly=True)
    gtin = fields.Char(string="GTIN", readonly=True)
    product_id = fields.Many2one(
        "product.product", readonly=True, index="btree_not_null"
    )
    price = fields.Monetary(readonly=True, aggregator="avg")
    lowest_price = fields.Monetary(
        related="price", string="Lowest Price", aggregator="min"
    )
    highest_price = fields.Monetary(
        related="price", string="Highest Price", aggregator="max"
    )
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    observed_at = fields.Datetime(required=True, readonly=True, index=True)
    observed_on = fields.Date(
        string="Day", required=True, readonly=True, help="Where it was seen."
    )
    authorization_state = fields.Selection(
        [
            ("authorized", "Authorised"),
            ("unauthorized", "Not authorised"),
            ("undecided", "Undecided"),
        ],
        string="Authorisation",
        readonly=True,
    )
    price_state = fields.Selection(
        [
            ("ok", "At or above"),
            ("under", "Under the floor"),
            ("undecided", "Undecided"),
        ],
        string="Price Check",
        readonly=True,
    )
    reasons = fields.Json(readonly=True)
    reason_text = fields.Char(string="Why", compute="_compute_reason_text")
    floor_id = fields.Many2one("serial.diversion.floor", readonly=True)
    floor_price = fields.Monetary(
        readonly=True, aggregator="avg", help="The floor price in force that day."
    )
    below = fields.Monetary(string="Under by", readonly=True, aggregator="max")
    source = fields.Selection(
        [("api", "API"), ("file", "File")], required=True, readonly=True
    )
    serial_import_id = fields.Many2one(
        "serial.import", string="File", readonly=True, index="btree_not_null"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)

    _listing_uniq = models.UniqueIndex(
        "(company_id, fingerprint)", "This listing is known already."
    )
    _product_day = models.Index("(product_id, observed_on)")
    _store_code = models.Index("(platform_id, store_code)")

    @api.depends("store_id", "store_code")
    def _compute_store_name(self):
        for listing in self:
            listing.store_name = listing.store_id.name or listing.store_code

    @api.depends("reasons")
    @api.depends_context("lang")
    def _compute_reason_text(self):
        for listing in self:
            texts = self.env["serial.reason"]._get_texts(listing.reasons)
            listing.reason_text = " ".join(texts)

    def action_purchase(self):
        """Buy one there, to see where it comes from."""
        self.ensure_one()
        values = {"listing_id": self.id, **self._prepare_purchase_vals()}
        return self.env["serial.diversion.purchase"]._get_new_window(values)

    def _prepare_purchase_vals(self):
        """Return what a test purchase takes over from a listing."""
        self.ensure_one()
        return {
            "store_id": self.store_id.id,
            "seller": f"{self.store_name} ({self.platform_id.name})",
            "url": self.url,
            "product_id": self.product_id.id,
            "price": self.price,
            "currency_id": self.currency_id.id,
        }

    @api.model
    def _cron_purge(self):
        """Forget listings that are older than their company keeps them."""
        done = 1
        while done:
            done = self._purge()
            seconds = self.env["ir.cron"]._commit_progress(done)
            if not seconds:
                break

    @api.model
    def _purge(self):
        """Delete some of the listings that are too old; return how many."""
        self.flush_model()
        self.env["res.company"].flush_model(["serial_listing_retention_days"])
        self.env.cr.execute(
            SQL(
                """
                DELETE FROM serial_diversion_listing WHERE id IN (
                    SELECT listing.id
                      FROM serial_diversion_listing listing
                      JOIN res_company company ON company.id = listing.company_id
                     WHERE company.serial_listing_retention_days > 0
                       AND listing.observed_at < %s - interval '1 day'
                                         * company.serial_listing_retention_days
                     LIMIT %s
                )
                """,
                fields.Datetime.now(),
                PURGE_CHUNK,
            )
        )
        self.invalidate_model(flush=False)
        return self.env.cr.rowcount

    @api.model
    def _adopt(self, stores):
        """Give the listings seen before to the stores that are kept from now on."""
        stores.flush_recordset()
        self.env.cr.execute(
            SQL(
                """
                UPDATE serial_diversion_listing listing
                   SET store_id = store.id, partner_id = store.partner_id
                  FROM serial_channel_store store
                 WHERE store.id = ANY(%s) AND listing.store_id IS NULL
                   AND listing.platform_id = store.platform_id
                   AND listing.store_code = store.store_id
                """,
                stores.ids,
            )
        )
        self.invalidate_model(flush=False)
