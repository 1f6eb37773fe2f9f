"""Which sightings of a market speak for themselves: the same for all judges."""

from collections import defaultdict

from market_places import NO_PROVINCE

#: From so many units of a shipment on, one address is a shop's or a company's: if it is
#: located wrongly, so are they all.
SHARED = 4


def occasions_of(observed):
    """Return unit -> ((network or "", place), ...), one for each independent sighting.

    An address asked twice repeats its error, for one unit and for several. An exit of
    a private network and a country without a province say nothing about the place.
    """
    crowded = find_crowded(observed)
    result = {}
    for unit, life in observed.sightings.items():
        shipment = observed.units[unit].shipment
        seen = {
            (sighting.address, sighting.network): sighting.place
            for sighting in life
            if (shipment, sighting.address) not in crowded
        }
        pattern = sorted(
            (network or "", place)
            for (_address, network), place in seen.items()
            if network != "vpn" and place != NO_PROVINCE and place.startswith("CN-")
        )
        if pattern:
            result[unit] = tuple(pattern)
    return result


def find_crowded(observed):
    """Return the (shipment, address) through which several units were seen."""
    units = defaultdict(set)
    for unit, life in observed.sightings.items():
        shipment = observed.units[unit].shipment
        for sighting in life:
            units[shipment, sighting.address].add(unit)
    return {key for key, some in units.items() if len(some) >= SHARED}
