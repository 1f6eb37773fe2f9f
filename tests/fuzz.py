import json
import re
from typing import NamedTuple
from urllib.parse import quote, urlencode

HOSTILE = (
    *("", " ", "0", "-1", "1", "007", "٣", "1e9", "0x10", "NaN", "null", "true"),
    *(str(2**31), str(2**63), "9" * 400, "-" + "9" * 30),
    *("\x00", "a\x00b", "\ud800", "\u202e\u200b", "💥" * 9, "é" * 300, "\r\nX: y"),
    *("' OR 1=1 --", '"; DROP TABLE stock_lot; --', "%s", "%(id)s", "{0.__class__}"),
    *("<script>alert(1)</script>", "<t t-out='1'/>", "{{7*7}}", "${jndi:ldap://x}"),
    *("../../etc/passwd", "..%2f..%2f", "%00", "%ff", "%c0%af", "%", "%zz", ";x=1"),
    *("2026-02-30", "9999-12-31T23:59:60-23:59", "0001-01-01T00:00:00+23:59"),
    *("::1", "1.2.3.4", "http://[::1", "javascript:1", "=cmd|' /C calc'!A0"),
    *("x" * 5_000, "([a-z]+)+$" * 20, "\\", "[]", "[1", "*" * 70),
)
NAMES = (
    *("code", "items", "store", "platform", "store_id", "occurred_at", "ip", "url"),
    *("latitude", "longitude", "device_id", "account", "sku", "gtin", "price"),
    *("amount", "currency", "observed_at", "search", "state", "product", "holder"),
    *("shipment", "page", "lang", "self", "cls", "args", "kwargs", "env", "request"),
    *("body", "texts", "date", "note", "line", "receiver", "action", "files", "file"),
    *("lat", "lon", "city", "fault", "words", "centre", "country", "phone", "email"),
    *("step", "quote", "person", "consent", "decision", "answer_power", "answer_"),
    *("name", "days", "scope", "token", "sig", "t", "csrf_token", "path", "__proto__"),
)
# What the bodies of the API are made of.
FIELDS = (*NAMES[:16], "quote", "answers", "person_id", "purchase", "energy_level")
NUMBERS = (0, -1, 1, 0.5, 91, 2**31, 2**63, 10**400, 1e308, float("inf"), float("nan"))
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "BREW")
TYPES = (
    *("application/json", "application/x-www-form-urlencoded", "text/plain", ""),
    *("multipart/form-data", "multipart/form-data; boundary=", "a/b; charset=\xff"),
    *("application/json; charset=utf-16", "APPLICATION/JSON", "/", "x" * 999),
)
HEADERS = (
    *("Accept-Language", "User-Agent", "Idempotency-Key", "X-Forwarded-For", "Range"),
    *("Accept", "Referer", "If-None-Match", "If-Modified-Since", "Origin"),
    *("Content-Encoding", "X-Requested-With", "Authorization"),
)
# Pages of the portal take the longest by far.
STARTS = ("/api/serial/", "/sn", "/my/serial", "/service", "/my/tradeins", "/tradein")
STARTS += ("/my/repairs", "/my/settlements")
WEIGHTS = (5, 4, 2, 1, 1, 1, 1, 1)
CONVERTER = re.compile(r"<(?:(\w+)(?:\([^)]*\))?:)?(\w+)>")
ACTIONS = (
    "message",
    "cancel",
    "add",
    "remove",
    "send",
    "receive",
    "dispute",
    "settle",
    "pdf",
    "csv",
)


class Attempt(NamedTuple):
    """A request to send, and as whom."""

    method: str
    target: str
    body: bytes
    headers: dict
    role: str | None


def as_header(text):
    """Return a text as a WSGI server hands the bytes of a header on."""
    text = text.replace("\r", "").replace("\n", "")
    return text.encode("utf-8", "surrogatepass").decode("latin-1")


class Fuzzer:
    """Makes requests that nobody should send; the same ones for the same seed.

    :param rules: (rule, methods) of the routes
    :param good: values that exist: ids, codes, names
    :param keys: tokens of the API
    :param tokens: role -> its CSRF token
    """

    def __init__(self, random, rules, good, keys, tokens):
        self.random = random
        self.good, self.keys, self.tokens = good, keys, tokens
        self.groups = [
            [rule for rule in rules if rule[0].startswith(start)] for start in STARTS
        ]

    def make(self):
        """Return one request."""
        rule, methods = self.random.choice(self.random.choices(self.groups, WEIGHTS)[0])
        method = self.random.choice(sorted(methods or METHODS))
        if self.random.random() < 0.05:
            method = self.random.choice(METHODS)
        role = self.random.choice((None, *self.tokens, "tier1", "tier1"))
        if not rule.startswith("/my") and self.random.random() < 0.8:
            role = None
        headers = self.make_headers(rule)
        body = b""
        if method not in ("GET", "HEAD") or self.random.random() < 0.02:
            body, headers["Content-Type"] = self.make_body(rule, role)
        return Attempt(method, self.make_target(rule), body, headers, role)

    # === PARTS === #

    def text(self):
        """Return a text: one that exists, a hostile one, or noise."""
        kind = self.random.random()
        if kind < 0.3:
            return str(self.random.choice(self.good))
        if kind < 0.9:
            return self.random.choice(HOSTILE)
        top = self.random.choice((0x7F, 0x7FF, 0x10FFFF))
        length = self.random.randrange(40)
        return "".join(chr(self.random.randrange(top)) for _ in range(length))

    def quoted(self):
        """Return a text as a part of an address, at times badly quoted."""
        text = self.text()
        if self.random.random() < 0.2:
            return re.sub(r"[^!-~]|[?#]", "", text) or "%"
        return quote(
            text, safe="/" if self.random.random() < 0.5 else "", errors="replace"
        )

    def make_target(self, rule):
        """Return the address of a rule with values in its place."""

        def fill(match):
            if match[2] in ("action", "kind", "step") and self.random.random() < 0.9:
                return self.random.choice(ACTIONS)
            if match[1] == "int" and self.random.random() < 0.8:
                ids = (
                    *(one for one in self.good if isinstance(one, int)),
                    0,
                    2**31,
                    9**40,
                )
                return str(self.random.choice(ids))
            return self.quoted()

        target = CONVERTER.sub(fill, rule)
        if self.random.random() < 0.05:
            target += "/" + self.quoted()
        if self.random.random() < 0.02:
            trick = self.random.choice(
                ("//", "/./", "/%2e%2e/", "/..%5c", "/%252e%252e/")
            )
            head, slash, tail = target.rpartition("/")
            target = head + slash.replace("/", trick) + tail
        if self.random.random() < 0.6:
            names = [self.random.choice(NAMES) for _ in range(self.random.randrange(4))]
            target += "?" + "&".join(f"{name}={self.quoted()}" for name in names)
        return target

    def make_headers(self, rule):
        """Return headers, of which some are of no sense."""
        headers = {}
        if "/api/" in rule and self.random.random() < 0.9:
            headers["Authorization"] = f"Bearer {self.random.choice(self.keys)}"
        while self.random.random() < 0.2:
            headers[self.random.choice(HEADERS)] = as_header(self.text())
        return headers

    def make_body(self, rule, role):
        """Return a body and its type, mostly as the route expects them."""
        make = self.make_json if "/api/" in rule else self.make_form
        if self.random.random() < 0.15:
            make = self.random.choice((self.make_json, self.make_form, self.make_noise))
        body, media_type = make(role)
        if self.random.random() < 0.05:
            media_type = self.random.choice(TYPES)
        if self.random.random() < 0.05:
            body = body[: self.random.randrange(len(body) + 1)]
        return body, media_type

    def make_json(self, _role):
        """Return a JSON document that looks like one of the API's."""
        kind = self.random.random()
        if kind < 0.02:
            depth = self.random.choice((100, 5_000, 100_000))
            return b"[" * depth + b"]" * depth, "application/json"
        document = self.value()
        if kind < 0.6:
            document = {
                "items": [self.value() for _ in range(self.random.randrange(5))]
            }
        elif kind < 0.9:
            document = {name: self.value(1) for name in self.random.sample(FIELDS, 8)}
        return json.dumps(document).encode(), "application/json"

    def value(self, depth=0):
        """Return anything that JSON can say."""
        kind = self.random.randrange(8) if depth < 4 else 7
        if kind == 0:
            return [self.value(depth + 1) for _ in range(self.random.randrange(3))]
        if kind < 4:
            names = self.random.sample(FIELDS, self.random.randrange(9))
            return {name: self.value(depth + 1) for name in names}
        if kind == 4:
            return self.random.choice((None, True, False))
        return self.random.choice(NUMBERS) if kind == 5 else self.text()

    def make_form(self, role):
        """Return a form, with the token of its session most of the time."""
        names = [self.random.choice(NAMES) for _ in range(self.random.randrange(6))]
        fields = [(name, self.text()) for name in names]
        if role and self.random.random() < 0.9:
            fields.append(("csrf_token", self.tokens[role]))
        if self.random.random() < 0.6:
            encoded = urlencode(fields, errors="replace").encode()
            return encoded, "application/x-www-form-urlencoded"
        parts = [self.make_part(name, text) for name, text in fields]
        while self.random.random() < 0.4:
            name = self.random.choice(("file", "files"))
            parts.append(self.make_part(name, self.text(), self.text()))
        end = b"--x--\r\n" if self.random.random() < 0.9 else b""
        return b"".join(parts) + end, "multipart/form-data; boundary=x"

    def make_part(self, name, text, filename=None):
        """Return a part of a multipart form."""
        about = f'form-data; name="{name}"'
        if filename is not None:
            about += f'; filename="{filename}"'
        head = f"--x\r\nContent-Disposition: {about}\r\n\r\n{text}\r\n"
        return head.encode("utf-8", "surrogatepass")

    def make_noise(self, _role):
        """Return bytes."""
        return self.random.randbytes(self.random.randrange(200)), "application/json"
