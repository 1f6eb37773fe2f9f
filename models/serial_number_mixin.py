from odoo import api, fields, models
from odoo.tools import SQL

from .bulk_sql import audit_columns, names_of, unnest


class SerialNumberMixin(models.AbstractModel):
    """Records whose name is a prefix and their id: their numbers need no sequence,
    and bulk statements give them too."""

    _name = "serial.number.mixin"
    _description = "Records Numbered by Id"
    _number_prefix = None

    name = fields.Char(required=True, readonly=True, default="New", copy=False)

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        for record in records.sudo().filtered(lambda record: record.name == "New"):
            record.name = f"{self._number_prefix}{record.id:06}"
        return records

    def _get_number_sql(self):
        """Return the number of `id`, as SQL."""
        return SQL(
            "%s || lpad(id::text, greatest(6, length(id::text)), '0')",
            self._number_prefix,
        )

    def _insert_numbered(self, rows, columns, same, on_conflict):
        """Insert rows (dicts) with their numbers in one statement.

        :param dict columns: of `rows`: name -> type in the database, as SQL
        :param dict same: what every row gets: name -> value
        :param on_conflict: SQL of what becomes of a row that is there already, named
            `kept`, and of what is returned
        """
        same = {
            **{name: SQL("%s", value) for name, value in same.items()},
            **audit_columns(self.env),
        }
        inserted = self.env.execute_query(
            SQL(
                """
                INSERT INTO %(table)s AS kept (id, name, %(all_names)s)
                SELECT id, %(number)s, %(names)s, %(same)s
                  FROM (
                    SELECT nextval(%(ids)s) AS id, given.* FROM %(given)s
                  ) AS numbered
                ON CONFLICT %(on_conflict)s
                """,
                table=SQL.identifier(self._table),
                ids=f"{self._table}_id_seq",
                number=self._get_number_sql(),
                all_names=names_of([*columns, *same]),
                names=names_of(columns),
                same=SQL(", ").join(same.values()),
                given=unnest(rows, columns),
                on_conflict=on_conflict,
            )
        )
        self.invalidate_model(flush=False)
        return inserted
