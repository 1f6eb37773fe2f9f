"""What each step is to the outside world: GS1 CBV 2.0 business step and disposition.

CBV has no "activating" and no "returning": a first use is `other`, a return is
`receiving` with the disposition `returned`.
"""

STEPS = {
    "minted": ("encoding", "encoded"),
    "adopted": ("encoding", "encoded"),
    "imported": ("inspecting", "active"),
    "produced": ("commissioning", "active"),
    "assembled": ("assembling", "active"),
    "shipped": ("shipping", "in_transit"),
    "sold": ("retail_selling", "retail_sold"),
    "received": ("receiving", "sellable_accessible"),
    "returned": ("receiving", "returned"),
    "rebound": ("shipping", "in_transit"),
    "corrected": ("other", "active"),
    "activated": ("other", "active"),
    "in_service": ("repairing", "non_sellable_other"),
    "out_of_service": ("repairing", "active"),
    "repaired": ("repairing", "active"),
    "exchanged": ("other", "active"),
    "part_changed": ("replacing", "active"),
    "recalled": ("holding", "recalled"),
    "recall_lifted": ("holding", "active"),
    "blocked": ("holding", "non_sellable_other"),
    "unblocked": ("holding", "active"),
    "voided": ("decommissioning", "inactive"),
    "traded_in": ("accepting", "non_sellable_other"),
    "trade_in_undone": ("other", "active"),
    "reinstated": ("other", "active"),
    "retired": ("decommissioning", "inactive"),
    "marked": ("encoding", "encoded"),
    "packed": ("packing", "in_progress"),
    "unpacked": ("unpacking", "in_progress"),
    # What a factory or a logistics partner reported: the event brings its own terms.
    "captured": ("other", "active"),
    # The unit lives on; only what was recorded of it is gone.
    "purged": ("other", "active"),
}
