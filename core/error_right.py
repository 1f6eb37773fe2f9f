"""How much likelier a precise location is right than a coarse one of the same network.

How precise a location is (its radius, whether two files agree) is no more given than
the place: a network whose records are coarse in one province is seen coarsely there
wherever it errs. So precision tells how likely a place is right, and nothing else.
"""

from collections import defaultdict

from .error_shrink import fit_spread
from .evidence_channel import family_of

#: What a channel's rate of the settings weighs, in errors.
WEIGHT = 20.0


def learn_rightness(grades, rates):
    """Return {channel: (factor of all places, {place: factor})}.

    The factor: P(channel | seen rightly) / P(channel | seen wrongly), of a family.

    `grades`: {channel: {seen place: (sightings that are right, that are wrong)}}.
    """
    families = defaultdict(dict)
    for grade in grades:
        for place, (right, wrong) in grades[grade].items():
            known = families[family_of(grade)].get(place, (0.0, 0.0))
            families[family_of(grade)][place] = known[0] + right, known[1] + wrong
    return {
        channel: _learn(channel, found, families[family_of(channel)], rates)
        for channel, found in grades.items()
    }


def _learn(channel, found, family, rates):
    """Compare how many wrong sightings a channel has with how many it would have.

    It would have as many of its family's wrong ones as it has of the right ones.
    """
    cells = {}
    for place, (right, wrong) in found.items():
        whole = family[place]
        if whole[0] > 1:
            cells[place] = wrong, whole[1] * right / whole[0]
    told = _odds(rates.named(family_of(channel))) / _odds(rates.named(channel))
    total = sum(wrong for wrong, _ in cells.values()) + WEIGHT * told
    common = total / (sum(mean for _, mean in cells.values()) + WEIGHT)
    common = min(20.0, max(0.05, common))
    means = {place: (x, mean * common) for place, (x, mean) in cells.items() if mean}
    spread = fit_spread([(x, mean, 1.0) for x, mean in means.values()])
    return 1 / common, {
        place: (m + spread) / (x + spread) / common for place, (x, m) in means.items()
    }


def _odds(rate):
    return (1 - rate.error) / rate.error
