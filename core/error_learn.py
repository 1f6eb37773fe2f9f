"""Where units seem to be, given where they are: learned from the observations.

Most units are where they belong, so the sightings of all units of one home show what
the location files make of that home: misplaced addresses pile up in a few places (a
capital where networks are registered) and in neighbouring provinces. Nobody has to
tell the rates: expectation-maximisation (Dawid and Skene, Applied Statistics 28, 1979)
takes the true place of each unit as unknown, at home or, for a few, elsewhere: people
travel and give presents. It is learned:

- `cells`: P(seen place | true place), of each kind of network (`error_family`), and
  how much a precise location is likelier right than a coarse one (`error_right`);
- `away`: how often a unit bound for one home is really used in another place.

A leak must not pass for an error. While errors are learned, the share used elsewhere
is free for each home, so leaks end there: several sightings of one unit tell a unit
that is elsewhere from one that is misplaced now and then. At last that share is told
robustly, as what people of all homes do (`error_shrink`). All starts from `Rates`,
which count as some tens of observations.
"""

from collections import defaultdict

from .error_family import Families
from .error_model import AWAY, AWAY_WEIGHT, ErrorModel, StateWeights
from .error_right import learn_rightness
from .error_shrink import shrink, shrink_robust
from .evidence_channel import family_of

ROUNDS = 5
#: After so many rounds places may be near one another. Before, goods that went to one
#: place are told from errors by units seen there again and again.
APART = 2


class Learner:
    """One run of expectation-maximisation over patterns with their counts."""

    def __init__(self, patterns, counts, rates):
        self.patterns, self.counts, self.rates = patterns, counts, rates
        self.places = patterns.places
        self.channels = patterns.channels
        self.homes = [
            frozenset(self.places[place] for place in home) for home in patterns.homes
        ]
        self.networks = list(dict.fromkeys(map(family_of, self.channels)))
        self.families = Families(self.places, rates)
        self.model = self._start()

    def run(self, rounds=ROUNDS):
        """Return the learned model."""
        for number in range(1, rounds + 1):
            seen, *units = self._expect()
            errors = self.families.learn(self._rows(seen), number > APART)
            self.model = self._maximise(seen, *units, *errors, number == rounds)
        return self.model

    def _start(self):
        spread = max(1, len(self.places) - 1)
        return ErrorModel(
            rates=self.rates,
            base={
                (family, place): self.rates.named(family).error / spread
                for family in self.networks
                for place in self.places
            },
            rightness=learn_rightness({c: {} for c in self.channels}, self.rates),
            away_base={place: AWAY / spread for place in self.places},
        )

    # === EXPECTATION === #

    def _expect(self):
        """Return sightings by (symbol, true place) and units by (home, true place)."""
        model, patterns = self.model, self.patterns
        seen = [defaultdict(float) for _ in patterns.symbols]
        units = [defaultdict(float) for _ in patterns.homes]
        volume = [defaultdict(float) for _ in patterns.homes]
        weigh = StateWeights(model, patterns, self.homes)
        for number, (home, symbols) in enumerate(patterns.patterns):
            count = self.counts[number]
            if not symbols or not count:
                continue
            states = weigh.states(home, symbols)
            total = sum(states.values()) or 1.0
            tells = len(symbols) > 1  # one sighting tells no traveller from an error
            for place, weight in states.items():
                share = count * weight / total
                volume[home][place] += share
                if tells:
                    units[home][place] += share
                for symbol in symbols:
                    seen[symbol][place] += share
        return seen, units, volume

    # === MAXIMISATION === #

    def _maximise(self, seen, units, spread, base, cells, last):
        volume = defaultdict(float)
        for found in spread:
            for place, count in found.items():
                volume[self.places[place]] += count
        grades = self._grades(seen)
        self.base = base
        away_base, away = self._learn_away(units, cells if last else None)
        whole = sum(volume.values()) or 1.0
        return ErrorModel(
            rates=self.rates,
            base=base,
            cells=cells,
            rightness=learn_rightness(grades, self.rates),
            away_base=away_base,
            away=away,
            volume={place: count / whole for place, count in volume.items()},
            at_home={
                home: {self.places[p]: found.get(p, 0.0) for p in numbers}
                for home, numbers, found in zip(
                    self.homes, self.patterns.homes, spread, strict=True
                )
            },
            learned={channel: _count(found) for channel, found in grades.items()},
        )

    def _rows(self, seen):
        """Return {family: {true place: {seen place: sightings}}}."""
        rows = {family: defaultdict(dict) for family in self.networks}
        for (channel, place), found in zip(self.patterns.symbols, seen, strict=True):
            family = rows[family_of(channel)]
            for true, count in found.items():
                family[true][place] = family[true].get(place, 0.0) + count
        return rows

    def _grades(self, seen):
        """Return {channel: {seen place: (rightly, wrongly)}}, by names of places."""
        found = {channel: {} for channel in self.channels}
        for (channel, place), row in zip(self.patterns.symbols, seen, strict=True):
            right = row.get(place, 0.0)
            wrong = sum(row.values()) - right
            found[channel][self.places[place]] = right, wrong
        return found

    def _learn_away(self, units, cells):
        prior = AWAY / max(1, len(self.places) - 1)
        sizes = {home: sum(found.values()) for home, found in enumerate(units)}
        counts = {
            (home, place): units[home].get(place, 0.0)
            for home in range(len(units))
            for place in range(len(self.places))
            if place not in self.patterns.homes[home]
        }
        whole, fitted = self._shrink_away(counts, sizes, prior, cells)
        away = defaultdict(dict)
        for (home, place), rate in fitted.items():
            away[self.homes[home]][self.places[place]] = rate
        return {self.places[p]: rate for p, rate in whole.items()}, dict(away)

    def _shrink_away(self, counts, sizes, prior, cells):
        """Return shares of units used elsewhere: free while learning, robust at last.

        Left free they take in the leaks too, and keep them out of the error rates.
        """
        if cells is None:
            return shrink(counts, sizes, prior, AWAY_WEIGHT)

        def near(home, place):
            return self._nearness(cells, home, self.places[place])

        return shrink_robust(counts, sizes, prior, AWAY_WEIGHT, near)

    def _nearness(self, cells, home, place):
        """Return how much more often than others a home seems to be a place."""
        found = expected = 0.0
        for family in self.networks:
            for true in self.homes[home]:
                found += cells.get((family, true), {}).get(place, 0.0)
                expected += self.base.get((family, place), 0.0)
        return found / expected if expected else 1.0


def _count(grades):
    """Return (sightings, how many of them misplaced) of a channel."""
    right, wrong = (sum(counts) for counts in zip(*grades.values(), strict=True))
    return round(right + wrong), round(wrong)
