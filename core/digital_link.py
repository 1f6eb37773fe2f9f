"""GS1 Digital Link URIs (URI syntax 1.6): read and made.

The primary key and its qualifiers stand in the path, everything else in the query;
the path before the right-most primary key is the resolver's own affair.
"""

import re
from urllib.parse import quote, unquote_to_bytes

from .gs1_ai import Entry, get_entry
from .gs1_value import MAX_ELEMENTS, Elements, Gs1Error, check_value, require_entry

#: The resolver of GS1 itself: the stem of canonical URIs.
CANONICAL_STEM = "https://id.gs1.org"

_MAX_LENGTH = 8192
_SCHEME = re.compile(r"(?:https?|HTTPS?)://")
_DOMAIN = re.compile(r"[A-Za-z0-9._~:\[\]-]+")
_URI = re.compile(r"[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%\"-]*")


def is_link(text: str) -> bool:
    """Say whether a text looks like a web address at all.

    >>> is_link("https://id.gs1.org/01/09520123456788"), is_link("(01)0952012345678")
    (True, False)
    """
    return text[:8].lower().startswith(("http://", "https://"))


def parse(uri: str) -> Elements:
    """Return the elements of a Digital Link URI; Gs1Error says what is wrong.

    >>> parse("https://id.gs1.org/01/09520123456788/21/12345?17=180426")
    (('01', '09520123456788'), ('21', '12345'), ('17', '180426'))
    """
    path, query = _split(uri)
    elements = _read_path(path)
    key = require_entry(elements[0][0])
    taken = [ai for ai, _value in elements[1:]]
    if not _is_sequence(key, taken):
        raise Gs1Error("gs1_qualifiers", key.ai)
    for ai, value in _read_query(query):
        _check_attribute(key, taken, ai)
        elements.append((ai, value))
    _check_elements(elements)
    return tuple(elements)


def build(elements: Elements, stem: str = CANONICAL_STEM) -> str:
    """Return the Digital Link URI of `elements` under `stem`.

    The first primary key is the key of the path; the qualifiers that fit it follow
    in their order, all else goes into the query: values of fixed length, then others.

    >>> build((("21", "A/B"), ("01", "09520123456788"), ("99", "X+Y")), "https://t.cn/")
    'https://t.cn/01/09520123456788/21/A%2FB?99=X%2BY'
    """
    elements = tuple(dict.fromkeys(elements))
    _check_elements(elements)
    values = dict(elements)
    key = next((entry for entry in map(get_entry, values) if _is_key(entry)), None)
    if key is None:
        raise Gs1Error("gs1_no_key")
    branch = max(key.keys, key=lambda ais: sum(ai in values for ai in ais))
    taken = [ai for ai in branch if ai in values]
    path = [key.ai, *taken]
    query = [ai for ai in values if ai not in path]
    query.sort(key=lambda ai: not require_entry(ai).fixed)
    for ai in query:
        _check_attribute(key, taken, ai)
    link = "".join(f"/{ai}/{_escape(values[ai])}" for ai in path)
    attributes = "&".join(f"{ai}={_escape(values[ai])}" for ai in query)
    return stem.removesuffix("/") + link + ("?" + attributes if attributes else "")


def _is_key(entry: Entry | None) -> bool:
    return entry is not None and entry.keys is not None


def _split(uri):
    scheme = _SCHEME.match(uri)
    if len(uri) > _MAX_LENGTH or not scheme or not _URI.fullmatch(uri):
        raise Gs1Error("gs1_bad_uri", value=uri[:64])
    rest = uri[scheme.end() :].partition("#")[0]
    rest, _mark, query = rest.partition("?")
    domain, _slash, path = rest.partition("/")
    if not _DOMAIN.fullmatch(domain):
        raise Gs1Error("gs1_bad_uri", value=uri[:64])
    return path, query


def _read_path(path):
    """Return the elements from the right-most primary key on, as a list."""
    steps = path.split("/")
    found = []
    while len(steps) >= 2:
        value, ai = steps.pop(), steps.pop()
        entry = get_entry(ai)
        if entry is not None and not value:
            raise Gs1Error("gs1_empty", ai)
        found.insert(0, (ai, _unescape(value)))
        if _is_key(entry):
            return found
    raise Gs1Error("gs1_no_key")


def _read_query(query):
    for word in query.split("&"):
        name, equals, value = word.partition("=")
        if not (equals and name.isascii() and name.isdigit()):
            continue  # linkType and what others add is not ours
        require_entry(name)
        if not value:
            raise Gs1Error("gs1_empty", name)
        yield name, _unescape(value.replace("+", " "))


def _is_sequence(key, taken):
    """Say whether `taken` follows one branch of the key's qualifiers, in order."""
    return any(
        taken == [ai for ai in branch if ai in taken] for branch in key.keys or ()
    )


def _check_attribute(key, taken, ai):
    """Raise unless the AI may stand in the query: it must not belong in the path."""
    entry = require_entry(ai)
    in_path = any(
        ai in branch and set(taken) <= set(branch) for branch in key.keys or ()
    )
    if not entry.attribute or (in_path and ai not in taken):
        raise Gs1Error("gs1_not_attribute", ai)


def _check_elements(elements):
    if len(elements) > MAX_ELEMENTS:
        raise Gs1Error("gs1_too_many")
    seen = set()
    for ai, value in elements:
        if ai in seen:
            raise Gs1Error("gs1_repeated", ai)
        seen.add(ai)
        check_value(ai, value)


def _escape(value):
    return quote(value, safe="")


def _unescape(value):
    # Bytes that are no ASCII fail the check of characters later.
    return unquote_to_bytes(value).decode("latin-1")
