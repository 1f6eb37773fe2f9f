from odoo import api, models
from odoo.tools import SQL, ormcache

# Steps a consumer sees, each with its words in the template `scan_page`. Where a unit
# was meant to be sold is nobody's business but the brand's.
PUBLIC_KINDS = [
    "produced",
    "shipped",
    "sold",
    "activated",
    "in_service",
    "out_of_service",
    "returned",
    "recalled",
    "traded_in",
    "retired",
]
MAX_STEPS = 20

# One row always, one look-up in one unique index whatever the code is, and nothing
# more is read of a void code than of one that never was: timing tells nothing.
# A function, because planning this takes six times as long as running it, and a
# function's plan is kept by the connection.
_FUNCTION = """
CREATE FUNCTION serial_page_look_up(
    asked_code text, asked_lang text, asked_company integer, asked_kinds text[],
    asked_most integer
) RETURNS json AS $$
BEGIN
    RETURN (SELECT to_json(page) FROM (
SELECT lot.id AS lot_id, lot.stage, lot.name AS serial, lot.recalled, lot.blocked,
       lot.in_service, lot.sale_date, lot.activated_at::timestamp(0), lot.product_id,
       coalesce(lot.company_id, template.company_id, asked_company) AS company_id,
       coalesce(template.name ->> asked_lang, template.name ->> 'en_US') AS product,
       template.serial_warranty_months AS warranty_months,
       company.name AS brand, company.serial_page_phone AS phone,
       owner.tz AS zone,
       (SELECT code FROM res_country WHERE id = owner.country_id) AS country,
       (SELECT checksum FROM (
            SELECT checksum FROM ir_attachment
             WHERE res_model = 'product.product' AND res_id = product.id
               AND res_field = 'image_variant_256'
             UNION ALL
            SELECT checksum FROM ir_attachment
             WHERE res_model = 'product.template' AND res_id = template.id
               AND res_field = 'image_256') AS pictures LIMIT 1) AS picture,
       (SELECT string_agg(
                   coalesce(value.name ->> asked_lang, value.name ->> 'en_US'), ', '
                   ORDER BY combined.product_template_attribute_value_id)
          FROM product_variant_combination combined
          JOIN product_template_attribute_value ptav
            ON ptav.id = combined.product_template_attribute_value_id
          JOIN product_attribute_value value
            ON value.id = ptav.product_attribute_value_id
         WHERE combined.product_product_id = product.id) AS variant,
       (SELECT json_agg(json_build_array(step.kind, step.event_time::timestamp(0))
                        ORDER BY step.sequence DESC)
          FROM (SELECT kind, event_time, sequence
                  FROM serial_event event
                 WHERE event.lot_id = lot.id AND product.id IS NOT NULL
                   AND event.kind = ANY(asked_kinds)
                   AND NOT EXISTS (SELECT 1 FROM serial_event correction
                                    WHERE correction.corrects_id = event.id)
              ORDER BY sequence DESC LIMIT asked_most) AS step) AS steps
  FROM (SELECT asked_code::varchar AS code) AS typed
  LEFT JOIN stock_lot lot ON lot.scan_code = typed.code
  LEFT JOIN product_product product
         ON product.id = lot.product_id AND lot.stage <> 'void'
  LEFT JOIN product_template template ON template.id = product.product_tmpl_id
  LEFT JOIN res_company company
         ON company.id = coalesce(lot.company_id, template.company_id, asked_company)
  LEFT JOIN res_partner owner ON owner.id = company.partner_id
    ) AS page);
END
$$ LANGUAGE plpgsql STABLE;
"""
_DROP = """
DROP FUNCTION IF EXISTS serial_page_look_up(text, text, integer, text[], integer);
"""


class SerialPageSourceMixin(models.AbstractModel):
    """The one look-up behind the public page."""

    _name = "serial.page.source.mixin"
    _description = "Look-up of the Public Page"

    def init(self):
        """Create the function of the look-up; every update repeats it."""
        self.env.cr.execute(_DROP)
        self.env.cr.execute(_FUNCTION)

    @api.model
    def _drop(self):
        """Drop the function, which Odoo knows nothing of, before the app goes."""
        self.env.cr.execute(_DROP)

    @ormcache("self.env.uid")
    def _get_company_id(self):
        """Return the company that answers for codes nobody made."""
        return self.env.company.id

    def _look_up(self, code, log=None):
        """Return what the database knows of a code, as a dict; read past all rules.

        The page shows nothing of it that its template does not name, and whoever has
        the code holds the unit: codes cannot be guessed.

        :param SQL log: a call to run in the same round trip
        """
        cr = self.env.cr
        call = SQL(
            "serial_page_look_up(%s, %s, %s, %s, %s)",
            code,
            self.env.lang,
            self._get_company_id(),
            PUBLIC_KINDS,
            MAX_STEPS,
        )
        if log and cr.readonly:
            # A replica answers: the row goes to the primary. What was read so far is
            # done with, so that no snapshot is held meanwhile.
            cr.rollback()
            with self.env.registry.cursor(readonly=False) as primary:
                primary.execute(SQL("SELECT %s", log))
        elif log:
            call = SQL("%s, %s", call, log)
        cr.execute(SQL("SELECT %s", call))
        return cr.fetchone()[0]
