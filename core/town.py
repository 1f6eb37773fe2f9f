"""Towns by the names people type, for those who do not share where they are."""

import re
import unicodedata

_ENDINGS = re.compile(r"(?<=..)(市|区|區|县|縣|省|特别行政区|shi|city)$")
_LONGEST = 60


def plain(name: str) -> str:
    """Return a name as the table writes it: no accents, spaces nor kind of place.

    >>> plain("Xī'ān Shì"), plain("深圳市"), plain("St. Pölten")
    ('xian', '深圳', 'stpolten')
    """
    text = unicodedata.normalize("NFKD", name[:_LONGEST]).lower()
    text = "".join(char for char in text if char.isalpha())
    return _ENDINGS.sub("", text)


class TownNames:
    """A table of towns, searched by name.

    >>> towns = TownNames(["# a comment", "22.55,114.07 shenzhen 深圳 宝安"])
    >>> towns.find("Shenzhen"), towns.find("深圳市"), towns.find("Atlantis")
    ((22.55, 114.07), (22.55, 114.07), None)
    >>> towns.find("深圳市南山区科苑路")
    (22.55, 114.07)
    """

    def __init__(self, lines):
        self._positions = {}
        for line in lines:
            position, *names = line.partition("#")[0].split() or [""]
            for name in names:
                latitude, longitude = map(float, position.split(","))
                self._positions.setdefault(name, (latitude, longitude))

    def find(self, typed: str) -> tuple[float, float] | None:
        """Return where a town lies: the one of that name, else one a name begins with.

        Chinese addresses begin with the largest place, so that a whole address finds
        its town as well.
        """
        name = plain(typed)
        if len(name) < 2:
            return None
        if name in self._positions or name.isascii():
            return self._positions.get(name)
        return self._find_within(name)

    def _find_within(self, address):
        """Return the longest town's name in an address, of the first words first."""
        for start in range(min(len(address), 12)):
            for end in range(min(len(address), start + 6), start + 1, -1):
                if found := self._positions.get(address[start:end]):
                    return found
        return None
