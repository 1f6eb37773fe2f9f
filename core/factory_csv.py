"""Records of a CSV file, of which a broken one spoils no other.

Files of factories break off, lose a quotation mark, or hold bytes that are no text.
Such a record comes marked with its flaw, and reading goes on behind it.
"""

import codecs
import csv
import io
from collections import deque
from collections.abc import Iterator

from .errors import SerialError

_ENCODINGS = ("utf-8", "gb18030")
# A cell with line breaks holds a component a line. Without the limit, a mark that is
# never closed would be looked for to the end of the file, and again from each line.
_MOST_LINES = 250


class Record(list):
    """The cells of a record, and what is wrong with it as a whole.

    `is_rest` tells that it was read a second time, after it had been taken for the
    inside of a cell that is never closed: it may be a row or a part of that cell.
    """

    def __init__(self, cells, flaw="", is_rest=False):
        super().__init__(cells)
        self.flaw = flaw
        self.is_rest = is_rest


class _Lines:
    """Lines of a text that can be given back to be read again."""

    def __init__(self, stream):
        self._stream = stream
        self._again = deque()
        self.taken = []  # by the record that is being read
        self.is_rest = False

    def __iter__(self):
        return self

    def __next__(self):
        if len(self.taken) == _MOST_LINES:
            raise csv.Error("no end in sight")
        again = bool(self._again)
        line = self._again.popleft() if again else next(self._stream)
        if not self.taken:
            self.is_rest = again
        self.taken.append(line)
        return line

    def give_back(self):
        """Keep the first line taken; the others will be read again."""
        self._again.extendleft(reversed(self.taken[1:]))
        del self.taken[1:]


def csv_rows(content: bytes, encoding: str, delimiter: str) -> Iterator:
    """Yield (number as a spreadsheet shows it, record) of a CSV file.

    >>> content = b'SN,Line\\nA1,"L1\\nA2,L1\\n'
    >>> [(record, record.flaw) for _, record in csv_rows(content, "utf-8", ",")]
    [(['SN', 'Line'], ''), (['A1', 'L1'], 'bad_row'), (['A2', 'L1'], '')]
    """
    stream = io.TextIOWrapper(
        io.BytesIO(content), encoding=encoding, errors="replace", newline=""
    )
    lines = _Lines(stream)
    reader = csv.reader(lines, delimiter=delimiter)
    number = 0
    while True:
        lines.taken.clear()
        flaw = ""
        try:
            cells = next(reader, None)
            if cells is None:
                return
            flaw = _flaw_of(lines.taken, delimiter)
        except csv.Error:
            flaw = "bad_row"
        number += 1
        if flaw:
            lines.give_back()
            cells = _cells_of(lines.taken, delimiter)
            reader = csv.reader(lines, delimiter=delimiter)
        yield number, Record(map(_unquoted, cells), flaw, lines.is_rest)


def _flaw_of(lines, delimiter):
    """Return what is wrong with the lines of a record, "" for nothing.

    A quotation mark that is never closed swallows the rows that follow, up to the next
    one. Only then, or with an odd one, are records read again by the strict rules.
    """
    if len(lines) > 1 or lines[0].count('"') % 2:
        try:
            list(csv.reader(lines, delimiter=delimiter, strict=True))
        except csv.Error:
            return "bad_row"
    for line in lines:
        if "\0" in line:
            return "control_characters"
        if "\ufffd" in line:
            return "bad_encoding"
    return ""


def _cells_of(lines, delimiter):
    try:
        return next(csv.reader(lines, delimiter=delimiter), [])
    except csv.Error:  # a cell beyond every size
        return [lines[0][:200]]


def _unquoted(cell):
    """Undo how Excel keeps digits as text in a CSV: `="0123"`, `'0123`."""
    cell = cell.strip()
    if cell.startswith('="') and cell.endswith('"') and len(cell) > 2:
        return cell[2:-1]
    if cell.startswith("'") and not cell.endswith("'"):
        return cell[1:]
    return cell


def encoding_of(content: bytes) -> str:
    """Return the encoding of a text; SerialError if most of it is in none we know.

    >>> encoding_of("序列号".encode("gb18030"))
    'gb18030'
    """
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if content.startswith(mark):
            return encoding
    start = content[:4096]
    if start.count(0) * 4 > len(start):  # a program, or UTF-16 that does not say so
        raise SerialError("bad_file")
    for encoding in _ENCODINGS:
        if _is_text(content, encoding):
            return encoding
    return _closest_encoding(content)


def _is_text(content, encoding):
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for start in range(0, len(content), 1 << 20):
            decoder.decode(content[start : start + (1 << 20)])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _closest_encoding(content):
    """Return the encoding in which most lines are text: single ones may be damaged."""
    lines = content.splitlines()
    bad = {
        encoding: sum(not _is_text(line, encoding) for line in lines)
        for encoding in _ENCODINGS
    }
    encoding = min(bad, key=bad.get)
    if bad[encoding] * 2 > len(lines):
        raise SerialError("bad_encoding")
    return encoding
