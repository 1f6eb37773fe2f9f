"""Examples in the docstrings of `core` are run here: Odoo's runner ignores them."""

import doctest
import importlib
import pkgutil

import pytest

import core

MODULES = [name for _, name, _ in pkgutil.iter_modules(core.__path__)]


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings_hold(name):
    result = doctest.testmod(importlib.import_module(f"core.{name}"))
    assert result.failed == 0
