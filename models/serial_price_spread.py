from odoo import api, fields, models
from odoo.tools import SQL


class SerialPriceSpread(models.Model):
    """Lowest, average and highest price of a product by day, beside its floor."""

    _name = "serial.price.spread"
    _description = "Price Spread"
    _auto = False
    _order = "day desc, product_id, statistic"
    _rec_name = "product_id"
    _depends = {
        "serial.diversion.listing": [
            "company_id",
            "currency_id",
            "floor_price",
            "observed_on",
            "price",
            "product_id",
        ]
    }

    product_id = fields.Many2one("product.product", readonly=True)
    day = fields.Date(readonly=True)
    statistic = fields.Selection(
        [
            ("1_highest", "Highest"),
            ("2_average", "Average"),
            ("3_lowest", "Lowest"),
            ("4_floor", "Floor"),
        ],
        string="Price of the Day",
        readonly=True,
    )
    # No monetary field: charts would convert amounts of several currencies and add
    # them up, whatever the aggregator.
    price = fields.Float(readonly=True, aggregator="avg", digits=(16, 2))
    listing_count = fields.Integer(string="Listings", readonly=True, aggregator="sum")
    currency_id = fields.Many2one("res.currency", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT 4 * spread.id + value.place AS id, spread.company_id,
                   spread.product_id, spread.currency_id, spread.day,
                   value.statistic, value.price, spread.listing_count
              FROM (
                SELECT min(id) AS id, company_id, product_id, currency_id,
                       observed_on AS day, count(*) AS listing_count,
                       max(price) AS highest, avg(price) AS average,
                       min(price) AS lowest, max(floor_price) AS floor
                  FROM serial_diversion_listing
                 WHERE product_id IS NOT NULL
              GROUP BY company_id, product_id, currency_id, observed_on
              ) AS spread
        CROSS JOIN LATERAL (
                VALUES (0, '1_highest', spread.highest),
                       (1, '2_average', spread.average),
                       (2, '3_lowest', spread.lowest),
                       (3, '4_floor', spread.floor)
              ) AS value(place, statistic, price)
             WHERE value.price IS NOT NULL
            """
        )

    @api.model
    def _get_window(self):
        """Return the window of the product that was listed most, not of all at once.

        The average price of telephones and kettles tells nothing.
        """
        window = self.env["ir.actions.act_window"]._for_xml_id(
            "serial_dossier.serial_price_spread_action"
        )
        busiest = self.env["serial.diversion.listing"]._read_group(
            [("product_id", "!=", False), ("observed_on", ">=", "-56d")],
            ["product_id", "currency_id"],
            ["__count"],
            order="__count DESC, product_id",
            limit=1,
        )
        context = {"fill_temporal": False, "search_default_last_weeks": 1}
        if busiest:
            product, currency, _count = busiest[0]
            context["search_default_product_id"] = product.id
            context["search_default_currency_id"] = currency.id
        return {**window, "context": context}
