"""Connections that keep their plans from one request to the next.

Odoo sends DISCARD ALL whenever it takes a connection from its pool, and that throws
every plan away: a statement that runs in 60 µs is planned for 500 µs each time. The
public page sends one statement a view, always the same, so it is worth a connection
of its own in each worker. Whoever calls must be able to do without: a connection
that fails is thrown away, and nothing here tries again.
"""

import os
import re
import time
from hashlib import sha256
from threading import Lock

import psycopg2

from odoo.sql_db import connection_info_for

# As Odoo's pool does, and few: a server of many databases must not keep one of each.
IDLE_SECONDS = 600
MAX_IDLE = 4

_PARAMETER = re.compile(r"%\((\w+)\)s")

_lock = Lock()
_idle = []  # the longest unused first
os.register_at_fork(after_in_child=_idle.clear)  # they are the parent's


class _KeptConnection:
    """A connection without transactions; it prepares each statement once."""

    def __init__(self, database, readonly):
        self.place = database, readonly
        self.used_at = 0
        self._prepared = {}  # statement -> its EXECUTE
        self._names = {}  # statement -> names of its columns
        _name, info = connection_info_for(database, readonly)
        self._connection = psycopg2.connect(**info)
        self._connection.autocommit = True
        self._cursor = self._connection.cursor()
        # Look-ups by unique keys: no value of a parameter asks for another plan.
        self._cursor.execute("SET plan_cache_mode = force_generic_plan")

    def fetch(self, statement, parameters):
        execute = self._prepared.get(statement)
        if not execute:
            execute = self._prepared[statement] = self._prepare(statement)
        self._cursor.execute(execute, parameters)
        names = self._names.get(statement)
        if not names:
            names = [column.name for column in self._cursor.description]
            self._names[statement] = names
        rows = self._cursor.fetchall()
        return [dict(zip(names, row, strict=True)) for row in rows]

    def _prepare(self, statement):
        """Prepare a statement; return the EXECUTE that takes its parameters by name."""
        names = list(dict.fromkeys(_PARAMETER.findall(statement)))
        numbered = _PARAMETER.sub(
            lambda match: f"${names.index(match[1]) + 1}", statement
        )
        # Should a pooler hand out somebody else's connection, equal names mean equal
        # statements.
        name = f"serial_{sha256(numbered.encode()).hexdigest()[:16]}"
        self._cursor.execute(f"PREPARE {name} AS {numbered}")
        values = ", ".join(f"%({name})s" for name in names)
        return f"EXECUTE {name} ({values})" if values else f"EXECUTE {name}"

    def close(self):
        self._connection.close()


def fetch(database, statement, parameters, readonly=False):
    """Run a statement by itself, in a transaction of its own; return its rows as dicts.

    :param str statement: with parameters by name; the same text each time
    :param bool readonly: ask a replica if there is one
    :raise psycopg2.Error: also where there is no connection to be had
    """
    place = database, readonly
    kept = _take(place) or _KeptConnection(*place)
    try:
        rows = kept.fetch(statement, parameters)
    except Exception:
        kept.close()
        raise
    _give_back(kept)
    return rows


def fetch_one(database, statement, parameters):
    """Run a statement that returns one row, see `fetch`."""
    return fetch(database, statement, parameters)[0]


def _take(place):
    """Return an idle connection to a database, None if there is none."""
    with _lock:
        for kept in reversed(_idle):
            if kept.place == place:
                _idle.remove(kept)
                return kept
    return None


def _give_back(kept):
    """Put a connection among the idle ones; close what is there for too long."""
    kept.used_at = time.monotonic()
    with _lock:
        while _idle and kept.used_at - _idle[0].used_at > IDLE_SECONDS:
            _idle.pop(0).close()
        _idle.append(kept)
        if len(_idle) > MAX_IDLE:
            _idle.pop(0).close()
