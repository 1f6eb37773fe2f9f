from odoo import api, models
from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)

# Every text of the PDF of an evidence bundle.
TEXTS = {
    # cover and page
    "title": _lt("Evidence Bundle"),
    "subtitle": _lt("%(about)s: case %(case)s"),
    "footer": _lt("%(id)s · page %(page)s of %(pages)s"),
    "footer_hash": _lt("SHA-256 of the content: %(sha256)s"),
    "issuer": _lt("Issued by"),
    "made_at": _lt("Made on"),
    "case": _lt("Case"),
    "about": _lt("About"),
    "distributor": _lt("Distributor"),
    "opened_at": _lt("Opened on"),
    "state": _lt("State"),
    "outcome": _lt("Outcome"),
    "undecided": _lt("Not decided yet"),
    "reason": _lt("Reason"),
    "decided_at": _lt("Decided on"),
    "penalties": _lt("Penalties"),
    "document": _lt("Document"),
    "content_hash": _lt("SHA-256 of its content"),
    "counts": _lt("Contains"),
    "counts_words": _lt(
        "%(units)s units, %(events)s events, %(alerts)s alerts, %(groups)s groups, "
        "%(purchases)s test purchases, %(statements)s statements"
    ),
    "chains": _lt("Chains of events"),
    "chains_whole": _lt("All %(count)s chains of hashes hold."),
    "chains_broken": _lt("%(count)s chains do NOT hold: %(serials)s"),
    "check_title": _lt("How to check this document"),
    "check_words": _lt(
        "Everything printed here stands in the file %(name)s as well. Each page "
        "carries the SHA-256 of that file's content; the file names this PDF by its "
        "SHA-256. The program verify-bundle computes every hash and figure anew, "
        "without a network and without our database: "
        "verify-bundle %(name)s --pdf %(pdf)s"
    ),
    "privacy_words": _lt(
        "Nothing in it tells who the consumers are: it holds no names of consumers, "
        "no telephone numbers, no accounts and no full addresses of networks."
    ),
    # 1. what it comes to
    "summary_title": _lt("What was found"),
    "alert_title": _lt("Alerts"),
    "more_alerts": _lt("And %(count)s more: they stand in the JSON file."),
    "alerts": _lt("Alerts: %(names)s"),
    "no_groups": _lt(
        "The case stands on single units, not on a group: no statistics of groups "
        "were needed."
    ),
    "group_words": _lt(
        "%(k)s of the %(n)s units of %(group)s that were seen anywhere were seen in "
        "%(place)s. Locating an address errs; so about %(expected)s of them would "
        "seem to be there even if none was."
    ),
    "chance_words": _lt(
        "If only such errors were at work, so many or more would be seen there once "
        "in %(times)s groups like this one (p = %(p)s)."
    ),
    "interval_words": _lt(
        "The share seen there is %(share)s; the units seen allow for anything from "
        "%(low)s to %(high)s (95 %% interval after Clopper and Pearson)."
    ),
    "run_words": _lt(
        "Weighed with each unit's own network, and with how seldom groups leak at "
        "all, the odds that units of this group went there are %(odds)s to 1."
    ),
    "counted": _lt("Units counted, with the places each was seen in"),
    "counted_some": _lt("Units that left, with the place each was seen in"),
    "fdr_words": _lt(
        "Many groups are looked at, so some would stand out by luck. The limit is "
        "set so that of all groups reported at most %(fdr)s are expected to be none "
        "(false-discovery level)."
    ),
    "k": _lt("Seen in that place (k)"),
    "n": _lt("Seen anywhere (n)"),
    "expected": _lt("Expected by error alone"),
    "rate": _lt("Expected share"),
    "interval": _lt("Share seen, 95 % interval"),
    "p_value": _lt("p-value"),
    "odds": _lt("Odds"),
    "found_at": _lt("Found on"),
    "sources": _lt("Located by"),
    # 2. units
    "units_title": _lt("Units"),
    "serial": _lt("Serial"),
    "product": _lt("Product"),
    "shipment": _lt("Shipment"),
    "carton": _lt("Carton"),
    "region": _lt("Bound to"),
    "seen_in": _lt("Seen in"),
    "probability": _lt("Left, odds"),
    "odds_words": _lt("%(odds)s to 1"),
    "units_words": _lt(
        "The odds say how much likelier it is that this unit left its region than "
        "that it did not, given all that was seen of it and of its group. Not every "
        "unit of a group left it."
    ),
    # 3. purchases, statements, outcome
    "purchases_title": _lt("Test purchases"),
    "custody": _lt("Custody"),
    "bought_at": _lt("Bought on"),
    "store": _lt("Store"),
    "seller": _lt("Sold by"),
    "listing": _lt("Listing"),
    "order": _lt("Order"),
    "price": _lt("Price"),
    "seal": _lt("Seal"),
    "trace": _lt("Trace"),
    "statements_title": _lt("What the other side says"),
    "no_statement": _lt("The distributor has made no statement."),
    "files": _lt("Files"),
    "outcome_title": _lt("Outcome"),
    # 4. method
    "method_title": _lt("Method and error rates"),
    "method_words": _lt(
        "No unit is accused by one sighting: locating an address is often wrong. Each "
        "sighting counts by how often its kind errs; those of one visit count once; "
        "networks that hide a place count nothing. Groups are compared with how often "
        "the same networks err everywhere else."
    ),
    "rules": _lt("Rules"),
    "prior": _lt("Expected share of diverted units before anything is seen"),
    "rate_name": _lt("Kind of sighting"),
    "rate_error": _lt("Shown outside, though inside"),
    "rate_miss": _lt("Shown inside, though outside"),
    "rate_source": _lt("Where the rate is from"),
    "data_sets": _lt("Data sets"),
    # annex
    "annex_title": _lt("Annex: sightings and events of each unit"),
    "annex_words": _lt(
        "Each event's hash covers the hash before it: none can be changed, left out "
        "or moved without every later one going wrong. OK: computed anew, the hash "
        "is the one stored and follows the one before."
    ),
    "seen_at": _lt("When"),
    "source": _lt("Source"),
    "place": _lt("Place"),
    "precision": _lt("Precision"),
    "network": _lt("Network"),
    "data_set": _lt("Data set"),
    "times": _lt("Times"),
    "step": _lt("Step"),
    "hash": _lt("Hash"),
    "chain": _lt("Chain"),
    "ok": _lt("OK"),
    "broken": _lt("BROKEN"),
    "no_sightings": _lt("No sightings."),
    "none": _lt("none"),
}


class SerialEvidenceText(models.AbstractModel):
    """The words of an evidence bundle in the user's language."""

    _name = "serial.evidence.text"
    _description = "Words of Evidence Bundles"

    @api.model
    def _get_texts(self):
        """Return every text by its key; placeholders are named, for `%`."""
        return {key: self.env._(text) for key, text in TEXTS.items()}
