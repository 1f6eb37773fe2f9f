"""The typeface of our PDFs: one that has Latin and Chinese and can be embedded."""

import shutil
import subprocess
from functools import lru_cache

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFError, TTFont

FAMILY = "WenQuanYi Micro Hei"
# Adobe's Asian font pack: not embedded, the reader brings its own. The last resort.
FALLBACK = "STSong-Light"


@lru_cache
def font_name() -> str:
    """Return the name of a registered font that draws Chinese and Latin text."""
    path = font_file()
    if path:
        try:
            pdfmetrics.registerFont(TTFont("SerialDossier", path))
        except (TTFError, OSError):
            path = None
    if path:
        return "SerialDossier"
    pdfmetrics.registerFont(UnicodeCIDFont(FALLBACK))
    return FALLBACK


@lru_cache
def font_file() -> str | None:
    """Return the file of our font as fontconfig knows it, None if it is not there."""
    program = shutil.which("fc-match")
    if not program:
        return None
    found = subprocess.run(
        [program, "-f", "%{family}\n%{file}", FAMILY],
        capture_output=True,
        text=True,
        check=False,
    ).stdout.split("\n")
    return found[1] if len(found) == 2 and FAMILY in found[0] else None
