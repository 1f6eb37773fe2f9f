"""Product pictures of the demo brand, drawn rather than shipped."""

import base64
import io

from PIL import Image, ImageDraw, ImageFont

SIZE = 512
COLOURS = {
    "AX1-128": ("#1f3b5b", "#7fb4d8"),
    "AX1-256": ("#2d2a45", "#b7a3e0"),
    "PC-10K": ("#20403a", "#8fd0b8"),
    "PC-20K": ("#3d2f25", "#e0b38c"),
    "KT-17": ("#40242a", "#e3a2a8"),
}


def draw(code: str) -> bytes:
    """Return the picture of a product as base64-encoded PNG."""
    dark, light = COLOURS[code]
    image = Image.new("RGB", (SIZE, SIZE), "#f4f5f7")
    pen = ImageDraw.Draw(image)
    shape = {"AX": _phone, "PC": _power_bank, "KT": _kettle}[code[:2]]
    shape(pen, dark, light)
    buffer = io.BytesIO()
    image.save(buffer, "PNG", optimize=True)
    return base64.b64encode(buffer.getvalue())


def draw_evidence(code: str, label: str) -> bytes:
    """Return a photo of a bought product in its sealed bag, as JPEG."""
    product = Image.open(io.BytesIO(base64.b64decode(draw(code)))).convert("RGB")
    image = Image.new("RGB", (900, 680), "#8b8378")
    pen = ImageDraw.Draw(image)
    pen.rounded_rectangle((120, 40, 780, 640), 18, fill="#e9e6df", outline="#ffffff")
    image.paste(product.resize((400, 400)), (250, 80))
    pen.rectangle((180, 520, 720, 600), fill="#c62828")
    pen.text((200, 538), label, font=ImageFont.load_default(40), fill="#ffffff")
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=80)
    return buffer.getvalue()


def draw_logo() -> bytes:
    """Return the brand's logo as base64-encoded PNG."""
    image = Image.new("RGBA", (520, 140), (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)
    for step, colour in enumerate(("#1f3b5b", "#3f7cac", "#7fb4d8")):
        box = (10 + 18 * step, 20 + 18 * step, 110 - 18 * step, 120 - 18 * step)
        pen.arc(box, 150, 30, fill=colour, width=9)
    pen.text((130, 30), "AURORA", font=ImageFont.load_default(72), fill="#1f3b5b")
    buffer = io.BytesIO()
    image.save(buffer, "PNG", optimize=True)
    return base64.b64encode(buffer.getvalue())


def _phone(pen, dark, light):
    pen.rounded_rectangle((156, 40, 356, 472), 34, fill=dark)
    pen.rounded_rectangle((166, 50, 346, 462), 26, fill=light)
    pen.rounded_rectangle((226, 60, 286, 74), 7, fill=dark)
    for step in range(3):
        pen.rounded_rectangle(
            (190, 340 + 36 * step, 322 - 30 * step, 356 + 36 * step), 8, fill="#ffffff"
        )


def _power_bank(pen, dark, light):
    pen.rounded_rectangle((116, 96, 396, 416), 44, fill=dark)
    pen.rounded_rectangle((130, 110, 382, 402), 34, fill=light)
    for step in range(4):
        pen.ellipse((168 + 48 * step, 350, 184 + 48 * step, 366), fill=dark)
    pen.polygon(
        [(270, 150), (208, 266), (250, 266), (236, 330), (304, 222), (260, 222)],
        fill="#ffffff",
    )


def _kettle(pen, dark, light):
    pen.polygon([(176, 130), (336, 130), (372, 430), (140, 430)], fill=light)
    pen.rounded_rectangle((132, 420, 380, 456), 14, fill=dark)
    pen.rounded_rectangle((170, 104, 342, 138), 14, fill=dark)
    pen.arc((320, 150, 452, 390), 270, 90, fill=dark, width=26)
    pen.polygon([(176, 150), (112, 176), (170, 230)], fill=light)
