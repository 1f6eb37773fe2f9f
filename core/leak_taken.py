"""The units that leaks explain: they speak for no other group.

Unless they speak much louder for another place: a leak of a share of a distributor's
units explains some that only strayed there, and were sold somewhere else.
"""

from .leak_ratio import STEP

#: A unit is given up for a place that it speaks for so much louder (1 is e times).
LOUDER = 1 * STEP


class Taken:
    """Positions of units, each with how loudly it speaks for its leak's place."""

    def __init__(self, ratios, patterns, bins=None):
        self.ratios, self.patterns = ratios, patterns
        self.bins = dict(bins or {})
        self.version = 0

    def _bin(self, position, place):
        return self.ratios.rows[self.patterns.of_unit[position]][place]

    def add(self, positions, place):
        """Take units for a leak to a place."""
        self.version += bool(positions)
        for position in positions:
            self.bins[position] = self._bin(position, place)

    def without(self, positions):
        """Return this with more units taken, whatever they speak for."""
        return Taken(
            self.ratios, self.patterns, {**self.bins, **dict.fromkeys(positions, 255)}
        )

    def left(self, positions, place):
        """Return the units that may speak for a leak to a place."""
        bins = self.bins
        if not bins:
            return positions
        return [
            p
            for p in positions
            if p not in bins or self._bin(p, place) > bins[p] + LOUDER
        ]
