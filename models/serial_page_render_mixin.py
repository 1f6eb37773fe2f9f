import re

from markupsafe import Markup, escape

from odoo import models
from odoo.tools import ormcache

# Characters of the private use area: no text of ours holds them, and what visitors
# type is put in only after the page was cut at them.
_OPEN, _CLOSE = "\ue000", "\ue001"
_HOLE = re.compile(f"{_OPEN}([^{_CLOSE}]+){_CLOSE}")


class Text(str):
    """A text that a template only prints: it may differ from page to page."""

    __slots__ = ()


def text(value):
    """Return a value as a `Text`; nothing stays None, so that templates see it."""
    return Text(value) if value else None


def _hollow(value, path, texts):
    """Return a value that can be hashed, its texts taken out into `texts`."""
    if type(value) is Text:
        texts[path] = value
        return (Text, path)
    if type(value) is dict:
        return (
            dict,
            tuple(
                (key, _hollow(item, f"{path}.{key}", texts))
                for key, item in value.items()
            ),
        )
    if type(value) is list:
        return (
            list,
            tuple(
                _hollow(item, f"{path}.{index}", texts)
                for index, item in enumerate(value)
            ),
        )
    return value


def _refill(shape):
    """Return a value of a shape, a hole in the place of each text."""
    if type(shape) is not tuple:
        return shape
    kind, content = shape
    if kind is Text:
        return f"{_OPEN}{content}{_CLOSE}"
    if kind is dict:
        return {key: _refill(item) for key, item in content}
    return [_refill(item) for item in content]


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
        texts = {}
        shape = _hollow(values, "page", texts)
        pieces = list(self._get_pieces(template, shape))
        pieces[1::2] = [escape(texts[path]) for path in pieces[1::2]]
        return Markup("".join(pieces))

    @ormcache("self.env.lang", "template", "shape", cache="templates")
    def _get_pieces(self, template, shape):
        """Return the rendered template, cut up: markup, path, markup, path … markup."""
        values = {**_refill(shape), **self._get_constants()}
        html = self.env["ir.qweb"]._render(
            f"serial_dossier.{template}", values, minimal_qcontext=True
        )
        return _HOLE.split("<!DOCTYPE html>\n" + re.sub(r"\n\s+", "\n", html))

    def _get_constants(self):
        """Return the values that are the same on every page of a language."""
        return {}
