import re
from functools import lru_cache
from itertools import count

from markupsafe import Markup, escape

from odoo import models
from odoo.tools import ormcache

# Characters of the private use area: no text of ours holds them, and what visitors
# type is put in only after the page was cut at them.
_OPEN, _CLOSE = "\ue000", "\ue001"
_HOLE = re.compile(rf"{_OPEN}(\d+){_CLOSE}")


class Text(str):
    """A text that a template only prints: it may differ from page to page."""

    __slots__ = ()


def text(value):
    """Return a value as a `Text`; nothing stays None, so that templates see it."""
    return Text(value) if value else None


class Part:
    """A value taken apart in advance: for parts of a page that are kept."""

    __slots__ = ("shape", "texts")

    def __init__(self, value):
        self.texts = []
        self.shape = _hollow(value, self.texts)


class _Shape:
    """All of a page but its texts, as a key whose hash is worked out once."""

    __slots__ = ("_hash", "content")

    def __init__(self, content):
        self.content = content
        self._hash = hash(content)

    def __hash__(self):
        return self._hash

    def __eq__(self, other):
        return self.content == other.content


# One object for each: what is the same need not be compared to be known as equal.
_keep_shape = lru_cache(maxsize=1024)(_Shape)

_TAKEN_APART = frozenset({Text, Part, dict, list})


def _hollow(value, texts):
    """Return a value that can be hashed, its texts taken out and added to `texts`."""
    kind = type(value)
    if kind is Text:
        texts.append(value)
        return Text
    if kind is Part:
        texts += value.texts
        return value.shape
    items = value.items() if kind is dict else enumerate(value)
    return kind, tuple(
        [
            (key, _hollow(item, texts) if type(item) in _TAKEN_APART else item)
            for key, item in items
        ]
    )


def _escape_all(texts):
    """Return the same texts as HTML has them: at once, for one by one takes longer."""
    escaped = str(escape("\0".join(texts))).split("\0")
    if len(escaped) == len(texts):
        return escaped
    return [escape(one) for one in texts]


def _refill(shape, numbers):
    """Return a value of a shape; in the place of each text a hole with its number."""
    if shape is Text:
        return f"{_OPEN}{next(numbers)}{_CLOSE}"
    if type(shape) is not tuple:
        return shape
    kind, content = shape
    filled = {key: _refill(item, numbers) for key, item in content}
    return filled if kind is dict else list(filled.values())


class SerialPageRenderMixin(models.AbstractModel):
    """Renders a template once for every shape of its values, not for every page.

    Pages of one shape (the same verdict, the same steps) differ in texts alone. QWeb
    renders the shape with holes, which is cached; a page is the cached pieces with
    its texts, escaped, between them. Templates print a `Text` and do nothing else
    with it; all other values are part of the shape.
    """

    _name = "serial.page.render.mixin"
    _description = "Rendering of the Public Page"

    def _render(self, template, values):
        """Return a template with values: dicts, lists, `Text`s, `Part`s, constants."""
        texts = []
        shape = _keep_shape(_hollow(values, texts))
        pieces, numbers = self._get_pieces(template, shape)
        pieces, texts = pieces.copy(), _escape_all(texts)
        pieces[1::2] = [texts[number] for number in numbers]
        return Markup("".join(pieces))

    @ormcache("self.env.lang", "template", "shape", cache="templates")
    def _get_pieces(self, template, shape):
        """Return the rendered template, cut up: markup, hole, markup, hole … markup;
        and the number of the text that goes into each hole.
        """
        values = {**_refill(shape.content, count()), **self._get_constants()}
        html = self.env["ir.qweb"]._render(
            f"serial_dossier.{template}", values, minimal_qcontext=True
        )
        pieces = _HOLE.split("<!DOCTYPE html>\n" + re.sub(r"\n\s+", "\n", html))
        return pieces, tuple(map(int, pieces[1::2]))

    def _get_constants(self):
        """Return the values that are the same on every page of a language."""
        return {}
