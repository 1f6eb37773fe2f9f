"""`core` decides from values alone: no Odoo, no clock, no files, no network."""

import ast
from pathlib import Path

import pytest

import core

FILES = sorted(Path(core.__path__[0]).glob("*.py"))
FORBIDDEN_MODULES = {
    "odoo",
    "time",
    "os",
    "io",
    "pathlib",
    "socket",
    "requests",
    "urllib",
    "random",
    "secrets",
    "psycopg2",
    "logging",
}
# Files come as bytes; reading them needs the streams of these modules.
ALLOWED = {"factory_csv.py": {"io"}, "sheet.py": {"io"}, "spreadsheet.py": {"io"}}
# Splitting and escaping an address needs no network.
ALLOWED_PARTS = {"urllib.parse"}
FORBIDDEN_CALLS = {"now", "today", "utcnow", "open"}


def imported_names(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield "" if node.module in ALLOWED_PARTS else node.module.split(".")[0]


def called_names(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield getattr(node.func, "attr", getattr(node.func, "id", ""))


def test_there_is_something_to_check():
    assert len(FILES) > 5


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_core_imports_neither_odoo_nor_anything_that_reads_the_world(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    forbidden = FORBIDDEN_MODULES - ALLOWED.get(path.name, set())
    assert not forbidden & set(imported_names(tree))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_core_asks_no_clock_and_opens_no_file(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert not FORBIDDEN_CALLS & set(called_names(tree))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_core_never_imports_from_the_rest_of_the_module(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    levels = [n.level for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)]
    assert max(levels, default=0) <= 1
