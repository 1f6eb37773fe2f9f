from odoo import api, models
from odoo.tools import SQL


class SerialCounterMixin(models.AbstractModel):
    """Numbers that are given out once: each record owns a PostgreSQL sequence.

    A sequence is not undone with a transaction, so two sessions never take the same
    number, and never wait for each other longer than a moment.
    """

    _name = "serial.counter.mixin"
    _description = "Counter in the Database"

    @api.model_create_multi
    def create(self, vals_list):
        counters = super().create(vals_list)
        counters._create_sequences()
        return counters

    def _create_sequences(self):
        for counter in self:
            self.env.cr.execute(
                SQL(
                    "CREATE SEQUENCE %s MINVALUE 0 START 0 OWNED BY %s",
                    SQL.identifier(counter._get_sequence()),
                    SQL.identifier(self._table, "id"),
                )
            )

    @api.ondelete(at_uninstall=True)
    def _unlink_sequences(self):
        for counter in self:
            self.env.cr.execute(
                SQL(
                    "DROP SEQUENCE IF EXISTS %s",
                    SQL.identifier(counter._get_sequence()),
                )
            )

    def _get_sequence(self):
        return f"{self._table}_{self.id}_seq"

    def _get_next(self):
        """Return the next number without taking it."""
        self.env.cr.execute(
            SQL(
                "SELECT last_value, is_called FROM %s",
                SQL.identifier(self._get_sequence()),
            )
        )
        value, is_called = self.env.cr.fetchone()
        return value + int(is_called)

    def _take(self, count):
        """Take `count` consecutive numbers and return the first."""
        self.env.cr.execute(
            SQL("SELECT serial_counter_take(%s, %s)", self._get_sequence(), count)
        )
        return self.env.cr.fetchone()[0]
