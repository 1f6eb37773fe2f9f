from decimal import Decimal

from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL

from ..core.price_watch import Floor, Rates, Shop


class SerialListingFindMixin(models.AbstractModel):
    """What listings are judged by: the same few queries, however many there are."""

    _name = "serial.listing.find.mixin"
    _description = "Look-up for Listings"

    def _find_platforms(self, codes):
        """Return {code: (id, name, does it have stores)}."""
        self.env["serial.channel.platform"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT platform.code, platform.id,
                       coalesce(platform.name ->> %s, platform.name ->> 'en_US'),
                       EXISTS (SELECT FROM serial_channel_store store
                                WHERE store.platform_id = platform.id AND store.active)
                  FROM serial_channel_platform platform
                 WHERE platform.code = ANY(%s)
                """,
                self.env.lang or "en_US",
                list(codes),
            )
        )
        return {code: tuple(row) for code, *row in rows}

    def _find_shops(self, keys):
        """Return {(platform id, store id): Shop} of the stores that are kept."""
        self.env["serial.channel.store"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT store.platform_id, store.store_id, store.id, store.partner_id,
                       array(SELECT product_product_id
                               FROM product_product_serial_channel_store_rel
                              WHERE serial_channel_store_id = store.id),
                       store.date_from, store.date_to, store.state = 'suspended'
                  FROM serial_channel_store store
                  JOIN unnest(%s::integer[], %s::varchar[]) AS asked(platform_id, name)
                    ON store.platform_id = asked.platform_id
                   AND store.store_id = asked.name
                 WHERE store.active
                """,
                [platform_id for platform_id, _name in keys],
                [name for _platform_id, name in keys],
            )
        )
        return {
            (platform_id, name): Shop(
                shop_id, partner_id, frozenset(product_ids), *standing
            )
            for platform_id, name, shop_id, partner_id, product_ids, *standing in rows
        }

    def _find_products(self, seen):
        """Return (products by SKU, products by GTIN): {reference: ids}.

        Products are looked up with the rights of whoever reports.
        """
        skus = {item.sku for item in seen if item.sku}
        barcodes = {
            item.gtin[-length:]: item.gtin
            for item in seen
            if item.gtin
            for length in (8, 12, 13, 14)
            if not item.gtin[:-length].strip("0")
        }
        domain = Domain("default_code", "in", list(skus))
        domain |= Domain("barcode", "in", list(barcodes))
        domain &= Domain("company_id", "in", [False, self.env.company.id])
        products = self.env["product.product"].search_fetch(
            domain, ["default_code", "barcode"]
        )
        by_sku, by_gtin = {}, {}
        for product in products:
            if product.default_code in skus:
                by_sku.setdefault(product.default_code, []).append(product.id)
            if gtin := barcodes.get(product.barcode):
                by_gtin.setdefault(gtin, []).append(product.id)
        return by_sku, by_gtin

    def _find_currencies(self, codes):
        """Return {code: id} of the currencies Odoo knows, in use or not."""
        currencies = self.env["res.currency"].sudo().with_context(active_test=False)
        found = currencies.search_fetch([("name", "in", list(codes))], ["name"])
        return {currency.name: currency.id for currency in found}

    def _find_floors(self, product_ids):
        """Return {product id: floors} of this company."""
        self.env["serial.diversion.floor"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT floor.product_id, floor.id, floor.price, currency.name,
                       floor.region_id, floor.date_from, floor.date_to
                  FROM serial_diversion_floor floor
                  JOIN res_currency currency ON currency.id = floor.currency_id
                 WHERE floor.active AND floor.company_id = %s
                   AND floor.product_id = ANY(%s)
              ORDER BY floor.id
                """,
                self.env.company.id,
                list(product_ids),
            )
        )
        floors = {}
        for product_id, floor_id, price, *rest in rows:
            floor = Floor(floor_id, Decimal(str(price)), *rest)
            floors.setdefault(product_id, []).append(floor)
        return floors

    def _find_region_paths(self, days):
        """Return {(partner id, day): paths of the regions he may sell in}.

        :param days: (partner id, day) each
        """
        regions = self.env["serial.channel.contract"].sudo()._get_regions_on(list(days))
        return {
            key: [
                tuple(reversed([int(part) for part in path.split("/")[:-1]]))
                for path in found.mapped("parent_path")
            ]
            for key, found in regions.items()
        }

    def _find_rates(self, codes):
        """Return the rates of currencies as they were entered in Odoo."""
        company = self.env.company
        self.env["res.currency.rate"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ON (currency.name, rate.name)
                       currency.name, rate.name, rate.rate
                  FROM res_currency_rate rate
                  JOIN res_currency currency ON currency.id = rate.currency_id
                 WHERE currency.name = ANY(%s)
                   AND coalesce(rate.company_id, %s) = %s
              ORDER BY currency.name, rate.name, rate.company_id
                """,
                list(codes),
                company.root_id.id,
                company.root_id.id,
            )
        )
        rates = {}
        for code, day, rate in rows:
            rates.setdefault(code, []).append((day, Decimal(str(rate))))
        return Rates(rates, company.currency_id.name)
