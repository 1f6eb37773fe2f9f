"""Names of detectors, limits and rates, and what they mean, for screens."""

from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)

# Labels of selections: Odoo translates them with the fields that show them.
DETECTOR_NAMES = {
    "region_mismatch": "Other Region",
    "outside_country": "Other Country",
    "leak": "Leak",
    "clone": "Cloned Code",
    "refurbished_as_new": "Used Sold as New",
    "never_shipped": "Never Shipped",
    "void_code": "Void Code",
    "recalled_unit": "Recalled Unit",
    "destroyed_unit": "Destroyed Unit",
    "traded_in_before": "Traded In Before",
    "bulk_activation": "Bulk Activation",
    "before_sale_date": "Before the Sale",
    "dealer_stock": "In a Dealer's Stock",
    "no_later_life": "No Later Life",
    "unknown_codes": "Unknown Codes",
    "unit_surfaced": "Unit in a Wrong Store",
}
DETECTOR_TEXTS = {
    "region_mismatch": _lt("A unit is seen outside the region it was sent to."),
    "outside_country": _lt("A unit is seen in a country it was not meant for."),
    "leak": _lt(
        "Of one carton, shipment, batch or month of a distributor, more units turn up "
        "in one foreign region than errors of location explain."
    ),
    "clone": _lt("One code is seen at places that no one unit can be at."),
    "refurbished_as_new": _lt("A unit is activated again after it came back."),
    "never_shipped": _lt("A unit is activated that never left us."),
    "void_code": _lt("A code is used that was cancelled."),
    "recalled_unit": _lt("A unit of a recall is activated."),
    "destroyed_unit": _lt("A unit is activated that was destroyed."),
    "traded_in_before": _lt("A unit is activated that was traded in before."),
    "bulk_activation": _lt("One device, account or address activates many units."),
    "before_sale_date": _lt("A unit is activated before the day it was sold."),
    "dealer_stock": _lt("A unit is activated while a dealer still has it in stock."),
    "no_later_life": _lt("A unit is activated and nothing is heard of it again."),
    "unknown_codes": _lt("Many codes are scanned that were never made."),
    "unit_surfaced": _lt("A unit turns up at a store it was never sent to."),
}
THRESHOLD_NAMES = {
    "alert_score": "Alert from Score",
    "repeat_score": "Alert again if Higher by",
    "leak_probability": "Leak: Member from",
    "leak_units": "Leak: Units, at Least",
    "leak_fdr": "Leak: Wrong Ones, at Most",
    "leak_named": "Leak: Name Units from a Probability of",
    "leak_suspect": "Leak: Suspicion from",
    "clone_prior": "Clone: Expected Share",
    "clone_probability": "Clone: Reported from",
    "clone_speed_km_h": "Clone: Faster than",
    "bulk_least": "Bulk: Units, at Least",
    "bulk_probability": "Bulk: Reported from",
    "bulk_address_hours": "Bulk: Pause at One Address",
    "bulk_people_days": "Bulk: Pause of One Person",
    "bulk_later_rate": "Bulk: Usually Seen Again",
    "reuse_tried_days": "Used as New: Tried for",
    "reuse_settle_days": "Used as New: Same Sale within",
    "reuse_unrecorded_score": "Used as New: Score of a Second Owner without a Record",
    "unknown_copies": "Unknown Codes: Visitors of One",
    "unknown_series": "Unknown Codes: of One Series",
    "unknown_series_visitors": "Unknown Codes: Visitors of a Series",
    "suspicion_void_code": "Weight of a Void Code",
    "suspicion_never_shipped": "Weight of Never Shipped",
    "suspicion_traded_in_before": "Weight of Traded In Before",
    "suspicion_dealer_stock": "Weight of a Dealer's Stock",
    "suspicion_before_sale_date": "Weight of Before the Sale",
    "suspicion_returned_before": "Weight of Returned Before",
}
RATE_NAMES = {
    "gps": "Position of a Device",
    "store": "Place of a Store",
    "declared": "Declared Place",
    "country": "Country of an Address",
    "country_mobile": "Country of a Mobile Address",
    "fixed": "Fixed Line",
    "fixed_agreeing": "Fixed Line, Files Agree",
    "mobile": "Mobile Network",
    "mobile_agreeing": "Mobile Network, Files Agree",
    "wide": "Address of a Wide Area",
    "unknown_radius": "Address of Unknown Precision",
    "registered": "Address Put to a Registered Place",
    "disputed": "Address of which Files Disagree",
    "radius_50": "Address within 50 km",
    "radius_100": "Address within 100 km",
    "radius_200": "Address within 200 km",
}
UNITS = {
    "share": _lt("share"),
    "score": _lt("of 100"),
    "hours": _lt("hours"),
    "days": _lt("days"),
    "units": _lt("units"),
    "codes": _lt("codes"),
    "people": _lt("people"),
    "km/h": _lt("km/h"),
}


def name_of(code, names):
    """Return the name of a code; one without a name is shown as it is."""
    return names.get(code) or code.replace("_", " ").capitalize()
