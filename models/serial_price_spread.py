from odoo import fields, models
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
    price = fields.Monetary(readonly=True, aggregator="avg")
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
