"""How each kind of network errs: P(seen place | true place), from what was seen.

Kinds of networks are the families of channels (`evidence_channel.family_of`). An
address of unknown network is one of a known one, so where its errors go is a mixture
of theirs, as far as what was seen of it does not tell otherwise.
"""

from .error_model import RATE_WEIGHT
from .error_near import Table, find_near, fit_apart
from .error_shrink import fit_spread

#: What is a mixture, and of what.
MIXED, PARTS = "unknown", ("mobile", "fixed")
_ROUNDS = 20


class Families:
    """Tables of all kinds of networks: `learn` returns what the model needs."""

    def __init__(self, places, rates):
        self.places, self.rates = places, rates
        self.near = None

    def learn(self, rows_by_family, with_near):
        """Return base {(family, seen): rate} and cells {(family, true): {seen: rate}}.

        `rows_by_family`: {family: {true place: {seen place: sightings}}}, places as
        numbers. Which are near is learned `with_near`, and kept for the next time.
        """
        tables = {
            name: self._table(name, rows) for name, rows in rows_by_family.items()
        }
        if with_near:
            near = self.near = find_near(list(tables.values()), self.near)
        else:
            near = fit_apart(list(tables.values()))
        fitted = {
            name: {pair: table.rate(pair, near[pair]) for pair in table.counts}
            for name, table in tables.items()
        }
        self._mix(tables, fitted)
        names = self.places
        base = {
            (family, name): table.columns.get(place, table.prior)
            for family, table in tables.items()
            for place, name in enumerate(names)
        }
        cells = {(family, name): {} for family in tables for name in names}
        for family, rates in fitted.items():
            for (true, seen), rate in rates.items():
                cells[family, names[true]][names[seen]] = rate
        return base, cells

    def _table(self, family, rows):
        places = range(len(self.places))
        counts = {
            (true, seen): rows.get(true, {}).get(seen, 0.0)
            for true in places
            for seen in places
            if seen != true
        }
        sizes = {true: sum(rows.get(true, {}).values()) for true in places}
        prior = self.rates.named(family).error / max(1, len(self.places) - 1)
        return Table(counts, sizes, prior, RATE_WEIGHT)

    def _mix(self, tables, fitted):
        """Replace the rates of unknown networks where known ones are seen more."""
        if MIXED not in tables:
            return
        parts = [
            fitted[part]
            for part in PARTS
            if part in tables and tables[part].total > tables[MIXED].total
        ]
        if parts:
            fitted[MIXED] = mix(tables[MIXED], parts)


def mix(table, parts):
    """Return {(true, seen): rate} of a table that is a mixture, in likeliest shares.

    `parts`: the rates of what it is a mixture of. (Expectation-maximisation; what is
    left over pulls each pair as far as such pairs differ.)
    """
    pairs = [pair for pair in table.counts if table.sizes[pair[0]]]
    sums = [sum(table.sizes[pair[0]] * part[pair] for pair in pairs) for part in parts]
    weights = [1 / len(parts)] * len(parts)
    for _ in range(_ROUNDS):
        found = [0.0] * len(parts)
        for pair in pairs:
            told = [w * part[pair] for w, part in zip(weights, parts, strict=True)]
            share = table.counts[pair] / (sum(told) or 1.0)
            found = [n + share * one for n, one in zip(found, told, strict=True)]
        weights = [n / (whole or 1.0) for n, whole in zip(found, sums, strict=True)]
    means = {
        pair: sum(w * part[pair] for w, part in zip(weights, parts, strict=True))
        for pair in table.counts
    }
    expected = {pair: table.sizes[pair[0]] * mean for pair, mean in means.items()}
    spread = fit_spread([(table.counts[p], expected[p], 1.0) for p in pairs])
    return {
        pair: mean * (table.counts[pair] + spread) / (expected[pair] + spread)
        for pair, mean in means.items()
    }
