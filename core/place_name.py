"""Names of subdivisions as location files write them, to ISO 3166-2.

Files of the flat kind name a province ("Guangdong", "Inner Mongolia") where others
give its code. China's provinces are few and their names stable, so they stand here;
for other countries the caller has a list of its own.
"""

import re
import unicodedata
from functools import lru_cache

_CHINA = {
    "AH": "anhui",
    "BJ": "beijing",
    "CQ": "chongqing",
    "FJ": "fujian",
    "GD": "guangdong, canton",
    "GS": "gansu",
    "GX": "guangxi",
    "GZ": "guizhou",
    "HA": "henan",
    "HB": "hubei",
    "HE": "hebei",
    "HI": "hainan",
    "HK": "hong kong, xianggang",
    "HL": "heilongjiang",
    "HN": "hunan",
    "JL": "jilin",
    "JS": "jiangsu",
    "JX": "jiangxi",
    "LN": "liaoning",
    "MO": "macau, macao, aomen",
    "NM": "inner mongolia, nei mongol, nei menggu, neimenggu",
    "NX": "ningxia",
    "QH": "qinghai",
    "SC": "sichuan",
    "SD": "shandong",
    "SH": "shanghai",
    "SN": "shaanxi",
    "SX": "shanxi",
    "TJ": "tianjin",
    "TW": "taiwan",
    "XJ": "xinjiang",
    "XZ": "tibet, xizang",
    "YN": "yunnan",
    "ZJ": "zhejiang",
}
_ENGLISH = {code: names.partition(",")[0].title() for code, names in _CHINA.items()}
_CODES = {name: code for code, names in _CHINA.items() for name in names.split(", ")}
_KINDS = re.compile(
    r"\b(province|municipality|sheng|shi|autonomous region|special administrative "
    r"region|sar|zizhiqu|zhuangzu|huizu|zhuang|hui|uygur|uyghur|weiwu'?er)\b"
)


def plain(name: str) -> str:
    """Return a name in lower case without accents and double spaces.

    >>> plain(" Île-de-France ")
    'ile-de-france'
    """
    name = unicodedata.normalize("NFKD", name or "")
    name = "".join(c for c in name if not unicodedata.combining(c))
    return " ".join(name.lower().split())


@lru_cache(maxsize=1024)
def china_code(name: str) -> str | None:
    """Return the ISO 3166-2:CN letters of a province named in English or pinyin.

    >>> china_code("Guangdong"), china_code("Xinjiang Uygur Autonomous Region")
    ('GD', 'XJ')
    >>> china_code("Bavaria")
    """
    return _CODES.get(" ".join(_KINDS.sub(" ", plain(name)).split()))


def china_name(code: str) -> str:
    """Return the English name of a province of China by its ISO 3166-2 letters.

    >>> china_name("GD"), china_name("NM"), china_name("GD-1")
    ('Guangdong', 'Inner Mongolia', '')
    """
    return _ENGLISH.get(code, "")
