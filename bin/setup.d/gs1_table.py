"""Make core/gs1_table.py from the GS1 Barcode Syntax Dictionary.

Usage: $PYTHON bin/setup.d/gs1_table.py gs1-syntax-dictionary.txt >core/gs1_table.py

Only the facts are kept, one line an AI or a run of AIs: flags, parts, what it
needs, what it excludes, the Digital Link qualifiers after it, its title. `~` says
that the AIs of the same first three digits exclude one another, `4*` that a part
may come four times.
"""

import re
import sys
from itertools import groupby

HEAD = '''"""The GS1 application identifiers, made by bin/setup.d/gs1_table.py.

Facts of the GS1 Barcode Syntax Dictionary of 2026-07-27 (Apache License 2.0,
copyright GS1 AISBL, the BWIPP and the Zint projects), read by `core/gs1_ai.py`.
Columns: AI | flags (* needs no separator, ? Digital Link attribute) | parts |
needs | excludes | Digital Link qualifiers of a primary key | title.
"""

TABLE = """
'''


def read_line(line: str) -> str | None:
    """Return the row of one line of the dictionary, None for a comment."""
    facts, _hash, title = line.partition("#")
    words = facts.split()
    if not words:
        return None
    numbers, *words = words
    flags = words.pop(0) if set(words[0]) <= set("*?") else ""
    parts = [word for word in words if re.match(r"\[?[NXYZ][\d.]", word)]
    named = [word.partition("=") for word in words if word not in parts]
    values = {"req": [], "ex": [], "dlpkey": []}
    for name, _equals, value in named:
        values[name].append(value or "-")
    needs, excludes = "&".join(values["req"]), ",".join(values["ex"])
    excludes = re.sub(rf"(^|,){numbers[:3]}n(?=,|$)", r"\1~", excludes)
    keys = [value.replace("|", "/") for value in values["dlpkey"]]
    row = (numbers, flags, count_parts(parts), needs, excludes, *keys)
    return "|".join((*row, *([""] * (6 - len(row))), title.strip()))


def count_parts(parts: list[str]) -> str:
    """Return the parts as one word each, a repeated one once with its number."""
    runs = [(part, len(list(run))) for part, run in groupby(parts)]
    return " ".join(part if times == 1 else f"{times}*{part}" for part, times in runs)


def main(path: str) -> None:
    """Print the module made from the dictionary at `path`."""
    with open(path, encoding="utf-8") as lines:
        rows = [row for row in map(read_line, lines) if row]
    sys.stdout.write(HEAD + "\n".join(rows) + '\n"""\n')


if __name__ == "__main__":
    main(sys.argv[1])
