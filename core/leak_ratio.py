"""What each unit says for "it went to region r" against "it is where honest units are".

The honest unit is at home, or its owner took it somewhere (`ErrorModel.away`); the
diverted one is in r, or its owner took it on from there. The logarithm of the ratio is
kept in eighths, one byte a region, so that a group becomes a short histogram.
"""

from math import exp, log, prod

from .error_model import AWAY, StateWeights

#: Logarithms of ratios from -12 to 19.9 in eighths: bin 96 says nothing.
STEP, ZERO = 8, 96
RATIOS = [exp((number - ZERO) / STEP) for number in range(256)]
SILENT = ZERO


def _bin(ratio):
    return min(255, max(0, int(STEP * ratio + ZERO + 0.5)))


class Ratios:
    """Rows of bins by pattern: one byte for each place as region r."""

    def __init__(self, patterns, errors):
        self.patterns, self.errors = patterns, errors
        self.homes = [
            frozenset(patterns.places[place] for place in home)
            for home in patterns.homes
        ]
        self.weights = StateWeights(errors, patterns, self.homes)
        self.silent = bytes([SILENT]) * len(patterns.places)
        self.rows = [self._row(*pattern) for pattern in patterns.patterns]
        self._chances = {}

    def _row(self, home, symbols):
        if not symbols:
            return self.silent
        row = self._weigh(home, symbols)
        for place in self.patterns.homes[home]:
            row[place] = SILENT  # at home there is nothing to go astray
        return bytes(row)

    def _weigh(self, home, symbols):
        states = self.weights.states(home, symbols)
        honest = sum(states.values()) or 1e-300
        # Who gets a diverted unit may travel too: about as likely as anything honest.
        carried = AWAY * honest
        columns = [self.weights.table[symbol] for symbol in symbols]
        products = (
            columns[0] if len(columns) == 1 else map(prod, zip(*columns, strict=True))
        )
        return bytearray(
            [_bin(log(((1 - AWAY) * p + carried) / honest)) for p in products]
        )

    def chance(self, number, place):
        """Return how often an honest unit, seen as this one was, seems to be at r."""
        home, symbols = self.patterns.patterns[number]
        channels = tuple(self.patterns.symbols[symbol][0] for symbol in symbols)
        key = home, channels, place
        if key not in self._chances:
            self._chances[key] = self._chance(home, channels, place)
        return self._chances[key]

    def _chance(self, home, channels, place):
        weights = self.weights
        at_home = weights.at_home[home]
        whole = sum(at_home.values()) or 1.0
        missed = 1.0
        for channel in channels:
            missed *= 1 - sum(
                weight / whole * self._misplaced(place, true, channel)
                for true, weight in at_home.items()
            )
        away = weights.away[home][place]
        return min(1.0, (1 - away) * (1 - missed) + away)

    def _misplaced(self, seen, true, channel):
        places = self.patterns.places
        return self.errors.misplaced(places[seen], places[true], channel)
