from odoo import api, models
from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)

# Every reason code there is, with its text: for alerts, the page and the API.
TEXTS = {
    # what is wrong with a request
    "bad_item": _lt("The item is not a JSON object."),
    "bad_store": _lt("The store is not a platform and a store ID."),
    "bad_code": _lt("The code is missing or not a text."),
    "bad_occurred_at": _lt("The time is not an RFC 3339 time with an offset."),
    "occurred_in_future": _lt("The time lies in the future."),
    "bad_ip": _lt("The IP address is not valid."),
    "bad_position": _lt("The position is not a latitude and a longitude."),
    "bad_device_id": _lt("The device's identifier is not a text of 128 characters."),
    "bad_account": _lt("The account is not a text of 128 characters."),
    "bad_platform": _lt("The platform is missing or not a text."),
    "bad_store_id": _lt("The store's id is missing or not a text of 128 characters."),
    "bad_url": _lt("The link does not start with https:// or http://."),
    "bad_sku": _lt("The SKU is not a text of 64 characters."),
    "bad_gtin": _lt("The GTIN is wrong: its length or its check digit."),
    "missing_product": _lt("Neither an SKU nor a GTIN is given."),
    "bad_price": _lt("The price is not a positive amount, such as 12.34."),
    "bad_currency": _lt("The currency is not a code of three letters, such as CNY."),
    "bad_observed_at": _lt("The time it was seen is not an RFC 3339 time."),
    "observed_in_future": _lt("The time it was seen lies in the future."),
    "unknown_platform": _lt("This platform is not known here."),
    "unknown_currency": _lt("This currency is not known here."),
    # what a listing comes to
    "already_reported": _lt("The same listing was reported before."),
    "unknown_product": _lt("No product of ours has this SKU or GTIN."),
    "no_stores": _lt("No stores of this platform are kept."),
    "store_unknown": _lt("Nobody answers for this store."),
    "store_expired": _lt("The store's authorisation does not run."),
    "product_not_allowed": _lt("The store may not sell this product."),
    "no_floor": _lt("The product has no floor price there."),
    "currency_differs": _lt("The floor is in a currency without a rate for that day."),
    "under_floor": _lt("The price is under the floor."),
    # why a unit cannot be activated
    "traded_in": _lt("The unit has been traded in."),
    "retired": _lt("The unit has been retired."),
    # why a unit cannot be traded in, or nothing can be granted
    "already_claimed": _lt("A trade-in of this unit was accepted already."),
    "person_claimed": _lt("This person has traded in a unit of this class already."),
    "stolen": _lt("The unit was reported stolen."),
    "lost": _lt("The unit was reported lost."),
    "fraud": _lt("The unit was reported in a case of fraud."),
    "clone_alert": _lt("The unit's code was seen on more than one unit."),
    "recalled_unsafe": _lt("The unit is part of a recall: its remedy comes first."),
    "never_activated": _lt("The unit was never activated."),
    "not_eligible": _lt("No programme takes this unit in."),
    "other_market": _lt("The unit was made for another market."),
    "program_not_begun": _lt("The programme has not begun."),
    "program_ended": _lt("The programme has ended."),
    "condition_refused": _lt("Units in this condition are not taken in."),
    "bad_answer": _lt("A question or answer is none of the programme's."),
    "other_currency": _lt("The price is in another currency than the programme."),
    "bad_person_id": _lt("This is no number of an identity card or telephone."),
    "invalid_quote": _lt("The quote is none of ours, or was changed."),
    "quote_expired": _lt("The quote has expired."),
    # what shaped an offer
    "aged": _lt("It lost value with age."),
    "condition": _lt("It lost value by its condition."),
    "floor": _lt("The least that the programme pays."),
    "no_subsidy": _lt("The programme grants no subsidy on this class."),
    "cap": _lt("The subsidy is at its highest."),
    "other_class": _lt("The new unit is of another class of goods."),
    "over_ceiling": _lt("The new unit is dearer than what is subsidised."),
    "price_unknown": _lt("The subsidy depends on the price of the new unit."),
    "energy_level": _lt("The new unit's energy level is not subsidised."),
    "energy_level_unknown": _lt("The subsidy depends on the energy level."),
    # why a unit cannot be sent on, received or declared sold
    "not_a_distributor": _lt("The partner is not part of the channel."),
    "receiver_ended": _lt("The partner is no longer part of the channel."),
    "same_partner": _lt("Sender and receiver are the same company."),
    "not_related": _lt("Only a distributor and the partners he supplies send units."),
    "not_held": _lt("Not among the units of the sender."),
    "ended": _lt("The unit has ended its life."),
    "activated": _lt("The unit has been activated."),
    "sold": _lt("The unit has been sold to a consumer."),
    "blocked": _lt("The unit is blocked."),
    "recalled": _lt("The unit is part of a recall."),
    "in_service": _lt("The unit is in for service."),
    "in_transfer": _lt("The unit is on another transfer."),
    "repeated": _lt("The unit is on the list already."),
    "ambiguous": _lt("Several units have this number: scan the code."),
    "not_found": _lt("Nothing bears this number."),
    "no_serial": _lt("The row holds no serial number."),
    "too_long": _lt("The text is too long for a serial number."),
    "not_expected": _lt("The unit was not announced."),
    "not_announced": _lt("The unit was not announced: the sender is asked."),
    "moved_on": _lt("The unit has gone elsewhere since."),
    "already_yours": _lt("The unit is yours already."),
    "sold_in_future": _lt("The day of the sale lies in the future."),
    "sold_before_delivery": _lt("The unit was delivered after that day."),
    "dealt_with": _lt("The unit has been dealt with already."),
    # what our own records say of the unit
    "recall_without_goods": _lt(
        "Name at least products, batches, components or a list: this would recall "
        "everything."
    ),
    "recall_dates_reversed": _lt("The last day of production is before the first."),
    "void_code": _lt("The code was cancelled."),
    "blocked_unit": _lt("The unit is blocked."),
    "recalled_unit": _lt("The unit is part of a recall."),
    "never_shipped": _lt("The unit was never shipped."),
    "traded_in_before": _lt("The unit was traded in or retired before."),
    "dealer_stock": _lt("The unit should still be in a dealer's stock."),
    "before_production": _lt("The reported time is before the unit was made."),
    "before_sale_date": _lt("The unit was activated before it was sold."),
    "returned_before": _lt("The unit was activated before and came back."),
    "not_on_sale": _lt("By our records the unit has not left the factory."),
    "other_distributor": _lt("The unit belongs to another distributor."),
    "refurbished_as_new": _lt("The unit was in use before and is sold as new."),
    "destroyed_unit": _lt("The unit was recorded as destroyed."),
    "bulk_activation": _lt("Many units were activated in the same place at once."),
    "no_later_life": _lt("The unit was never seen again after its activation."),
    "unknown_codes": _lt("Codes that do not exist were scanned beside it."),
    "unit_surfaced": _lt("The unit turned up at somebody who never received it."),
    "clone": _lt("The code was seen where one unit cannot be."),
    # what gives copies away
    "too_fast": _lt("No journey is as fast as from one of its places to the next."),
    "two_places": _lt("It was seen in two places that are far apart."),
    "many_places": _lt("It was scanned in many places."),
    "many_visitors": _lt("Many visitors scanned it."),
    "many_devices": _lt("Several devices scanned it."),
    "many_owners": _lt("Several people claim it as theirs."),
    "whitelisted": _lt("It was one of ours: staff, a fair or an inspector."),
    # what the place says
    "region_mismatch": _lt("It was seen outside the region it was meant for."),
    "leak": _lt("It belongs to a group of units that turned up in one place."),
    "not_bound": _lt("The unit is bound to no region."),
    "enforcement_off": _lt("Places are not compared in this region."),
    "outside_country": _lt("It was seen in another country than it was meant for."),
    "outside_region": _lt("It was seen outside the region it was meant for."),
    "sources_disagree": _lt("The sources of its place contradict each other."),
    "sources_agree": _lt("Several sources name the same place."),
    "vpn_or_hosting": _lt("The address belongs to a VPN or a data centre."),
    "low_precision": _lt("Its place is known too roughly to decide."),
    "place_unknown": _lt("Its place is unknown."),
    # what is wrong with a GS1 message
    "gs1_no_message": _lt("This is no GS1 element string, nor a Digital Link."),
    "gs1_brackets": _lt("The brackets around the application identifiers are wrong."),
    "gs1_bad_uri": _lt("This is no web address that can be a Digital Link."),
    "gs1_no_key": _lt("No primary key is given, such as a GTIN (01) or an SSCC (00)."),
    "gs1_qualifiers": _lt("The parts of the path do not follow one another like this."),
    "gs1_not_attribute": _lt("The element may not stand in the query of the link."),
    "gs1_unknown_ai": _lt("There is no such application identifier."),
    "gs1_empty": _lt("The value is empty."),
    "gs1_too_short": _lt("The value is too short."),
    "gs1_too_long": _lt("The value is too long."),
    "gs1_too_many": _lt("There are too many elements."),
    "gs1_bad_characters": _lt("The value has characters that are not allowed there."),
    "gs1_check_digit": _lt("The check digit is wrong."),
    "gs1_check_pair": _lt("The check characters are wrong."),
    "gs1_company_prefix": _lt("The value does not begin with a GS1 company prefix."),
    "gs1_no_letter": _lt("The value has no character but digits."),
    "gs1_date": _lt("There is no such day."),
    "gs1_time": _lt("There is no such time."),
    "gs1_hyphen": _lt("Only a minus sign may stand there."),
    "gs1_iban": _lt("The bank account number (IBAN) is wrong."),
    "gs1_country": _lt("There is no country with this code."),
    "gs1_currency": _lt("There is no currency with this number."),
    "gs1_choice": _lt("The value is none of those that are allowed."),
    "gs1_position": _lt("There is no such latitude or longitude."),
    "gs1_zero": _lt("The value may not be zero."),
    "gs1_not_zero": _lt("The first digit must be zero."),
    "gs1_leading_zero": _lt("The value may not begin with a zero."),
    "gs1_percent": _lt("A percent sign must be followed by two hexadecimal digits."),
    "gs1_piece": _lt("The piece's number must lie between one and the total."),
    "gs1_coupon": _lt("The coupon's code is wrong."),
    "gs1_repeated": _lt("The element occurs more than once."),
    "gs1_excluded_ai": _lt("The element may not stand beside another one given."),
    "gs1_missing_ai": _lt("The element needs another one that is missing."),
    "gs1_not_serialised": _lt("A signature needs the key's serial part."),
    "no_such_link": _lt("No link of this type is kept."),
    # what is wrong with an RFID tag, or what is to be written into it
    "epc_unknown": _lt("This is no SGTIN-96, SGTIN-198 or SSCC-96."),
    "epc_bad_length": _lt("The tag's content has the wrong length."),
    "epc_bad_partition": _lt("The company prefix must have 6 to 12 digits."),
    "epc_bad_padding": _lt("The unused end of the tag is not empty."),
    "epc_bad_uri": _lt("This is no URI of a tag."),
    "epc_bad_key": _lt("The GTIN or SSCC does not have the right digits."),
    "epc_bad_filter": _lt("The filter value must lie between 0 and 7."),
    "epc_not_number": _lt("The serial number must consist of digits on this tag."),
    "epc_leading_zero": _lt("The serial number may not begin with a zero on this tag."),
    "epc_too_great": _lt("The serial number is greater than the tag can hold."),
    "epc_too_long": _lt("The serial number is longer than the tag can hold."),
    "epc_bad_characters": _lt("The serial number has characters no tag can hold."),
}


class SerialReason(models.AbstractModel):
    """The text of reason codes, for whoever shows them."""

    _name = "serial.reason"
    _description = "Reason Codes"

    @api.model
    def _get_text(self, reason):
        """Return a reason in the user's language; an unknown code stands for itself."""
        text = TEXTS.get(reason)
        return self.env._(text) if text else reason

    @api.model
    def _get_texts(self, reasons):
        """Return the texts of a list of reason codes."""
        return [self._get_text(reason) for reason in reasons or []]

    @api.model
    def _get_gs1_text(self, error):
        """Return what is wrong with a GS1 message, with the identifier at fault."""
        text = self._get_text(error.reason)
        return f"({error.ai}) {text}" if error.ai else text
