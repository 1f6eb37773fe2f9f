"""Joining PDFs that we drew ourselves, page after page, without reading them whole.

A general reader keeps each page in memory as objects. Ours are known: a table of
places, numbers of objects in order, no object streams. So objects are copied as they
are, with their numbers raised, and only the places are remembered.
"""

import re

_REFERENCE = re.compile(rb"(?<![\w.])(\d+) 0 R(?!\w)")
_STREAM = b"stream"
_HEADER = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"
# Objects of the joined file: its catalogue and the root of all pages.
_CATALOG, _PAGES = 1, 2


class PdfJoiner:
    """Writes a PDF to a file, of parts that come one after the other."""

    def __init__(self, file):
        self._file = file
        self._places = {}
        self._roots = []
        self._position = 0
        self._next = 3
        self._count = 0
        self._write(_HEADER)

    def add(self, pdf: bytes):
        """Append the pages of a PDF."""
        places, root = _read_table(pdf)
        raised = self._next - 1
        pages = _find_pages(pdf, places, root)
        for number, (start, end) in places.items():
            body = _raise_numbers(pdf[start:end], number, raised)
            if number == pages:
                parent = b"<< /Parent %d 0 R " % _PAGES
                body = body.replace(b"<<", parent, 1)
                self._count += int(re.search(rb"/Count (\d+)", body)[1])
            self._places[number + raised] = self._position
            self._write(body)
        self._roots.append(pages + raised)
        self._next += max(places)

    def finish(self):
        """Write what stands at the end of the file."""
        kids = b" ".join(b"%d 0 R" % root for root in self._roots)
        self._add_object(_CATALOG, b"<< /Type /Catalog /Pages %d 0 R >>" % _PAGES)
        self._add_object(
            _PAGES,
            b"<< /Type /Pages /Count %d /Kids [ %s ] >>" % (self._count, kids),
        )
        start, size = self._position, self._next
        self._write(b"xref\n0 %d\n0000000000 65535 f \n" % size)
        for number in range(1, size):
            # A number nobody has is free.
            place = self._places.get(number)
            entry = b"%010d 00000 n \n" % place if place else b"0000000000 00000 f \n"
            self._write(entry)
        self._write(
            b"trailer\n<< /Size %d /Root %d 0 R >>\nstartxref\n%d\n%%%%EOF\n"
            % (size, _CATALOG, start)
        )

    def _add_object(self, number, body):
        self._places[number] = self._position
        self._write(b"%d 0 obj\n%s\nendobj\n" % (number, body))

    def _write(self, data):
        self._file.write(data)
        self._position += len(data)


def _read_table(pdf):
    """Return {number: (start, end)} of a PDF's objects, and the catalogue's number."""
    start = int(re.search(rb"startxref\s+(\d+)\s+%%EOF\s*$", pdf[-64:])[1])
    table, _, trailer = pdf[start:].partition(b"trailer")
    rows = table.split(b"\n")
    offsets = {}
    for number, row in enumerate(rows[2:]):
        if row.strip().endswith(b"n"):
            offsets[number] = int(row[:10])
    order = sorted(offsets, key=offsets.get)
    ends = [*(offsets[number] for number in order[1:]), start]
    places = {
        number: (offsets[number], end) for number, end in zip(order, ends, strict=True)
    }
    return places, int(re.search(rb"/Root (\d+) 0 R", trailer)[1])


def _find_pages(pdf, places, root):
    """Return the number of the root of a PDF's pages."""
    start, end = places[root]
    return int(re.search(rb"/Pages (\d+) 0 R", pdf[start:end])[1])


def _raise_numbers(body, number, raised):
    """Return an object with its number, and those it names, raised; not its stream."""
    head, stream, rest = body.partition(_STREAM)
    if not head.rstrip().endswith(b">>"):
        # no stream, but a text with this word
        head, stream, rest = body, b"", b""
    head = head.replace(b"%d 0 obj" % number, b"%d 0 obj" % (number + raised), 1)
    head = _REFERENCE.sub(lambda found: b"%d 0 R" % (int(found[1]) + raised), head)
    return head + stream + rest
