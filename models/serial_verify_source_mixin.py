import logging
from datetime import datetime, tzinfo
from functools import cache
from typing import NamedTuple

import psycopg2
import pytz
from psycopg2.extensions import STATUS_READY

from odoo import models
from odoo.tools import ormcache

from . import kept_connection
from .serial_api_auth_mixin import KEY_STANDS
from .serial_warranty_right_mixin import REPAIRS_SQL, WARRANTY_SQL

_logger = logging.getLogger(__name__)

READERS = ("serial_dossier_group_user", "serial_dossier_group_auditor")


class Caller(NamedTuple):
    """Who asks: a user of the brand, or whoever works for a distributor."""

    is_internal: bool
    company_ids: list[int]
    lang: str
    zone: tzinfo

    def get_today(self):
        """Return the day that it is for the caller."""
        return datetime.now(self.zone).date()


# What a user of the brand sees, and what a distributor does: whom he supplies is found
# out before, whatever the codes are.
_BRAND = """
WITH caller AS (SELECT true AS sees_units)
"""
_DISTRIBUTOR = """
WITH RECURSIVE mine(id) AS (
    SELECT company.id
      FROM res_users seeker
      JOIN res_partner person ON person.id = seeker.partner_id
      JOIN res_partner company ON company.id = person.commercial_partner_id
     WHERE seeker.id = %(user_id)s::integer AND company.channel_tier IS NOT NULL
     UNION
    SELECT child.id
      FROM mine
      JOIN res_partner child ON child.channel_parent_id = mine.id
), caller AS MATERIALIZED (
    SELECT array_agg(id) AS holder_ids, count(*) > 0 AS sees_units FROM mine
)
"""
_OF_BRAND = """
lot.company_id IS NULL OR lot.company_id = ANY(%(company_ids)s::integer[])
"""
_OF_DISTRIBUTOR = "lot.channel_partner_id = ANY(caller.holder_ids)"

_SHOP = """
, store.*,
       asked.platform IS NOT NULL AND EXISTS (
           SELECT FROM serial_channel_platform platform
             JOIN serial_channel_store known ON known.platform_id = platform.id
            WHERE platform.code = asked.platform AND known.active
       ) AS platform_has_stores,
       (SELECT array_agg(sold.product_product_id)
          FROM product_product_serial_channel_store_rel sold
         WHERE sold.serial_channel_store_id = store.store_id) AS sold_ids,
       store.owner_id IN (
           WITH RECURSIVE supplier(id) AS (
               SELECT unit.holder_id
                UNION
               SELECT holder.channel_parent_id
                 FROM supplier JOIN res_partner holder ON holder.id = supplier.id
           )
           SELECT id FROM supplier
       ) AS supplies_holder
"""
_FIND_SHOP = """
  LEFT JOIN LATERAL (
        SELECT store.id AS store_id, store.date_from, store.date_to,
               store.state <> 'running' AS is_suspended,
               owner.commercial_partner_id AS owner_id
          FROM serial_channel_platform platform
          JOIN serial_channel_store store ON store.platform_id = platform.id
          JOIN res_partner owner ON owner.id = store.partner_id
         WHERE platform.code = asked.platform AND store.store_id = asked.store_id
           AND store.active
         LIMIT 1
       ) AS store ON true
"""


@cache
def _get_statement(is_internal, has_shops):
    """Return one statement for one code or a thousand, and the key they came with.

    A code that was never made, a void one and one the caller may not see find the same
    after the same look-up in one index: nothing. Each LIMIT makes the planner, who does
    not know how many codes there will be, probe indexes for each.
    """
    return f"""
{_BRAND if is_internal else _DISTRIBUTOR}
SELECT {KEY_STANDS} AS key_stands, caller.sees_units, unit.*, product.*
       {_SHOP if has_shops else ""}
  FROM caller
 CROSS JOIN unnest(
        %(codes)s::varchar[], %(platforms)s::varchar[], %(stores)s::varchar[]
       ) WITH ORDINALITY AS asked(code, platform, store_id, number)
  LEFT JOIN LATERAL (
        SELECT lot.stage, lot.recalled, lot.blocked, lot.sale_date, lot.activated_at,
               lot.shipped_at, lot.production_date, lot.in_service, lot.company_id,
               lot.channel_region_id AS region_id, lot.product_id,
               lot.channel_partner_id AS holder_id,
               {WARRANTY_SQL} AS warranty, {REPAIRS_SQL} AS repairs
          FROM stock_lot lot
         WHERE lot.scan_code = asked.code AND lot.stage <> 'void'
           AND ({_OF_BRAND if is_internal else _OF_DISTRIBUTOR})
         LIMIT 1
       ) AS unit ON true
  LEFT JOIN LATERAL (
        SELECT product.barcode AS gtin,
               template.serial_warranty_months AS warranty_months,
               template.serial_policy_id AS policy_id, template.categ_id,
               coalesce(template.name ->> %(lang)s::text, template.name ->> 'en_US')
                 AS name
          FROM product_product product
          JOIN product_template template ON template.id = product.product_tmpl_id
         WHERE product.id = unit.product_id
         LIMIT 1
       ) AS product ON true
  {_FIND_SHOP if has_shops else ""}
 ORDER BY asked.number
"""  # noqa: S608  (of constants)


class SerialVerifySourceMixin(models.AbstractModel):
    """The one look-up behind `POST /verify`."""

    _name = "serial.verify.source.mixin"
    _description = "Look-up of Verified Codes"

    def _look_up(self, questions, caller, key):
        """Return the facts of each question, in their order; read past all rules.

        :param list questions: see `core.verify.Question`
        :param key: the `ProvenKey` that they came with
        """
        has_shops = any(question.platform for question in questions)
        return self._fetch(
            _get_statement(caller.is_internal, has_shops),
            {
                **key._asdict(),
                "company_ids": caller.company_ids,
                "lang": caller.lang,
                "codes": [question.code for question in questions],
                "platforms": [question.platform for question in questions],
                "stores": [question.store_id for question in questions],
            },
        )

    def _fetch(self, statement, values):
        cr = self.env.cr
        if cr.readonly:
            # Nothing was written: what was read so far is done with.
            cr.rollback()
        if cr.connection.status == STATUS_READY:
            # This transaction has seen and done nothing yet, so any connection answers
            # the same, and one that has its plans answers soonest.
            try:
                return kept_connection.fetch(cr.dbname, statement, values, cr.readonly)
            except psycopg2.Error as error:
                _logger.info("verifying without a connection of its own: %s", error)
        cr.execute(statement, values)
        return cr.dictfetchall()

    @ormcache("uid")
    def _get_caller(self, uid):
        """Return who asks; Odoo drops this when groups, companies or language change.

        A user of the brand sees the units of the companies, any other those that the
        distributor holds for whom the user works.
        """
        user_sudo = self.env["res.users"].sudo().browse(uid)
        is_internal = any(
            user_sudo.has_group(f"serial_dossier.{group}") for group in READERS
        )
        return Caller(
            is_internal,
            list(user_sudo._get_company_ids()),
            user_sudo.lang or "en_US",
            self._get_zone(user_sudo.tz),
        )

    def _get_zone(self, name):
        try:
            return pytz.timezone(name or "UTC")
        except pytz.UnknownTimeZoneError:
            return pytz.utc
