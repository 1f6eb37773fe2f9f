"""What the public page tells of a unit, gathered by one function of the database.

A statement pays for each table it names, whatever it finds: to name those of a unit's
past only here keeps codes that nobody made cheap. Like any function of the database it
keeps its plans as long as the connection lasts.
"""

from .recall_sql import RECALLS
from .serial_warranty_right_mixin import REPAIRS_SQL, WARRANTY_SQL

_MAX_EVENTS = 100

_PROOF = """
CASE WHEN lot.activated_at IS NOT NULL THEN
    (SELECT proof_state FROM serial_activation WHERE lot_id = lot.id AND active)
END
"""
_PRODUCT_VERSION = """
(SELECT concat(product.xmin, product.ctid, template.xmin, template.ctid)
   FROM product_product product
   JOIN product_template template ON template.id = product.product_tmpl_id
  WHERE product.id = lot.product_id)
"""
_EVENTS = f"""
(SELECT json_agg(json_build_array(
            event.kind, event.event_time::timestamp(0), event.id, event.corrects_id,
            event.told))
   FROM (SELECT kind, event_time, id, corrects_id,
                CASE WHEN kind IN ('repaired', 'part_changed') THEN
                    data -> 'public' END AS told
           FROM serial_event
          WHERE lot_id = lot.id
       ORDER BY sequence DESC LIMIT {_MAX_EVENTS}) AS event)
"""  # noqa: S608  (of a constant)
# The parts that sit in `lot`: what they are, the end of their serial (the whole one
# is its holder's), who recorded them and when. The name of a part that is a product of
# ours is looked up only for such parts: a join would cost the units without them.
_PARTS = """
(SELECT json_agg(json_build_array(
            CASE WHEN part.product_id IS NOT NULL THEN (
                SELECT coalesce(template.name ->> p_lang,
                                template.name ->> 'en_US')
                  FROM product_product component
                  JOIN product_template template
                    ON template.id = component.product_tmpl_id
                 WHERE component.id = part.product_id) END,
            part.position, right(part.name, 4), part.source,
            part.installed_at::timestamp(0)))
   FROM (SELECT * FROM serial_part
          WHERE lot_id = lot.id AND removed_at IS NULL
       ORDER BY id LIMIT 20) AS part)
"""
_PROGRAMS = """
CASE WHEN lot.stage = 'activated' THEN
    (SELECT max(write_date)::text FROM serial_tradein_program WHERE active)
END
"""

# Name of a detail -> SQL for it, about `lot`.
_ALWAYS = {
    "proof_state": _PROOF,
    "product_version": _PRODUCT_VERSION,
    "events": _EVENTS,
    "warranty": WARRANTY_SQL,
    "repairs": REPAIRS_SQL,
    "parts": _PARTS,
    "programs": _PROGRAMS,
}
_LISTED = ", ".join(f"'{name}', {query}" for name, query in _ALWAYS.items())

#: Names of the details.
DETAILS = (*_ALWAYS, "recalls")

FUNCTION = f"""
CREATE OR REPLACE FUNCTION serial_page_details(
    p_id integer, p_product_id integer, p_stage varchar, p_recalled boolean,
    p_activated_at timestamp, p_lang varchar
) RETURNS json AS $$
DECLARE
    recalls json;
BEGIN
    IF p_recalled THEN
        recalls := (SELECT {RECALLS}
                      FROM (SELECT p_id AS id, p_stage AS stage,
                                   p_recalled AS recalled) AS lot);
    END IF;
    RETURN (
        SELECT json_build_object({_LISTED}, 'recalls', recalls)
          FROM (SELECT p_id AS id, p_product_id AS product_id, p_stage AS stage,
                       p_activated_at AS activated_at) AS lot);
END
$$ LANGUAGE plpgsql STABLE
"""  # noqa: S608  (of the constants above)

DROP = "DROP FUNCTION IF EXISTS serial_page_details"
