"""Which web page a GS1 Digital Link leads to, and the list of all of them (RFC 9264).

A link is picked by its type, then by the reader's languages, then by the media types
he takes, then by the order in which the links are kept.
"""

import re
from dataclasses import dataclass
from urllib.parse import quote

from .errors import SerialError
from .web_address import read_url

#: Of the GS1 Web Vocabulary 1.16: the types that matter for goods with serials.
LINK_TYPES = (
    *("defaultLink", "pip", "instructions", "quickStartGuide", "safetyInfo"),
    *("support", "serviceInfo", "registerProduct", "recallStatus", "traceability"),
    *("verificationService", "epcis", "dpp", "certificationInfo"),
    *("sustainabilityInfo", "masterData", "whatsInTheBox"),
    *("purchaseSuppliesOrAccessories", "reportFound"),
)
VOCABULARY = "https://gs1.org/voc/"
DEFAULT = "defaultLink"
LINKSET = "linkset"
LINKSET_TYPE = "application/linkset+json"

_PREFIX = re.compile(r"(?:gs1:|https?://(?:www\.|ref\.)?gs1\.org/voc/)")
_FIELD = re.compile(r"\{(\w*)\}")
_FIELDS = frozenset({"gtin", "lot", "serial", "code"})


@dataclass(frozen=True)
class Link:
    """A page about a product or a unit; `language` is a tag such as zh-CN, or ""."""

    link_type: str
    href: str
    title: str
    language: str = ""
    media_type: str = "text/html"


def read_type(text: str) -> str:
    """Return the bare name of a link type, however it is written.

    >>> read_type("gs1:pip"), read_type("https://ref.gs1.org/voc/pip"), read_type("pip")
    ('pip', 'pip', 'pip')
    """
    return _PREFIX.sub("", text.strip(), count=1)


def check_template(url: str) -> None:
    """Raise SerialError unless `url` is an address with fields that we know.

    What is scanned fills the path or the query, never the host.

    >>> check_template("https://brand.example/{gtin}?sn={serial}")
    """
    if not _FIELDS.issuperset(_FIELD.findall(url)) or _FIELD.search(_host(url)):
        raise SerialError("bad_field")
    read_url(_FIELD.sub("0", url))


def fill(url: str, values: dict[str, str]) -> str | None:
    """Return the address with its fields filled in, None where one has no value.

    >>> fill("https://b.cn/{gtin}", {"gtin": "0690"}), fill("https://b.cn/{lot}", {})
    ('https://b.cn/0690', None)
    """
    if not all(values.get(name) for name in _FIELD.findall(url)):
        return None
    return _FIELD.sub(lambda found: quote(values[found.group(1)], safe=""), url)


def pick(
    links: list[Link], link_type: str, languages: tuple = (), media_types: tuple = ()
) -> Link | None:
    """Return the best link of a type, None where there is none of it.

    >>> links = [Link("pip", "https://a", "A"), Link("pip", "https://z", "Z", "zh-CN")]
    >>> pick(links, "pip", ("zh-CN",)).href, pick(links, "pip", ("de",)).href
    ('https://z', 'https://a')
    """
    found = [link for link in links if link.link_type == link_type]
    found = _best(found, lambda link: _language_rank(link.language, languages))
    found = _best(found, lambda link: _media_rank(link.media_type, media_types))
    return found[0] if found else None


def linkset(anchor: str, links: list[Link]) -> dict:
    """Return the linkset of RFC 9264 about `anchor`.

    >>> linkset("https://a/01/1", [Link("pip", "https://b", "B")])["linkset"][0].keys()
    dict_keys(['anchor', 'https://gs1.org/voc/pip'])
    """
    context = {"anchor": anchor}
    for link in links:
        target = {"href": link.href, "title": link.title, "type": link.media_type}
        if link.language:
            target["hreflang"] = [link.language]
        context.setdefault(VOCABULARY + link.link_type, []).append(target)
    return {"linkset": [context]}


def _host(url):
    return re.match(r"\s*[^:/]*:?/*[^/?#]*", url)[0]


def _best(links, rank):
    ranks = [rank(link) for link in links]
    return [link for link, own in zip(links, ranks, strict=True) if own == min(ranks)]


def _language_rank(language, wanted):
    """Return how well a link's language suits: the less, the better."""
    language = language.lower()
    for place, tag in enumerate(tag.lower() for tag in wanted):
        if language == tag:
            return 2 * place, 0
        if language and language.partition("-")[0] == tag.partition("-")[0]:
            return 2 * place + 1, 0
    # Nobody's language: one for all readers, else the first there is.
    return 2 * len(wanted), 0 if not language else 1


def _media_rank(media_type, wanted):
    for place, pattern in enumerate(wanted):
        if pattern in (media_type, media_type.partition("/")[0] + "/*"):
            return place
    return len(wanted)
