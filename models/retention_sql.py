"""SQL conditions on `lot`: what keeps a dossier though its time is over.

They are constants without parameters, so that the database's own guard and the purge
ask the same.
"""

# Whoever put a hold on a unit, its product, its minting batch or a case it is part of
# wins over every retention: the purge asks this, and so does the trigger.
HELD = """
EXISTS (
    SELECT 1 FROM serial_hold hold
     WHERE hold.state = 'active'
       AND (
            EXISTS (SELECT 1 FROM serial_hold_stock_lot_rel rel
                     WHERE rel.serial_hold_id = hold.id AND rel.stock_lot_id = lot.id)
         OR EXISTS (SELECT 1 FROM product_product_serial_hold_rel rel
                     WHERE rel.serial_hold_id = hold.id
                       AND rel.product_product_id = lot.product_id)
         OR EXISTS (SELECT 1 FROM serial_batch_serial_hold_rel rel
                     WHERE rel.serial_hold_id = hold.id
                       AND rel.serial_batch_id = lot.serial_batch_id)
         OR EXISTS (
            SELECT 1 FROM serial_diversion_case_serial_hold_rel rel
             WHERE rel.serial_hold_id = hold.id
               AND (
                    EXISTS (SELECT 1 FROM serial_diversion_alert alert
                             WHERE alert.case_id = rel.serial_diversion_case_id
                               AND alert.lot_id = lot.id)
                 OR EXISTS (SELECT 1 FROM serial_diversion_purchase purchase
                             WHERE purchase.case_id = rel.serial_diversion_case_id
                               AND purchase.lot_id = lot.id)
               )
         )
       )
)
"""

_IN_STOCK = """
EXISTS (SELECT 1 FROM stock_quant quant
          JOIN stock_location place ON place.id = quant.location_id
         WHERE quant.lot_id = lot.id AND quant.quantity > 0
           AND place.usage IN ('internal', 'transit'))
"""
_OPEN_CASE = """
(EXISTS (SELECT 1 FROM serial_diversion_alert alert
      LEFT JOIN serial_diversion_case file ON file.id = alert.case_id
          WHERE alert.lot_id = lot.id
            AND (alert.state IN ('new', 'investigating') OR file.state <> 'decided'))
 OR EXISTS (SELECT 1 FROM serial_diversion_purchase purchase
              JOIN serial_diversion_case file ON file.id = purchase.case_id
             WHERE purchase.lot_id = lot.id AND file.state <> 'decided')
 OR EXISTS (SELECT 1 FROM serial_diversion_lead lead
             WHERE lead.lot_id = lot.id AND lead.state IN ('new', 'open')))
"""
_OPEN_PROOF = """
EXISTS (SELECT 1 FROM serial_activation activation
         WHERE activation.lot_id = lot.id AND activation.proof_state = 'given')
"""
_OPEN_REPAIR = """
EXISTS (SELECT 1 FROM repair_order repair
         WHERE lot.id IN (repair.lot_id, repair.serial_exchange_lot_id)
           AND repair.state NOT IN ('done', 'cancel'))
"""
_OPEN_TRADEIN = """
(EXISTS (SELECT 1 FROM serial_tradein claim
          WHERE claim.lot_id = lot.id
            AND claim.state NOT IN ('done', 'cancelled', 'refused', 'clawed_back'))
 OR EXISTS (SELECT 1 FROM serial_tradein claim
          WHERE claim.new_lot_id = lot.id
            AND claim.state NOT IN ('done', 'cancelled', 'refused', 'clawed_back')))
"""
_OPEN_TRANSFER = """
EXISTS (SELECT 1 FROM serial_channel_transfer_line line
          JOIN serial_channel_transfer transfer ON transfer.id = line.transfer_id
         WHERE line.lot_id = lot.id AND transfer.state IN ('sent', 'disputed'))
"""
_BUILT_IN = """
EXISTS (SELECT 1 FROM serial_part part
          JOIN stock_lot unit ON unit.id = part.lot_id
         WHERE part.component_lot_id = lot.id AND part.removed_at IS NULL
           AND unit.purge_id IS NULL)
"""
_WARRANTY = """
EXISTS (SELECT 1 FROM serial_warranty warranty
         WHERE warranty.lot_id = lot.id AND warranty.state = 'live'
           AND warranty."end" >= %(today)s)
"""

# Why a dossier stays, the weightiest reason first; `%(today)s` is the only parameter.
KEPT_BY = {
    "hold": HELD,
    "recall": "lot.recalled",
    "blocked": "lot.blocked",
    "case": _OPEN_CASE,
    "claim": _OPEN_PROOF,
    "repair": _OPEN_REPAIR,
    "tradein": _OPEN_TRADEIN,
    "warranty": _WARRANTY,
    "transfer": _OPEN_TRANSFER,
    "stock": _IN_STOCK,
    "part": _BUILT_IN,
}
