"""Codes that were never made, printed on many things: the trace of a counterfeit.

    find_print_runs(scans, settings) -> list[PrintRun]

People mistype, and some try codes out; both are scattered or come from one visitor.
A forger prints: either one invented code on many boxes, which many visitors then look
at, or a series of codes that share their beginning and shape. Neither is a reason to
doubt one of our own units.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple


class UnknownScan(NamedTuple):
    """One look at a code that does not exist; `visitor` is an address range or so."""

    code: str
    at: datetime
    place: str = ""
    visitor: str = ""


@dataclass(frozen=True)
class PrintSettings:
    """When unknown codes are a print."""

    copies: int = 4  # visitors who look at one invented code
    series: int = 8  # codes of one series
    series_visitors: int = 5  # ... seen by so many visitors
    stem: int = 4  # characters that codes of a series begin with
    guesser: int = 3  # codes of one series one visitor may look at
    odds: float = 20.0  # a series is so much more frequent than chance makes it


@dataclass(frozen=True)
class PrintRun:
    """A code, or a series of codes, that somebody prints."""

    kind: str  # copy or series
    pattern: str  # the code, or its beginning and shape: "AB12????"
    codes: tuple[str, ...]
    scans: int
    visitors: int
    places: tuple[tuple[str, int], ...]
    first_at: datetime
    last_at: datetime


def shape_of(code: str) -> str:
    """Return which characters are digits and which letters.

    >>> shape_of("AB12-X")
    'AA99-A'
    """
    return "".join(
        "9" if char.isdigit() else "A" if char.isalpha() else char for char in code
    )


def find_print_runs(
    scans: Iterable[UnknownScan], settings: PrintSettings | None = None
) -> list[PrintRun]:
    """Return what somebody prints, the most seen first."""
    settings = settings or PrintSettings()
    scans = [scan for scan in scans if scan.code]
    copies = _find_copies(scans, settings)
    told = {code for run in copies for code in run.codes}
    rest = [scan for scan in scans if scan.code not in told]
    runs = [*copies, *_find_series(rest, settings)]
    return sorted(runs, key=lambda run: (-run.visitors, run.pattern))


def _find_copies(scans, settings):
    by_code = defaultdict(list)
    for scan in scans:
        by_code[scan.code].append(scan)
    return [
        _run("copy", code, many)
        for code, many in by_code.items()
        if len({scan.visitor for scan in many}) >= settings.copies
    ]


def _find_series(scans, settings):
    """Return the series: codes alike beyond chance, seen by many visitors."""
    codes = {scan.code for scan in scans}
    stems = Counter(code[: settings.stem] for code in codes)
    by_series = defaultdict(list)
    for scan in scans:
        by_series[scan.code[: settings.stem], len(scan.code)].append(scan)
    runs = []
    for (stem, length), many in by_series.items():
        many = _without_guessers(many, settings)
        found = {scan.code for scan in many}
        visitors = {scan.visitor for scan in many}
        if len(stem) < settings.stem or len(found) < settings.series:
            continue
        if len(visitors) < settings.series_visitors:
            continue
        if stems[stem] >= settings.odds * _by_chance(stem, stems, settings):
            runs.append(_run("series", _pattern(stem, length, found), many))
    return runs


def _without_guessers(scans, settings):
    """Leave out visitors who look at code after code: they try, they hold no box."""
    tried = defaultdict(set)
    for scan in scans:
        tried[scan.visitor].add(scan.code)
    return [s for s in scans if len(tried[s.visitor]) <= settings.guesser]


def _by_chance(stem, stems, settings):
    """Return how many codes begin like this if every symbol is drawn by itself."""
    total = sum(stems.values())
    chance = 1.0
    for place in range(settings.stem):
        same = sum(
            n for other, n in stems.items() if other[place : place + 1] == stem[place]
        )
        same -= stems[stem]  # what is tested must not explain itself
        chance *= (same + 1) / (total - stems[stem] + 32)
    return total * chance


def _pattern(stem, length, codes):
    shapes = {shape_of(code) for code in codes}
    tail = shapes.pop()[len(stem) :] if len(shapes) == 1 else "?" * (length - len(stem))
    return stem + tail.replace("9", "#").replace("A", "?")


def _run(kind, pattern, scans):
    moments = [scan.at for scan in scans]
    return PrintRun(
        kind=kind,
        pattern=pattern,
        codes=tuple(sorted({scan.code for scan in scans})),
        scans=len(scans),
        visitors=len({scan.visitor for scan in scans}),
        places=tuple(Counter(s.place for s in scans if s.place).most_common()),
        first_at=min(moments),
        last_at=max(moments),
    )
