"""Pieces of SQL that insert many rows in one statement, an array a column."""

from odoo import fields
from odoo.tools import SQL


def names_of(columns):
    """Return the names of columns as a list in SQL."""
    return SQL(", ").join(map(SQL.identifier, columns))


def unnest(rows, columns):
    """Return rows (dicts) as a table `given` with these columns.

    :param dict columns: name -> type in the database, as SQL
    """
    arrays = (
        SQL("%s::%s[]", [row[name] for row in rows], kind)
        for name, kind in columns.items()
    )
    return SQL("unnest(%s) AS given(%s)", SQL(", ").join(arrays), names_of(columns))


def audit_columns(env):
    """Return Odoo's four columns of who and when, for rows made now."""
    user, now = SQL("%s", env.uid), SQL("%s", fields.Datetime.now())
    return {
        "create_uid": user,
        "create_date": now,
        "write_uid": user,
        "write_date": now,
    }
