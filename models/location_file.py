"""MMDB files that tell where an address lies or whose it is, opened once a process."""

import logging
import os
from datetime import datetime, timezone

import maxminddb

_logger = logging.getLogger(__name__)

# path -> (time of last change, reader, month)
_readers = {}


def get_reader(path):
    """Return the open reader of a file and the month it was built, or nothing.

    Evidence is only as good as its age.
    """
    try:
        changed = os.stat(path).st_mtime_ns
        known = _readers.get(path)
        if not known or known[0] != changed:
            reader = maxminddb.open_database(path)
            built = datetime.fromtimestamp(reader.metadata().build_epoch, timezone.utc)
            known = _readers[path] = (changed, reader, f"{built:%Y-%m}")
    except (OSError, ValueError, maxminddb.InvalidDatabaseError) as error:
        _logger.debug("no location file at %s: %s", path, error)
        return None, None
    return known[1:]


def read(path, address):
    """Return (record, prefix length, month); no record where a file has none."""
    reader, month = get_reader(path)
    if not reader:
        return None, None, None
    try:
        found, prefix = reader.get_with_prefix_len(address)
    except ValueError:
        # an IPv6 address in a file of IPv4, or a damaged file
        return None, None, None
    return (found if isinstance(found, dict) else None), prefix, month
