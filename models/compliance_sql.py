"""Parts of SQL on units that the law wants coded."""

# Which categories a product is in: its own, and those of its category and all above.
DUTIES = """
SELECT own.template_id, own.duty_id
  FROM serial_compliance_template_rel own
 UNION
SELECT template.id, given.duty_id
  FROM serial_compliance_categ_rel given
  JOIN product_category above ON above.id = given.categ_id
  JOIN product_category category
    ON category.parent_path LIKE above.parent_path || '%%'
  JOIN product_template template ON template.categ_id = category.id
"""

# Whether the category `duty` is in force for a unit that goes to `receiver.country_id`
# on `day`. Of an unknown country, what holds anywhere is taken to hold.
IN_FORCE = """
duty.active AND duty.is_unit_coded
AND (duty.company_id IS NULL OR duty.company_id = move.company_id)
AND (duty.date_from IS NULL OR duty.date_from <= {day})
AND (duty.date_to IS NULL OR duty.date_to >= {day})
AND (
    receiver.country_id IS NULL
    OR EXISTS (SELECT FROM serial_compliance_country_rel market
                WHERE market.duty_id = duty.id
                  AND market.country_id = receiver.country_id)
    OR EXISTS (SELECT FROM res_country_res_country_group_rel market
                WHERE market.res_country_group_id = duty.country_group_id
                  AND market.res_country_id = receiver.country_id)
    OR (duty.country_group_id IS NULL
        AND NOT EXISTS (SELECT FROM serial_compliance_country_rel market
                         WHERE market.duty_id = duty.id))
)
"""

# To whom the goods of `move` go; its `picking` may be null.
RECEIVER = "coalesce(picking.partner_id, move.partner_id)"

# The lot that goes into AI 10, of `lot`.
LOT_NUMBER = """
coalesce(nullif(lot.ref, ''), (
    SELECT batch.name FROM serial_batch batch WHERE batch.id = lot.serial_batch_id))
"""

# What the coded `lot` lacks of a product identifier; `gtin_ids` are the products that
# have a valid GTIN, `cset` is GS1's set of characters. `core.product_identifier` is the
# same in Python.
INCOMPLETE = f"""
NOT move.product_id = ANY(%(gtin_ids)s)
OR lot.expiry_date IS NULL
OR length(lot.name) > 20 OR lot.name !~ %(cset)s
OR {LOT_NUMBER} IS NULL OR length({LOT_NUMBER}) > 20 OR {LOT_NUMBER} !~ %(cset)s
"""

# Whether `lot` bore a code when `move` took place: one given later came too late.
# What a batch minted has had its code from the first. Events that were purged tell
# nothing, so that the code itself does.
WAS_CODED = """
lot.stage IS NOT NULL AND lot.stage <> 'void' AND (
    lot.serial_batch_id IS NOT NULL OR NOT EXISTS (
        SELECT FROM serial_event event
         WHERE event.lot_id = lot.id AND event.sequence = 1
           AND event.kind <> 'purged' AND event.record_time > move.date))
"""
