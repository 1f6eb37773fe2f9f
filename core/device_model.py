"""Which kind of device a browser says it runs on: as much as tells two people apart.

    read_model("Mozilla/5.0 (Linux; Android 13; V2183A Build/TP1A; wv) ...") == "V2183A"

A model of telephone says nothing of who holds it, and stays the same when the browser
is updated or the network changes, which the rest of the text does not. So it counts
how many people looked at a code without knowing any of them. Browsers that name no
model ("K" of Chrome's reduced text, any iPhone) make one class, which is counted once.

The form of the text: RFC 9110, 10.1.5; what stands in its first comment is a custom of
the browsers' makers.
"""

import re
from functools import lru_cache

#: The longest model that is kept.
MOST = 48

_COMMENT = re.compile(r"\(([^()]*(?:\([^()]*\)[^()]*)*)\)")
#: Parts of the comment that name no model: system, form of the page, language.
_NO_MODEL = re.compile(
    r"(linux|u|wv|mobile|tablet|android\b.*|harmonyos\b.*|hmscore\b.*|rv:.*"
    r"|[a-z]{2}([-_][a-z]{2,4})?|k|unknown)?$",
    re.IGNORECASE,
)
_SYSTEMS = {
    "iphone": "iPhone",
    "ipad": "iPad",
    "ipod": "iPhone",
    "macintosh": "Mac",
    "windows": "Windows",
    "x11": "Linux",
    "phone": "OpenHarmony",
    "tablet": "OpenHarmony",
}


@lru_cache(maxsize=4096)
def read_model(user_agent: str) -> str:
    """Return the model of device that a browser's text names; "" where it names none.

    >>> read_model("Mozilla/5.0 (iPhone; CPU iPhone OS 16_3 like Mac OS X) Mobile")
    'iPhone'
    >>> read_model("Mozilla/5.0 (Linux; Android 10; K) Chrome/124.0 Mobile")
    'Android'
    >>> read_model("curl/8.5.0")
    ''
    """
    comment = _COMMENT.search(user_agent)
    if not comment:
        return ""
    parts = [part.strip() for part in comment[1].split(";")]
    system = parts[0].split(" ")[0].casefold()
    if "android" in comment[1].casefold():
        return _model_of(parts)
    return _SYSTEMS.get(system, "")


def _model_of(parts):
    """Return the first part that names a model, without the number of its build."""
    for part in parts:
        model = re.split(r"\s*\bBuild/", part)[0].strip()
        if not _NO_MODEL.match(model):
            return model[:MOST]
    return "Android"
