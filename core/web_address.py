"""Addresses of web pages that others tell us and that people will click on."""

import re

from .errors import SerialError

MAX_URL = 2_000
# The host has no name before it, which would hide where a link leads.
_URL = re.compile(
    r"https?://[^\s/?#@:\\\[\]\"<>]+(?::\d{1,5})?(?:[/?#][^\s\"<>\\]*)?", re.IGNORECASE
)


def read_url(text: object, reason: str = "bad_url") -> str:
    """Return a web address that is safe to show as a link.

    Only `http` and `https`: a browser runs `javascript:` and `data:` in our own page.

    >>> read_url(" https://shop.example.com/item?id=1 ")
    'https://shop.example.com/item?id=1'
    >>> read_url("javascript:alert(1)")
    Traceback (most recent call last):
    ...
    core.errors.SerialError: bad_url
    """
    url = text.strip() if isinstance(text, str) else ""
    if len(url) > MAX_URL or not url.isprintable() or not _URL.fullmatch(url):
        raise SerialError(reason)
    return url
