"""Labels in ZPL, for Zebra's printers and those that speak like them.

Symbols are pictures of the very modules that the PDF has, so that what was tested is
what is printed, whatever the printer's firmware knows. Latin text uses the printer's
own scalable font; other text is a picture as well, drawn once where it repeats.
"""

from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont

from ..core import label as geometry
from ..core.zpl import graphic, text_data
from .fonts import font_file

_POINT = 1 / 72


def draw_labels(form, layouts) -> str:
    """Return the ZPL of labels, each a format of its own."""
    size = form.sheet.label_width, form.sheet.label_height, form.dpi
    return "".join(draw_label(layout, *size) for layout in layouts)


def draw_label(layout, width, height, dpi, drawn="") -> str:
    """Return the ZPL of one label, sizes in millimetres.

    :param str drawn: fields that the layout does not have, as `rule` returns them
    """

    def dots(millimetres):
        return geometry.to_dots(millimetres, dpi)

    parts = [f"^XA^CI28^PW{dots(width)}^LL{dots(height)}^LH0,0"]
    if layout.symbol:
        field = _draw_symbol(layout, dots(layout.bar_height))
        parts.append(f"^FO{dots(layout.x)},{dots(layout.y)}{field}^FS")
    for x, y, size, text in layout.texts:
        if text:
            text_size = round(size * _POINT * dpi)
            parts.append(_draw_text(dots(x), dots(y), text_size, text))
    return "".join([*parts, drawn, "^XZ\n"])


def rule(x, y, width, dpi) -> str:
    """Return a line across a label, in millimetres from its upper left corner."""
    x, y, width = (geometry.to_dots(one, dpi) for one in (x, y, width))
    return f"^FO{x},{y}^GB{width},2,2^FS"


def _draw_symbol(layout, bar_height):
    """Return a symbol as a picture: each module so many dots."""
    symbol, dots = layout.symbol, layout.dots
    rows = []
    for row in symbol.rows:
        bits = "".join(
            ("1" if row >> column & 1 else "0") * dots for column in range(symbol.width)
        )
        rows += [int(bits, 2)] * (bar_height if symbol.linear else dots)
    return graphic(rows, symbol.width * dots)


def _draw_text(x, y, size, text):
    """Return a line of text whose base line is at `y`."""
    if text.isascii() or not font_file():
        # Zebra's font is a little narrower than ours: it has room where ours has.
        top = max(0, y - round(size * 0.76))
        return f"^FO{x},{top}^A0N,{size},{size}^FH^FD{text_data(text)}^FS"
    field, ascent = _draw_picture(text, size)
    return f"^FO{x},{max(0, y - ascent)}{field}^FS"


@lru_cache(maxsize=4096)
def _draw_picture(text, size):
    """Return a text as a picture, and how far it reaches above its base line."""
    font = _font(size)
    ascent, descent = font.getmetrics()
    width = max(1, round(font.getlength(text)))
    image = Image.new("1", (width, ascent + descent))
    ImageDraw.Draw(image).text((0, 0), text, fill=1, font=font)
    stride = -(-width // 8)
    data = image.tobytes()
    rows = [
        int.from_bytes(data[at : at + stride], "big") >> (stride * 8 - width)
        for at in range(0, len(data), stride)
    ]
    return graphic(rows, width), ascent


@lru_cache(maxsize=64)
def _font(size):
    return ImageFont.truetype(font_file(), size)
