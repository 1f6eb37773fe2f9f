"""How location errs in a simulated market: where a unit seems to be, and where it is.

Misplaced addresses pile up in Beijing and in the provinces next door, more in some of
them than in others; each province has error rates of its own.
"""

from market_places import (
    BEIJING,
    BORDERS,
    EXITS,
    NO_PROVINCE,
    PEOPLE,
    PROVINCES,
)

NETWORKS = ("mobile", "fixed")


def pick(rng, shares):
    """Return one key of a mapping to its share."""
    return rng.choices(list(shares), list(shares.values()))[0]


def _scaled(shares, whole=1.0):
    total = sum(shares.values())
    return {key: whole * share / total for key, share in shares.items() if share}


def _summed(*parts):
    result = {}
    for part in parts:
        for key, share in part.items():
            result[key] = result.get(key, 0.0) + share
    return result


class Noise:
    """The true rates of one market."""

    def __init__(self, rng, settings, atlas):
        self.settings = settings
        shares = atlas.share_of_places()
        self.error = {
            network: {place: self._draw_error(rng, network) for place in PROVINCES}
            for network in NETWORKS
        }
        self.misplaced = {
            network: {p: self._draw_misplaced(rng, p, shares) for p in PROVINCES}
            for network in NETWORKS
        }
        self.away = {place: self._away(place) for place in PROVINCES}

    def _draw_error(self, rng, network):
        if network == "fixed":
            return rng.uniform(*self.settings.fixed_error)
        error = rng.gauss(self.settings.mobile_error, self.settings.mobile_spread)
        return min(0.6, max(0.2, error))

    def _draw_misplaced(self, rng, place, shares):
        """Return where a place's misplaced addresses are seen, with shares."""
        near = {p: rng.gammavariate(1.5, 1.0) for p in BORDERS[place]}
        other = {
            p: share * rng.gammavariate(2.0, 1.0)
            for p, share in shares.items()
            if p not in (place, BEIJING)
        }
        beijing, near_by = self.settings.in_beijing, self.settings.near_by
        result = _summed(_scaled(near, near_by), _scaled(other, 1 - near_by - beijing))
        if place != BEIJING:
            result = _summed(result, {BEIJING: beijing})
        return _scaled(result)

    def _away(self, place):
        """Return where people of a place go, or send a gift: half of it next door."""
        near = {p: PEOPLE[p] for p in BORDERS[place]}
        far = {p: PEOPLE[p] for p in PROVINCES if p != place}
        return _summed(_scaled(near, 0.5), _scaled(far, 0.5))

    def draw_life(self, rng, sold):
        """Return where a unit sold in a place is used: there, or where it was given."""
        if rng.random() < self.settings.gift:
            return pick(rng, self.away[sold])
        return sold

    def draw_position(self, rng, home):
        """Return where the unit is on one occasion: at home, or with a traveller."""
        if rng.random() < self.settings.travel:
            return pick(rng, self.away[home])
        return home

    def draw_seen(self, rng, network, place):
        """Return the place that the file tells for an address of a place."""
        if network == "vpn":
            return rng.choice(EXITS)
        if rng.random() < self.settings.no_province:
            return NO_PROVINCE
        if rng.random() < self.error[network][place]:
            return pick(rng, self.misplaced[network][place])
        return place

    # === WHAT THE ORACLE IS TOLD === #

    def seen_given(self, network, place):
        """Return place seen -> probability, for a unit that is in a place."""
        error = self.error[network][place]
        misplaced = _scaled(self.misplaced[network][place], error)
        return _summed({place: 1 - error}, misplaced)

    def seen_given_life(self, network, home):
        """Return place seen -> probability, for a unit that is used in a place."""
        parts = [_scaled(self.seen_given(network, home), 1 - self.settings.travel)]
        for place, share in self.away[home].items():
            share *= self.settings.travel
            parts.append(_scaled(self.seen_given(network, place), share))
        return _summed(*parts)

    def life_given_sale(self, sold):
        """Return place -> probability of being used there, for a place of sale."""
        gift = self.settings.gift
        return _summed({sold: 1 - gift}, _scaled(self.away[sold], gift))
