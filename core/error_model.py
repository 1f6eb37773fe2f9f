"""Where units seem to be, given where they are: learned from the observations.

Most units are where they belong, so the sightings of all units of one home show what
the location files make of that home: misplaced addresses pile up in a few places (a
capital where networks are registered) and in neighbouring provinces. Nobody has to
tell the rates: expectation-maximisation (Dawid and Skene, Applied Statistics 28, 1979)
takes the true place of each unit as unknown, at home or, for a few, elsewhere: people
travel and give presents. Two things are learned:

- `seen`: P(seen place | true place, channel);
- `away`: how often a unit bound for one home is really used in another place.

A leak must not pass for an error. Each rate of a (home, place) is shrunk towards the
rate of that place over all homes (gamma-Poisson, its spread fitted), and a count that
fits no such spread is taken for an outlier and left out: a robust empirical Bayes
estimate. All starts from `Rates`, which count as some tens of observations.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from math import prod

from .error_shrink import shrink
from .evidence_rates import Rates

#: What a rate of `Rates` weighs, in observations.
RATE_WEIGHT = 50.0
#: Share of units used elsewhere by honest owners before anything is learned, and
#: what that weighs in units. Assumed; the data soon outweighs it.
AWAY, AWAY_WEIGHT = 0.02, 200.0
ROUNDS = 4
_TINY = 1e-6


@dataclass(frozen=True)
class ErrorModel:
    """Rates of errors, learned: see the functions for what each number means."""

    rates: Rates
    #: (channel, seen place) -> rate at which units that are elsewhere seem to be there
    base: dict = field(default_factory=dict)
    #: (channel, true place) -> {seen place: rate}
    cells: dict = field(default_factory=dict)
    #: place -> share of units bound for elsewhere that are used there
    away_base: dict = field(default_factory=dict)
    #: home -> {place: share}
    away: dict = field(default_factory=dict)
    #: place -> share of all units that are there
    volume: dict = field(default_factory=dict)
    #: channel -> (sightings, how many of them misplaced): what the rates rest on
    learned: dict = field(default_factory=dict)

    def floor(self, channel: str) -> float:
        """Return the rate of a place where nobody was ever seen by this channel."""
        return self.rates.named(channel).error / 300

    def misplaced(self, seen: str, true: str, channel: str) -> float:
        """Return how often a unit in one place seems to be in another."""
        known = self.cells.get((channel, true), {}).get(seen)
        if known is None:
            known = self.base.get((channel, seen))
        return self.floor(channel) if known is None else known

    def seen_right(self, true: str, channel: str, places) -> float:
        """Return how often a unit seems to be where it is."""
        wrong = sum(self.misplaced(s, true, channel) for s in places if s != true)
        return max(0.05, 1 - wrong)

    def table(self, symbols, places) -> list[list[float]]:
        """Return P(seen | true) as rows of symbols (channel, place) by true places."""
        right = {
            channel: [self.seen_right(true, channel, places) for true in places]
            for channel in {channel for channel, _ in symbols}
        }
        return [
            [
                right[channel][number]
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


class Learner:
    """One run of expectation-maximisation over patterns with their counts."""

    def __init__(self, patterns, counts, rates):
        self.patterns, self.counts, self.rates = patterns, counts, rates
        self.places = patterns.places
        self.channels = patterns.channels
        self.homes = [
            frozenset(self.places[place] for place in home) for home in patterns.homes
        ]
        self.model = self._start()

    def run(self, rounds=ROUNDS):
        """Return the learned model."""
        for _ in range(rounds):
            self.model = self._maximise(*self._expect())
        return self.model

    def _start(self):
        spread = max(1, len(self.places) - 1)
        return ErrorModel(
            rates=self.rates,
            base={
                (channel, place): self.rates.named(channel).error / spread
                for channel in self.channels
                for place in self.places
            },
            away_base={place: AWAY / spread for place in self.places},
        )

    # === EXPECTATION === #

    def _expect(self):
        """Return sightings by (symbol, true place) and units by (home, true place)."""
        model, patterns = self.model, self.patterns
        seen = [defaultdict(float) for _ in patterns.symbols]
        units = [defaultdict(float) for _ in patterns.homes]
        weigh = StateWeights(model, patterns, self.homes)
        for number, (home, symbols) in enumerate(patterns.patterns):
            count = self.counts[number]
            if not symbols or not count:
                continue
            states = weigh.states(home, symbols)
            total = sum(states.values()) or 1.0
            for place, weight in states.items():
                share = count * weight / total
                units[home][place] += share
                for symbol in symbols:
                    seen[symbol][place] += share
        return seen, units

    # === MAXIMISATION === #

    def _maximise(self, seen, units):
        volume = defaultdict(float)
        for found in units:
            for place, count in found.items():
                volume[self.places[place]] += count
        base, cells, learned = {}, {}, {}
        for channel in self.channels:
            rows = self._rows(seen, channel)
            wrong = sum(n for t, row in rows.items() for s, n in row.items() if s != t)
            total = sum(sum(row.values()) for row in rows.values())
            learned[channel] = (round(total), round(wrong))
            self._learn_channel(channel, rows, base, cells)
        away_base, away = self._learn_away(units)
        whole = sum(volume.values()) or 1.0
        return ErrorModel(
            rates=self.rates,
            base=base,
            cells=cells,
            away_base=away_base,
            away=away,
            volume={place: count / whole for place, count in volume.items()},
            learned=learned,
        )

    def _rows(self, seen, channel):
        """Return {true place: {seen place: sightings}} of a channel."""
        rows = defaultdict(dict)
        for symbol, (name, place) in enumerate(self.patterns.symbols):
            if name == channel:
                for true, count in seen[symbol].items():
                    rows[true][place] = count
        return rows

    def _learn_channel(self, channel, rows, base, cells):
        prior = self.rates.named(channel).error / max(1, len(self.places) - 1)
        sizes = {true: sum(row.values()) for true, row in rows.items()}
        counts = {
            (true, place): rows[true].get(place, 0.0)
            for true in rows
            for place in range(len(self.places))
            if place != true
        }
        whole, fitted = shrink(counts, sizes, prior, RATE_WEIGHT)
        for place, code in enumerate(self.places):
            base[channel, code] = whole.get(place, prior)
        for true in rows:
            cells[channel, self.places[true]] = {
                self.places[place]: fitted[true, place]
                for place in range(len(self.places))
                if place != true
            }

    def _learn_away(self, units):
        prior = AWAY / max(1, len(self.places) - 1)
        sizes = {home: sum(found.values()) for home, found in enumerate(units)}
        counts = {
            (home, place): units[home].get(place, 0.0)
            for home in range(len(units))
            for place in range(len(self.places))
            if place not in self.patterns.homes[home]
        }
        whole, fitted = shrink(counts, sizes, prior, AWAY_WEIGHT)
        away = defaultdict(dict)
        for (home, place), rate in fitted.items():
            away[self.homes[home]][self.places[place]] = rate
        return {self.places[p]: rate for p, rate in whole.items()}, dict(away)


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
        for home, row in zip(patterns.homes, self.away, strict=True):
            left = max(0.5, 1 - sum(row) + sum(row[place] for place in home))
            volumes = [
                1e-4 + model.volume.get(patterns.places[place], 0.0) for place in home
            ]
            total = sum(volumes)
            self.at_home.append(
                {p: left * v / total for p, v in zip(home, volumes, strict=True)}
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
