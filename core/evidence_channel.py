"""By which channel a place was seen: the class of errors that an observation shares.

A channel is the name of a rate (`Rates.named`): a fixed line, a mobile network, a
position. What several files say about one address on one occasion is one sighting.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from .evidence_rates import Rates

if TYPE_CHECKING:
    from .evidence import Observation

#: A network this short or shorter spans provinces, whatever a file says of it.
WIDE_PREFIX = 17
#: Positions with a radius over this are no positions.
GPS_RADIUS = 50

#: Networks that say nothing about where a unit is, whatever rates hold.
WEIGHTLESS = Rates().weightless


def channel_of(
    observation: Observation, weightless: frozenset[str] = WEIGHTLESS
) -> str | None:
    """Return the channel of one observation, None for what weighs nothing.

    >>> from .evidence import Observation
    >>> channel_of(Observation("ip:dbip", "CN", "GD", network="mobile"))
    'mobile'
    >>> channel_of(Observation("ip:dbip", "CN", "GD", network="vpn")) is None
    True
    """
    if observation.network in weightless or not observation.place:
        return None
    radius = observation.radius_km
    if observation.kind in ("declared", "store"):
        return observation.kind
    if observation.kind == "gps" and (radius is None or radius <= GPS_RADIUS):
        return "gps"
    if observation.network == "mobile":
        return "mobile"
    if observation.network == "fixed":
        return "fixed_wide" if is_wide(observation) else "fixed"
    if is_wide(observation):
        return "wide"
    return "unknown" if radius is None else _by_radius(radius)


def family_of(channel: str) -> str:
    """Return the kind of network or position of a channel, without its precision.

    How precise a location is follows from where the unit seems to be, as the place
    itself does: it is seen, not given.

    >>> family_of("mobile_agreeing"), family_of("fixed_wide"), family_of("radius_50")
    ('mobile', 'fixed', 'unknown')
    """
    if channel == "wide" or channel.startswith("radius_"):
        return "unknown"
    return channel.partition("_")[0]


def _by_radius(radius):
    return next(f"radius_{limit}" for limit in (50, 100, 200) if radius <= limit)


def is_wide(observation: Observation) -> bool:
    """Tell whether an observation names a place wider than a province."""
    if observation.radius_km is not None and observation.radius_km > 200:
        return True
    return observation.prefix is not None and observation.prefix <= WIDE_PREFIX


def sightings_of(
    observations: Iterable[Observation], weightless: frozenset[str] = WEIGHTLESS
) -> tuple[tuple[str, str], ...]:
    """Return what observations of one unit are worth: (channel, place) an occasion.

    Files that name one place make `…_agreeing` of a mobile or fixed line; files that
    name different places make it `disputed`, at the place of the first of them (the
    best comes first).

    >>> from .evidence import Observation
    >>> a = Observation("ip:dbip", "CN", "BJ", network="fixed")
    >>> b = Observation("ip:geolite2", "CN", "BJ", network="fixed")
    >>> sightings_of([a, b])
    (('fixed_agreeing', 'CN-BJ'),)
    """
    occasions = {}
    for seen in observations:
        occasions.setdefault((seen.occasion, seen.kind), []).append(seen)
    found = (_sighting(group, weightless) for group in occasions.values())
    return tuple(sighting for sighting in found if sighting)


def _sighting(group, weightless):
    if any(seen.network in weightless for seen in group):
        return None
    named = [seen for seen in group if "-" in seen.place] or [
        seen for seen in group if seen.place
    ]
    if not named:
        return None
    channel, place = channel_of(named[0], weightless), named[0].place
    if len({seen.place for seen in named}) > 1:
        channel = "disputed"
    elif len({seen.source for seen in named}) > 1 and channel in ("mobile", "fixed"):
        channel += "_agreeing"
    return channel, place
