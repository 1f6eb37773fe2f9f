"""How locations err: P(seen place | true place, channel), and where units are used.

Learned by `error_learn`; every number can be looked up by the names of places.
"""

from dataclasses import dataclass, field
from math import prod

from .evidence_channel import family_of
from .evidence_rates import Rates

#: What a rate of `Rates` weighs, in observations.
RATE_WEIGHT = 50.0
#: Share of units used elsewhere by honest owners before anything is learned, and
#: what that weighs in units. Assumed; the data soon outweighs it.
AWAY, AWAY_WEIGHT = 0.02, 200.0
#: What all units say of how a territory's own spread, in units.
HOME_WEIGHT = 20.0
_TINY = 1e-6


@dataclass(frozen=True)
class ErrorModel:
    """Rates of errors, learned: see the functions for what each number means."""

    rates: Rates
    #: (family, seen place) -> rate at which units that are elsewhere seem to be there
    base: dict = field(default_factory=dict)
    #: (family, true place) -> {seen place: rate}
    cells: dict = field(default_factory=dict)
    #: channel -> (factor, {seen place: factor}): how much likelier right than others
    rightness: dict = field(default_factory=dict)
    #: place -> share of units bound for elsewhere that are used there
    away_base: dict = field(default_factory=dict)
    #: home -> {place: share}
    away: dict = field(default_factory=dict)
    #: place -> share of all units that are there
    volume: dict = field(default_factory=dict)
    #: home -> {place: units}: how a territory's units spread over its places
    at_home: dict = field(default_factory=dict)
    #: channel -> (sightings, how many of them misplaced): what the rates rest on
    learned: dict = field(default_factory=dict)

    def floor(self, channel: str) -> float:
        """Return the rate of a place where nobody was ever seen by this channel."""
        return self.rates.named(channel).error / 300

    def misplaced(self, seen: str, true: str, channel: str) -> float:
        """Return how often a unit in one place seems to be in another."""
        family = family_of(channel)
        known = self.cells.get((family, true), {}).get(seen)
        if known is None:
            known = self.base.get((family, seen))
        return self.floor(channel) if known is None else known

    def seen_right(self, true: str, channel: str, places) -> float:
        """Return how often a unit seems to be where it is."""
        wrong = sum(self.misplaced(s, true, channel) for s in places if s != true)
        return max(0.05, 1 - wrong)

    def precise(self, channel: str, place: str) -> float:
        """Return how much likelier right than wrong this channel is than its family."""
        factor, by_place = self.rightness.get(channel, (1.0, {}))
        return by_place.get(place, factor)

    def table(self, symbols, places) -> list[list[float]]:
        """Return P(seen | true) as rows of symbols (channel, place) by true places."""
        right = {
            channel: [self.seen_right(true, channel, places) for true in places]
            for channel in {channel for channel, _ in symbols}
        }
        return [
            [
                right[channel][number] * self.precise(channel, places[seen])
                if number == seen
                else max(_TINY, self.misplaced(places[seen], true, channel))
                for number, true in enumerate(places)
            ]
            for channel, seen in symbols
        ]

    def share_away(self, home, place: str) -> float:
        """Return the share of a home's units that are honestly used in a place."""
        known = self.away.get(home, {}).get(place)
        if known is None:
            known = self.away_base.get(place)
        return max(_TINY, AWAY / 300 if known is None else known)

    def home_shares(self, home, places: list[str]) -> list[float]:
        """Return how the units of a territory spread over its places."""
        known = self.at_home.get(home, {})
        whole = sum(self.volume.get(place, 0.0) for place in places) or 1.0
        found = [
            known.get(place, 0.0)
            + HOME_WEIGHT * (self.volume.get(place, 0.0) / whole + 0.01)
            for place in places
        ]
        total = sum(found)
        return [count / total for count in found]


class StateWeights:
    """How likely a pattern is, together with each place where its unit may be."""

    def __init__(self, model, patterns, homes):
        self.patterns = patterns
        self.table = model.table(patterns.symbols, patterns.places)
        self.away = [
            [model.share_away(home, place) for place in patterns.places]
            for home in homes
        ]
        self.at_home = []
        for name, home, row in zip(homes, patterns.homes, self.away, strict=True):
            left = max(0.5, 1 - sum(row) + sum(row[place] for place in home))
            volumes = model.home_shares(name, [patterns.places[p] for p in home])
            self.at_home.append(
                {p: left * v for p, v in zip(home, volumes, strict=True)}
            )

    def states(self, home, symbols):
        """Return {true place: P(place, what was seen)} for the places that matter."""
        at_home, away, table = self.at_home[home], self.away[home], self.table
        rows = [table[symbol] for symbol in symbols]
        found = {}
        for place in self._places(at_home, symbols):
            share = at_home.get(place)
            found[place] = (away[place] if share is None else share) * prod(
                [row[place] for row in rows]
            )
        return found

    def _places(self, at_home, symbols):
        """Return the places where a unit was seen, and those of its home.

        Of a large territory those where it was seen are enough.
        """
        seen = {self.patterns.symbols[symbol][1] for symbol in symbols}
        if len(at_home) > 8 and not seen.isdisjoint(at_home):
            return seen
        return seen | at_home.keys()
