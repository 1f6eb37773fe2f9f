"""The Chinese catalogue is complete and says nothing that breaks at run time."""

import re
from pathlib import Path

import polib
import pytest

FOLDER = Path(__file__).parents[2] / "i18n"
# %(name)s, %s, {name} but not {{…}}, and tags with their attributes' names.
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{[^{}]*\}")
TAG = re.compile(r"</?[a-z]\w*|\b(?:class|role|href|t-[\w-]+)=\"[^\"]*\"")
HALF_WIDTH = re.compile(r"[\u4e00-\u9fff][,;:?!]|[\u4e00-\u9fff]\.(?:\s|$)")


@pytest.fixture(scope="module")
def template():
    return polib.pofile(str(FOLDER / "serial_dossier.pot"))


@pytest.fixture(scope="module")
def catalogue():
    return polib.pofile(str(FOLDER / "zh_CN.po"))


def _texts(entries):
    return {entry.msgid for entry in entries}


def test_every_text_is_in_the_chinese_catalogue(template, catalogue):
    assert len(template) > 500
    assert _texts(template) - _texts(catalogue) == set()


def test_every_text_is_translated_and_none_is_a_guess(catalogue):
    assert [entry.msgid for entry in catalogue if not entry.msgstr.strip()] == []
    assert [entry.msgid for entry in catalogue if entry.fuzzy] == []


def test_nothing_is_kept_of_texts_that_are_gone(template, catalogue):
    assert [entry.msgid for entry in catalogue.obsolete_entries()] == []
    assert _texts(catalogue) - _texts(template) == set()


def test_no_text_stands_in_the_catalogue_twice(catalogue):
    assert len(_texts(catalogue)) == len(catalogue)


@pytest.mark.parametrize("pattern", [PLACEHOLDER, TAG])
def test_placeholders_and_tags_survive_translation(catalogue, pattern):
    changed = [
        entry.msgid
        for entry in catalogue
        if sorted(pattern.findall(entry.msgid)) != sorted(pattern.findall(entry.msgstr))
    ]
    assert changed == []


def test_spaces_at_the_ends_are_the_same(catalogue):
    """Fragments are joined with what stands beside them."""
    changed = [
        entry.msgid
        for entry in catalogue
        for end in (str.lstrip, str.rstrip)
        if (end(entry.msgid) == entry.msgid) != (end(entry.msgstr) == entry.msgstr)
    ]
    assert changed == []


def test_chinese_sentences_have_chinese_punctuation(catalogue):
    found = [entry.msgstr for entry in catalogue if HALF_WIDTH.search(entry.msgstr)]
    assert found == []
