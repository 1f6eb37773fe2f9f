"""Counterfeit prints are told from typing errors and from people who try codes."""

from datetime import datetime, timedelta
from random import Random

from core.unknown_codes import UnknownScan, find_print_runs

START = datetime(2026, 3, 1, 8)
SYMBOLS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def scan(code, visitor, place="CN-GD"):
    return UnknownScan(code, START + timedelta(hours=len(code)), place, visitor)


def noise(count):
    random = Random(7)
    return [
        scan("".join(random.choices(SYMBOLS, k=13)), f"n{number}")
        for number in range(count)
    ]


def test_one_invented_code_on_many_boxes():
    scans = [scan("FAKE000000001", str(visitor)) for visitor in range(6)]
    (run,) = find_print_runs(scans + noise(50))
    assert (run.kind, run.pattern, run.visitors) == ("copy", "FAKE000000001", 6)


def test_a_series_of_invented_codes():
    scans = [scan(f"AX12{number:09}", f"v{number % 9}") for number in range(20)]
    (run,) = find_print_runs(scans + noise(50))
    assert (run.kind, run.pattern) == ("series", "AX12#########")
    assert len(run.codes) == 20


def test_typing_errors_are_scattered():
    assert not find_print_runs(noise(400))


def test_whoever_tries_codes_out_prints_none():
    assert not find_print_runs([scan(f"AX12{n:09}", "guesser") for n in range(500)])


def test_one_visitor_who_looks_often_prints_none():
    assert not find_print_runs([scan("FAKE000000001", "one")] * 40)
