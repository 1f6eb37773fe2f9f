"""What recalls say of a serial, as pieces of SQL about `stock_lot lot`.

A recall holds a unit from its activation until the unit is remedied, whether the
campaign is still running or closed: a hazard does not end with it.
"""

HOLDS = "recall.state IN ('active', 'closed') AND unit.state <> 'remedied'"
# The recalls that hold a unit. Looked up only for units that are recalled: all others
# pay for a flag.
HELD_BY = f"""
FROM serial_recall_unit unit
JOIN serial_recall recall ON recall.id = unit.recall_id
WHERE unit.lot_id = lot.id AND {HOLDS}
"""

# May the unit be sold or delivered? A unit that is recalled without a recall of ours
# (somebody else's system said so) may not.
BARS_SALE = f"""
(lot.recalled AND coalesce((SELECT bool_or(recall.block_sale) {HELD_BY}), true))
"""

# May a consumer activate it?
BARS_ACTIVATION = f"""
(lot.recalled AND coalesce((SELECT bool_or(recall.block_activation) {HELD_BY}), false))
"""

# For statements that show a unit: a column to give to `serial.recall._get_banners`.
# A list of [id, version of its row, whether activation is blocked]; NULL if there is
# none. Nothing is read of void codes.
RECALLS = f"""
CASE WHEN lot.recalled AND lot.stage <> 'void' THEN
    (SELECT json_agg(json_build_array(
                recall.id, concat(recall.xmin, recall.ctid), recall.block_activation)
                ORDER BY recall.id) {HELD_BY})
END
"""
