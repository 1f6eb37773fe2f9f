"""Where a simulated market lies: China's provinces, and real addresses in each of them.

The addresses come from a location file of MaxMind's schema (the one that serves demo
and tests). Each is looked up once; its place, radius and prefix are what the file says.
"""

import ipaddress
import os
import random
import re
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

REPO = Path(__file__).resolve().parents[1]

#: Province -> (millions of people by the 2020 census, provinces with a common border;
#: Hainan counts as one of Guangdong's).
_TABLE = """
BJ 21.9 HE TJ|TJ 13.9 BJ HE|HE 74.6 BJ TJ LN NM SX HA SD|SX 34.9 HE NM SN HA
NM 24.0 HL JL LN HE SX SN NX GS|LN 42.6 JL NM HE|JL 24.1 HL NM LN|HL 31.9 NM JL
SH 24.9 JS ZJ|JS 84.7 SH ZJ AH SD|ZJ 64.6 SH JS AH JX FJ|AH 61.0 JS ZJ JX HB HA SD
FJ 41.5 ZJ JX GD|JX 45.2 ZJ AH HB HN GD FJ|SD 101.5 HE HA AH JS
HA 99.4 HE SX SN HB AH SD|HB 57.8 HA AH JX HN CQ SN|HN 66.4 HB JX GD GX GZ CQ
GD 126.0 FJ JX HN GX HI|GX 50.1 GD HN GZ YN|HI 10.1 GD|CQ 32.1 HB HN GZ SC SN
SC 83.7 CQ GZ YN XZ QH GS SN|GZ 38.6 SC CQ HN GX YN|YN 47.2 SC GZ GX XZ
XZ 3.6 SC YN QH XJ|SN 39.5 SX HA HB CQ SC GS NX NM|GS 25.0 SN SC QH XJ NM NX
QH 5.9 GS SC XZ XJ|NX 7.2 SN NM GS|XJ 25.9 GS QH XZ
"""


def _read_table():
    people, borders = {}, {}
    for entry in re.split(r"[|\n]", _TABLE.strip()):
        code, millions, *near = entry.split()
        people[f"CN-{code}"] = float(millions)
        borders[f"CN-{code}"] = tuple(f"CN-{other}" for other in near)
    return people, borders


PEOPLE, BORDERS = _read_table()
PROVINCES = tuple(PEOPLE)
BEIJING = "CN-BJ"
#: Seen, but no province: the file knows the country alone.
NO_PROVINCE = "CN"
#: Where the exits of virtual private networks are.
EXITS = ("HK", "JP", "SG", "US")

#: The widest blocks that APNIC lists for China Mobile.
CHINA_MOBILE = [
    "36.128.0.0/10",
    "39.128.0.0/10",
    "111.0.0.0/10",
    "112.0.0.0/10",
    "117.128.0.0/10",
    "120.192.0.0/10",
    "183.192.0.0/10",
    "223.64.0.0/10",
]
#: Blocks with little outside China: other networks' addresses are drawn from them.
OTHERS = [
    "58.16.0.0/12",
    "58.32.0.0/11",
    "60.0.0.0/11",
    "60.160.0.0/11",
    "61.128.0.0/10",
    "106.32.0.0/11",
    "113.64.0.0/10",
    "114.208.0.0/12",
    "115.192.0.0/10",
    "116.0.0.0/10",
    "117.0.0.0/10",
    "118.112.0.0/12",
    "119.0.0.0/10",
    "121.0.0.0/10",
    "122.64.0.0/10",
    "123.128.0.0/10",
    "124.64.0.0/10",
    "125.64.0.0/10",
    "171.0.0.0/10",
    "175.0.0.0/10",
    "180.96.0.0/11",
    "182.0.0.0/10",
    "202.96.0.0/12",
    "218.0.0.0/11",
    "219.128.0.0/11",
    "220.160.0.0/11",
    "221.0.0.0/11",
    "222.0.0.0/10",
]
_ABROAD = [
    "3.0.0.0/8",
    "8.0.0.0/8",
    "13.0.0.0/8",
    "43.0.0.0/8",
    "103.0.0.0/8",
    "150.0.0.0/8",
]


#: A province with fewer mobile addresses lends from the fixed ones.
_ENOUGH = 10


class Address(NamedTuple):
    """The kept part of a real address (/24) and what the location file says of it."""

    text: str
    place: str
    latitude: float | None
    longitude: float | None
    radius_km: float | None
    prefix: int


class Atlas:
    """Addresses by network (`mobile`, `fixed`, `vpn`) and the place that is seen."""

    def __init__(self, addresses):
        self.pools = defaultdict(list)
        for network, address in addresses:
            self.pools[network, address.place].append(address)

    def draw(self, rng, network, place):
        """Return an address of a network that the file puts in a place."""
        pool = self.pools.get((network, place), ())
        if len(pool) < _ENOUGH and (other := self.pools.get(("fixed", place))):
            pool = other
        address = pool[int(rng.random() * len(pool))]
        # All of a network has one record: any /24 in it is as real as the one drawn.
        room = 1 << max(0, min(8, 24 - address.prefix))
        first, second, third = address.text.rsplit(".", 2)
        third = int(third) // room * room + int(rng.random() * room)
        return address._replace(text=f"{first}.{second}.{third}")

    def share_of_places(self):
        """Return place -> share of the addresses that the file puts there."""
        count = {place: len(self.pools.get(("fixed", place), ())) for place in PEOPLE}
        whole = sum(count.values())
        return {place: number / whole for place, number in count.items()}


def find_file():
    """Return the path of the location file that serves demo and tests."""
    named = os.environ.get("SERIAL_DOSSIER_BENCH_GEOIP")
    if named:
        return named
    import _maxminddb_geolite2

    folder = Path(_maxminddb_geolite2.__file__).parent
    return str(folder / "GeoLite2-City.mmdb")


def read_atlas(path=None, draws=30_000, enough=12):
    """Return an Atlas of addresses drawn from the file, the same ones each time.

    It goes on drawing until every province has `enough`, mobile ones a tenth.
    """
    import maxminddb

    rng = random.Random(2605)
    with maxminddb.open_database(path or find_file()) as reader:
        found = set()
        for network, blocks in (("mobile", CHINA_MOBILE), ("fixed", OTHERS)):
            wanted = {*PROVINCES, NO_PROVINCE}
            found |= _draw(reader, rng, network, blocks, wanted, draws, enough)
        found |= _draw(reader, rng, "vpn", _ABROAD, set(EXITS), 4_000, 0)
    return Atlas(sorted(found))


def _draw(reader, rng, network, blocks, wanted, draws, enough):
    """Return (network, Address) pairs in wanted places."""
    networks = [ipaddress.ip_network(block) for block in blocks]
    sizes = [block.num_addresses for block in networks]
    found, seen = set(), dict.fromkeys(wanted, 0)
    for number in range(10 * draws):
        if number >= draws and (network == "mobile" or min(seen.values()) >= enough):
            break
        block = rng.choices(networks, sizes)[0]
        number = int(block.network_address) + rng.randrange(block.num_addresses)
        address = _look_up(reader, ipaddress.ip_address(number & ~255 | 1))
        if address and address.place in wanted:
            seen[address.place] += 1
            found.add((network, address))
    return found


def _look_up(reader, ip):
    record, prefix = reader.get_with_prefix_len(ip)
    country = (record or {}).get("country", {}).get("iso_code")
    if not country:
        return None
    parts = record.get("subdivisions") if country == "CN" else None
    place = f"{country}-{parts[0]['iso_code']}" if parts else country
    where = record.get("location", {})
    kept = str(ip).rpartition(".")[0]
    spot = where.get("latitude"), where.get("longitude"), where.get("accuracy_radius")
    return Address(kept, place, *spot, prefix)
