import re
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


def _hollow(value, texts):
    """Return a value that can be hashed, its texts taken out and added to `texts`."""
    kind = type(value)
    if kind is Text:
        texts.append(value)
        return Text
    if kind is dict:
        return (dict, tuple([(key, _hollow(value[key], texts)) for key in value]))
    if kind is list:
        return (list, tuple([_hollow(item, texts) for item in value]))
    return value


def _refill(shape, numbers):
    """Return a value of a shape; in the place of each text a hole with its number."""
    if shape is Text:
        return f"{_OPEN}{next(numbers)}{_CLOSE}"
    if type(shape) is not tuple:
        return shape
    kind, content = shape
    if kind is dict:
        return {key: _refill(item, numbers) for key, item in content}
    return [_refill(item, numbers) for item in content]


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
        """Return a template with values: dicts, lists, `Text`s and constants."""
        texts = []
        pieces = list(self._get_pieces(template, _hollow(values, texts)))
        pieces[1::2] = [escape(texts[number]) for number in pieces[1::2]]
        return Markup("".join(pieces))

    @ormcache("self.env.lang", "template", "shape", cache="templates")
    def _get_pieces(self, template, shape):
        """Return the rendered template, cut up: markup, number of a text … markup."""
        values = {**_refill(shape, count()), **self._get_constants()}
        html = self.env["ir.qweb"]._render(
            f"serial_dossier.{template}", values, minimal_qcontext=True
        )
        pieces = _HOLE.split("<!DOCTYPE html>\n" + re.sub(r"\n\s+", "\n", html))
        pieces[1::2] = map(int, pieces[1::2])
        return pieces

    def _get_constants(self):
        """Return the values that are the same on every page of a language."""
        return {}
