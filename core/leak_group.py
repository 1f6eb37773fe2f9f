"""The groups that units belong to, and each group's evidence for each region."""

from collections import Counter, defaultdict
from itertools import chain
from math import exp, log

from .leak_model import Cartons, Shares, chance_of, log_sum
from .leak_ratio import RATIOS
from .leak_window import Windows

#: Kinds of groups, what names most first.
KINDS = ("carton", "shipment", "batch")
#: A region is tried where at least so many units of a group were seen in it.
LEAST_SEEN = 2


class Groups:
    """Cartons, shipments, batches and windows of several lengths, by position."""

    def __init__(self, units, patterns, ratios):
        self.patterns, self.ratios = patterns, ratios
        self.members = defaultdict(list)
        self.carton_of, self.shipment_of, self.twins = {}, {}, {}
        for position, unit in enumerate(units):
            for group in unit.groups:
                self.members[group].append(position)
                if group[0] == "carton":
                    self.carton_of[position] = group
                elif group[0] == "shipment":
                    self.shipment_of[position] = group
        self.windows = Windows(self.members, self.shipment_of)
        self._drop_twins()
        self.at_home = {
            group: self._homes_of(members) for group, members in self.members.items()
        }
        self._outside = [
            tuple(patterns.outside(number)) for number in range(len(patterns.patterns))
        ]

    def find(self):
        """Yield (group, places to try); a distributor stands for all his windows."""
        for group in list(self.members):
            yield group, self._places(self.members[group])
        for distributor, months in self.windows.months.items():
            seen = [position for found in months.values() for position in found]
            yield ("window", distributor), self._places(seen)

    def _homes_of(self, members):
        patterns = self.patterns
        homes = {patterns.patterns[patterns.of_unit[p]][0] for p in members}
        return {place for home in homes for place in patterns.homes[home]}

    def _drop_twins(self):
        """Keep of groups with the same units the one that names most; no windows."""
        known = {}
        for group in [group for group in self.members if group[0] == "window"]:
            del self.members[group]
        for group in sorted(self.members, key=lambda group: KINDS.index(group[0])):
            members = self.members[group]
            members.sort()
            same = hash(tuple(members)), len(members)
            if same in known:
                del self.members[group]
            self.twins[group] = known.setdefault(same, group)

    def _places(self, positions):
        """Return the foreign places where enough units were seen."""
        of_unit, outside = self.patterns.of_unit, self._outside
        seen = Counter(chain.from_iterable(outside[of_unit[p]] for p in positions))
        return [place for place, count in seen.items() if count >= LEAST_SEEN]

    def weigh_windows(self, distributor, place, without):
        """Return (evidence, group) of the windows of a distributor, for a region."""

        def bins_of(positions):
            return self.bins(without.left(positions, place), place)

        evidence, window = self.windows.weigh(distributor, bins_of)
        if window is None:
            return evidence, None
        name, months = window
        group = "window", (distributor, name)
        if group not in self.members:
            self.members[group] = self.windows.positions(distributor, months)
            self.at_home[group] = self._homes_of(self.members[group])
        return evidence, group

    def first(self, group):
        """Return the first unit of a group; of all windows of a distributor too."""
        if group in self.members:
            return self.members[group][0]
        months = self.windows.months[group[1]]
        return next(iter(months.values()))[0]

    def shipments_of(self, group):
        """Return the shipments of a group's units; a carton where one is all of it."""
        found = {self.shipment_of.get(p) for p in self.members[group]}
        return [self.twins[shipment] for shipment in found if shipment]

    def positions(self, group, place, without=None):
        """Return the units of a group for which a place is a foreign one."""
        found = self.members[group]
        if place in self.at_home[group]:
            homes, patterns, of_unit = (
                self.patterns.homes,
                self.patterns.patterns,
                self.patterns.of_unit,
            )
            found = [p for p in found if place not in homes[patterns[of_unit[p]][0]]]
        return without.left(found, place) if without else found

    def bins(self, positions, place):
        """Return what each unit says for a region, as bytes."""
        rows, of_unit = self.ratios.rows, self.patterns.of_unit
        return bytes([rows[of_unit[position]][place] for position in positions])

    def weigh(self, group, place, without=None):
        """Return the group's shapes for a region: (evidence, scattered, cartons)."""
        positions = self.positions(group, place, without)
        bins = self.bins(positions, place)
        scattered = Shares(group[0], bins)
        cartons = None
        if group[0] == "shipment":
            cartons = self._cartons(positions, bins)
        if cartons is None:
            return scattered.evidence, scattered, None
        both = log_sum([scattered.evidence, cartons.evidence]) - log(2)
        return both, scattered, cartons

    def told_by(self, group, part, place, without):
        """Return what a group's likeliest share says of a part of it."""
        whole = self.bins(self.positions(group, place, without), place)
        share = Shares(group[0], whole).share()
        some = self.bins(self.positions(part, place, without), place)
        return sum(log(1 - share + share * RATIOS[number]) for number in some)

    def _cartons(self, positions, bins):
        by_carton = defaultdict(list)
        for position, place in zip(positions, bins, strict=True):
            by_carton[self.carton_of.get(position)].append(place)
        # Loose units have no carton: nothing can have gone by carton.
        if len(by_carton) < 2 or None in by_carton:
            return None
        return Cartons(by_carton)

    def probabilities(self, group, place, without=None):
        """Return {position: probability} that a unit of a leaking group went there."""
        if group[0] == "window":
            return self._probabilities_in_time(group, place, without)
        _, scattered, cartons = self.weigh(group, place, without)
        loose = scattered.members()
        positions = self.positions(group, place, without)
        bins = self.bins(positions, place)
        if cartons is None:
            return {p: loose(b) for p, b in zip(positions, bins, strict=True)}
        lead = min(700.0, scattered.evidence - cartons.evidence)
        by_carton = 1 / (1 + exp(lead))
        inside = {key: cartons.members(key) for key in cartons.cartons}
        return {
            p: by_carton * inside[self.carton_of.get(p)](b) + (1 - by_carton) * loose(b)
            for p, b in zip(positions, bins, strict=True)
        }

    def _probabilities_in_time(self, group, place, without):
        """Return the same for a window: its first and last months are uncertain."""
        distributor, _ = group[1]

        def bins_of(positions):
            left = without.left(positions, place) if without else positions
            return self.bins(left, place)

        weights = self.windows.weights(distributor, bins_of)
        found = {
            position: weight
            for parts, by_shipment in zip(
                self.windows.parts[distributor], weights, strict=True
            )
            for shipment, weight in by_shipment.items()
            for position in parts[shipment]
        }
        positions = self.positions(group, place, without)
        bins = self.bins(positions, place)
        return {p: chance_of(b, found[p]) for p, b in zip(positions, bins, strict=True)}
