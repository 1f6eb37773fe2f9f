"""Addresses of web pages that others tell us and that people will click on."""

from urllib.parse import urlsplit

from .errors import SerialError

MAX_URL = 2_000


def read_url(text: object, reason: str = "bad_url") -> str:
    """Return a web address that is safe to show as a link.

    Only `http` and `https`: a browser runs `javascript:` and `data:` in our own page.
    A name before the host is refused as well: it hides where a link leads.

    >>> read_url(" https://shop.example.com/item?id=1 ")
    'https://shop.example.com/item?id=1'
    >>> read_url("javascript:alert(1)")
    Traceback (most recent call last):
    ...
    core.errors.SerialError: bad_url
    """
    url = text.strip() if isinstance(text, str) else ""
    if not url or len(url) > MAX_URL or not url.isprintable() or set(url) & set(' <>"'):
        raise SerialError(reason)
    try:
        parts = urlsplit(url)
        hostname = parts.port != 0 and parts.hostname  # a wrong port is a ValueError
    except ValueError as error:
        raise SerialError(reason) from error
    if parts.scheme not in ("http", "https") or not hostname:
        raise SerialError(reason)
    if parts.username is not None or "\\" in url:
        raise SerialError(reason)
    return url
