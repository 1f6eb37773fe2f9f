import logging

import psycopg2
from psycopg2.extensions import STATUS_READY

from odoo import fields, models
from odoo.tools import ormcache
from odoo.tools.misc import limited_field_access_token

from . import kept_connection
from .page_sql import DETAILS, DROP, FUNCTION
from .serial_scan import LOG

_logger = logging.getLogger(__name__)

# Steps a consumer sees, each with its words in the template `scan_page`. Where a unit
# was meant to be sold is nobody's business but the brand's.
PUBLIC_KINDS = frozenset(
    {
        "produced",
        "shipped",
        "sold",
        "activated",
        "in_service",
        "out_of_service",
        "repaired",
        "exchanged",
        "part_changed",
        "returned",
        "recalled",
        "recall_lifted",
        "traded_in",
        "retired",
    }
)
MAX_STEPS = 20

# One row always, one look-up in one unique index whatever the code is, and nothing
# more is read of a void code than of one that never was: timing tells nothing.
# What a product and a company look like is cached; the version of their rows tells when
# that is out of date.
_UNIT = """
SELECT lot.id AS lot_id, lot.stage, lot.name AS serial, lot.recalled, lot.blocked,
       lot.in_service, lot.sale_date, lot.activated_at, lot.product_id,
       lot.shipped_at, lot.production_date, lot.channel_region_id AS region_id,
       lot.company_id AS lot_company_id,
       (SELECT concat(company.xmin, company.ctid) FROM res_company company
         WHERE company.id = coalesce(lot.company_id, %(company_id)s)
       ) AS company_version,
       CASE WHEN lot.stage <> 'void' THEN
           serial_page_details(lot.id, lot.product_id, lot.stage, lot.recalled,
                               lot.activated_at, %(lang)s)
       END AS details
  FROM (VALUES (%(code)s::varchar)) AS typed(code)
  LEFT JOIN stock_lot lot ON lot.scan_code = typed.code
"""

# The same, and the log of it in the same round trip. The log may lose its last moments
# in a crash: a visitor does not wait for the disk.
_VIEW = f"""
WITH unit AS MATERIALIZED ({_UNIT}),
     logged AS ({LOG})
SELECT unit.*, set_config('synchronous_commit', 'off', TRUE) FROM unit
"""  # noqa: S608  (of the constants above)

_PRODUCT = """
SELECT coalesce(template.name ->> %(lang)s, template.name ->> 'en_US') AS product,
       template.serial_warranty_months AS warranty_months,
       template.serial_policy_id AS policy_id, template.categ_id,
       (SELECT string_agg(
                   coalesce(value.name ->> %(lang)s, value.name ->> 'en_US'), ', '
                   ORDER BY combined.product_template_attribute_value_id)
          FROM product_variant_combination combined
          JOIN product_template_attribute_value ptav
            ON ptav.id = combined.product_template_attribute_value_id
          JOIN product_attribute_value value
            ON value.id = ptav.product_attribute_value_id
         WHERE combined.product_product_id = product.id) AS variant,
       (SELECT checksum FROM ir_attachment
         WHERE (res_model = 'product.product' AND res_id = product.id
                AND res_field = 'image_variant_256')
            OR (res_model = 'product.template' AND res_id = template.id
                AND res_field = 'image_256')
      ORDER BY res_model LIMIT 1) AS picture
  FROM product_product product
  JOIN product_template template ON template.id = product.product_tmpl_id
 WHERE product.id = %(product_id)s
"""

_COMPANY = """
SELECT company.name AS brand, company.serial_page_phone AS phone,
       owner.tz AS zone, country.code AS country
  FROM res_company company
  JOIN res_partner owner ON owner.id = company.partner_id
  LEFT JOIN res_country country ON country.id = owner.country_id
 WHERE company.id = %(company_id)s
"""
_NO_DETAILS = dict.fromkeys(DETAILS)
_NO_PRODUCT = dict.fromkeys(
    ("product", "warranty_months", "policy_id", "categ_id", "variant", "picture")
)


class SerialPageSourceMixin(models.AbstractModel):
    """The one look-up behind the public page."""

    _name = "serial.page.source.mixin"
    _description = "Look-up of the Public Page"

    def init(self):
        """Create the function that gathers what there is to tell of a unit."""
        self.env.cr.execute(FUNCTION)

    def _drop(self):
        """Drop it again, before the app goes."""
        self.env.cr.execute(DROP)

    def _look_up(self, code, view=None):
        """Return what the database knows of a code, as a dict; read past all rules.

        The page shows nothing of it that its template does not name, and whoever has
        the code holds the unit: codes cannot be guessed.

        :param dict view: the row to log that somebody looked, see `serial.scan`
        """
        company_id = self._get_company_id()
        values = {
            "code": code,
            "company_id": company_id,
            "lang": self.env.lang,
        }
        if view:
            row = self._fetch_view({**values, **view})
        else:
            row = self._fetch(self.env.cr, _UNIT, values)
        row |= row.pop("details") or _NO_DETAILS
        product = _NO_PRODUCT
        if row["product_version"] is not None:
            product = self._get_product(
                row["product_id"], row["product_version"], fields.Date.today()
            )
        company = self._get_company(
            row["lot_company_id"] or company_id, row["company_version"]
        )
        return {**row, **product, **company, "scan_code": code}

    def _fetch_view(self, values):
        """Return the row of a unit, and log that it was looked at."""
        cr = self.env.cr
        if cr.readonly:
            # A replica cannot log. What was read so far is done with, so that no
            # snapshot is held while the primary answers.
            cr.rollback()
        if cr.connection.status == STATUS_READY:
            # This transaction has seen and done nothing yet, so any connection to the
            # primary answers the same, and one that has its plans answers soonest.
            try:
                return kept_connection.fetch_one(cr.dbname, _VIEW, values)
            except psycopg2.Error as error:
                _logger.info("the page goes on without its own connection: %s", error)
        if cr.readonly:
            with self.env.registry.cursor(readonly=False) as primary:
                return self._fetch(primary, _VIEW, values)
        return self._fetch(cr, _VIEW, values)

    def _fetch(self, cr, query, values):
        cr.execute(query, values)
        names = [column.name for column in cr.description]
        return dict(zip(names, cr.fetchone(), strict=True))

    @ormcache("self.env.uid")
    def _get_company_id(self):
        """Return the company that answers for codes nobody made."""
        return self.env.company.id

    @ormcache("product_id", "version", "today", "self.env.lang")
    def _get_product(self, product_id, version, today):
        """Return what the page shows of a product, as of a version of its rows.

        A day at most, for the picture's token ends some day.
        """
        values = {"product_id": product_id, "lang": self.env.lang}
        product = self._fetch(self.env.cr, _PRODUCT, values)
        return {**product, "picture": self._get_picture_url(product_id, product)}

    def _get_picture_url(self, product_id, product):
        """Return an address of the product's picture that needs no rights."""
        if not product["picture"]:
            return None
        product_sudo = self.env["product.product"].sudo().browse(product_id)
        token = limited_field_access_token(product_sudo, "image_256", scope="binary")
        return (
            f"/web/image/product.product/{product_id}/image_256"
            f"?access_token={token}&unique={product['picture'][:8]}"
        )

    @ormcache("company_id", "version")
    def _get_company(self, company_id, version):
        """Return what the page shows of a company, as of a version of its row."""
        return self._fetch(self.env.cr, _COMPANY, {"company_id": company_id})

    def _get_public_steps(self, row):
        """Return (kind, time) of the steps a consumer sees, the newest first.

        Steps that a later event corrected are left out.
        """
        events = row["events"] or ()
        corrected = {event[3] for event in events}
        return [
            (kind, moment)
            for kind, moment, event_id, _corrects, _told in events
            if kind in PUBLIC_KINDS and event_id not in corrected
        ][:MAX_STEPS]
