"""What was bought and what was said: test purchases, statements, and their files."""

import io

from PIL import Image as Picture
from PIL import UnidentifiedImageError
from reportlab.lib.units import mm
from reportlab.platypus import Image, KeepTogether

from .evidence_numbers import moment
from .layout import facts, heading, title, words

MOST_PIXELS = 1200


def purchases(document, texts, get_image):
    """Return the test purchases with their photos and who had the unit when."""
    if not document["purchases"]:
        return []
    story = [title(texts["purchases_title"])]
    for bought in document["purchases"]:
        names = ("store", "seller", "listing", "order", "price", "seal", "serial")
        rows = [(texts[name], bought[name]) for name in names]
        rows.insert(0, (texts["bought_at"], moment(bought["bought_at"])))
        rows.append((texts["trace"], bought["trace"]))
        head = " · ".join(filter(None, (bought["name"], bought["result_name"])))
        story += [heading(head), facts(rows)]
        if bought["custody"]:
            steps = [
                f"{moment(step['at'])} · {step['who']} · {step['what']}"
                for step in bought["custody"]
            ]
            story.append(facts([(texts["custody"], "\n".join(steps))]))
        story += _pictures(document, bought["files"], texts, get_image)
    return story


def statements(document, texts, get_image):
    """Return what the distributor said, in his own words."""
    story = [title(texts["statements_title"])]
    if not document["statements"]:
        return [*story, words(texts["no_statement"])]
    for said in document["statements"]:
        head = f"{said['kind_name']} · {said['partner']} · {moment(said['given_at'])}"
        story += [heading(head), words(said["text"])]
        story += _pictures(document, said["files"], texts, get_image)
    return story


def _pictures(document, names, texts, get_image):
    """Return files with their hashes, and those that can be shown."""
    files = {file["name"]: file for file in document["files"]}
    story = []
    for name in names:
        caption = words(f"{name} · SHA-256 {files[name]['sha256']}", 6.5, "grey")
        picture = _picture(get_image(name))
        story.append(KeepTogether([picture, caption]) if picture else caption)
    if names:
        story.insert(0, words(texts["files"], 9, "grey"))
    return story


def _picture(data):
    """Return a picture small enough for a page, None if it is none."""
    if not data:
        return None
    try:
        picture = Picture.open(io.BytesIO(data)).convert("RGB")
    except (
        UnidentifiedImageError,
        OSError,
        ValueError,
        Picture.DecompressionBombError,
    ):
        return None
    picture.thumbnail((MOST_PIXELS, MOST_PIXELS))
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=85)
    file.seek(0)
    scale = min(90 * mm / picture.width, 70 * mm / picture.height)
    drawn = Image(file, picture.width * scale, picture.height * scale)
    drawn.hAlign = "LEFT"
    return drawn
