"""Where units seem to be, given where they are: learned from the observations.

Most units are where they belong, so the sightings of all units of one home show what
the location files make of that home: misplaced addresses pile up in a few places (a
capital where networks are registered) and in neighbouring provinces. Nobody has to
tell the rates: expectation-maximisation (Dawid and Skene, Applied Statistics 28, 1979)
takes the true place of each unit as unknown, at home or, for a few, elsewhere: people
travel and give presents. Two things are learned:

- `seen`: P(seen place | true place, channel);
- `away`: how often a unit bound for one home is really used in another place.

A leak must not pass for an error. While errors are learned, the share used elsewhere
is free for each home, so leaks end there: several sightings of one unit tell a unit
that is elsewhere from one that is misplaced now and then. At last that share is told
robustly, as what people of all homes do (`error_shrink`). All starts from `Rates`,
which count as some tens of observations.
"""

from collections import defaultdict

from .error_model import AWAY, AWAY_WEIGHT, RATE_WEIGHT, ErrorModel, StateWeights
from .error_shrink import column_rates, shrink, shrink_robust

ROUNDS = 5


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
        for last in range(1, rounds + 1):
            self.model = self._maximise(*self._expect(), last == rounds)
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

    def _maximise(self, seen, units, spread, last):
        volume = defaultdict(float)
        for found in spread:
            for place, count in found.items():
                volume[self.places[place]] += count
        base, cells, learned = {}, {}, {}
        for channel in self.channels:
            rows = self._rows(seen, channel)
            wrong = sum(n for t, row in rows.items() for s, n in row.items() if s != t)
            total = sum(sum(row.values()) for row in rows.values())
            learned[channel] = (round(total), round(wrong))
            self._learn_channel(channel, rows, base, cells)
        self.base = base
        away_base, away = self._learn_away(units, cells if last else None)
        whole = sum(volume.values()) or 1.0
        return ErrorModel(
            rates=self.rates,
            base=base,
            cells=cells,
            away_base=away_base,
            away=away,
            volume={place: count / whole for place, count in volume.items()},
            at_home={
                home: {self.places[p]: found.get(p, 0.0) for p in numbers}
                for home, numbers, found in zip(
                    self.homes, self.patterns.homes, spread, strict=True
                )
            },
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
        """Learn where a channel's errors go, from each place and on the whole.

        A place that takes most of the errors cannot be its own error: what other places
        would send there goes elsewhere (`lift`).
        """
        places = range(len(self.places))
        prior = self.rates.named(channel).error / max(1, len(places) - 1)
        sizes = {true: sum(rows.get(true, {}).values()) for true in places}
        counts = {
            (true, place): rows.get(true, {}).get(place, 0.0)
            for true in places
            for place in places
            if place != true
        }
        lift = _lift(column_rates(counts, sizes, prior, RATE_WEIGHT), sizes)
        sizes = {true: size * lift[true] for true, size in sizes.items()}
        whole, fitted = shrink(counts, sizes, prior, RATE_WEIGHT)
        for place, code in enumerate(self.places):
            base[channel, code] = whole.get(place, prior)
            cells[channel, code] = {
                self.places[seen]: lift[place] * fitted[place, seen]
                for seen in places
                if seen != place
            }

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
        for channel in self.channels:
            for true in self.homes[home]:
                found += cells.get((channel, true), {}).get(place, 0.0)
                expected += self.base.get((channel, place), 0.0)
        return found / expected if expected else 1.0


def _lift(rates, sizes):
    """Return for each place how much its errors have to grow to be as many as usual."""
    total = sum(rates.values())
    errors = {place: max(1e-9, total - rates.get(place, 0.0)) for place in sizes}
    whole = sum(sizes.values()) or 1.0
    usual = sum(size * errors[place] for place, size in sizes.items()) / whole
    return {
        place: min(3.0, max(0.5, usual / error)) if usual else 1.0
        for place, error in errors.items()
    }
