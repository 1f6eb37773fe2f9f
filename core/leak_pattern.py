"""Evidence of many units, folded: units that were seen alike share all arithmetic.

A million observations hold some ten thousand different patterns (home, what was seen
by which channel), so everything that costs time is done once a pattern.
"""

from collections import defaultdict
from dataclasses import dataclass, field

from .territory import normalised

#: Sightings of one unit that count at most: who scans all day proves nothing more.
MOST_SIGHTINGS = 24


@dataclass(frozen=True, slots=True)
class UnitEvidence:
    """What is known of one unit: where it belongs, where it was seen, with whom.

    `home`: place codes of its territory; `sightings`: (channel, place), one for each
    independent occasion (`evidence_channel.sightings_of`); `groups`: (kind, key) of
    its carton, shipment, batch and window, a window's key being (distributor, month
    as `YYYY-MM`).
    """

    unit: int
    home: frozenset[str]
    sightings: tuple[tuple[str, str], ...] = ()
    groups: tuple[tuple[str, object], ...] = ()


@dataclass
class Patterns:
    """Units as numbers: places, homes, symbols (channel at place), patterns.

    A pattern is (home, sorted symbols); `of_unit` holds one for each unit.
    """

    places: list = field(default_factory=list)
    homes: list = field(default_factory=list)  # tuples of places
    symbols: list = field(default_factory=list)  # (channel, place)
    patterns: list = field(default_factory=list)
    of_unit: list = field(default_factory=list)

    def __post_init__(self):
        self._place_ids, self._symbol_ids, self._home_ids = {}, {}, {}
        self._codes = {}

    @property
    def channels(self):
        """Return the channels by which anything was seen."""
        return sorted({channel for channel, _ in self.symbols})

    def outside(self, number):
        """Return the places outside its home where a pattern was seen."""
        home, symbols = self.patterns[number]
        return {self.symbols[symbol][1] for symbol in symbols} - set(self.homes[home])

    # === FOLDING === #

    def fold(self, units):
        """Take units in; return self."""
        divided = {
            normalised(code).partition("-")[0]
            for home in {unit.home for unit in units}
            for code in home
            if "-" in normalised(code)
        }
        self._divided = divided
        raw = [(self._home(unit), self._symbols_of(unit)) for unit in units]
        numbers = {}
        self.of_unit = [numbers.setdefault(key, len(numbers)) for key in raw]
        self.patterns = list(numbers)
        self._expand_homes()
        return self

    def _symbols_of(self, unit):
        known = self._symbol_ids
        found = []
        for sighting in unit.sightings[:MOST_SIGHTINGS]:
            symbol = known.get(sighting)
            if symbol is None:
                symbol = self._learn_symbol(sighting)
            if symbol >= 0:
                found.append(symbol)
        if len(found) > 1:
            found.sort()
        return tuple(found)

    def _learn_symbol(self, sighting):
        """Number a sighting; -1 where its place is too coarse to tell anything."""
        channel, code = sighting
        place = self._place(code) if channel else -1
        if place < 0:
            self._symbol_ids[sighting] = -1
            return -1
        key = (channel, self.places[place])  # one number, however the place is written
        if key not in self._symbol_ids:
            self._symbol_ids[key] = len(self.symbols)
            self.symbols.append((channel, place))
        self._symbol_ids[sighting] = self._symbol_ids[key]
        return self._symbol_ids[key]

    def _place(self, code):
        """Number a place: a subdivision only where territories are that fine."""
        code = normalised(code or "")
        country, dash, _ = code.partition("-")
        if not country or (country in self._divided and not dash):
            return -1
        return self._number(code if country in self._divided else country)

    def _number(self, code):
        if code not in self._place_ids:
            self._place_ids[code] = len(self.places)
            self.places.append(code)
        return self._place_ids[code]

    def _home(self, unit):
        if unit.home not in self._home_ids:
            self._home_ids[unit.home] = len(self.homes)
            self.homes.append(unit.home)
        return self._home_ids[unit.home]

    def _expand_homes(self):
        """Turn territories into places; a whole country is all of its places."""
        parts = defaultdict(list)
        for home in self.homes:
            for code in sorted(map(normalised, home)):
                if code not in self._divided:
                    self._number(code)
        for place, code in enumerate(self.places):
            parts[code.partition("-")[0]].append(place)
        for number, home in enumerate(self.homes):
            found = set()
            for code in sorted(map(normalised, home)):
                if code in self._divided:
                    found.update(parts[code])
                else:
                    found.add(self._place_ids[code])
            self.homes[number] = tuple(sorted(found))
