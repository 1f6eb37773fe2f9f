from odoo import api, fields, models
from odoo.tools import SQL


class SerialCounter(models.Model):
    """The next number of a scheme, for each prefix a structured serial can have.

    Numbers come from a PostgreSQL sequence: it is not undone with a transaction, so
    two mints never meet, and never wait for each other longer than a moment.
    """

    _name = "serial.counter"
    _description = "Serial Counter"
    _rec_name = "prefix"
    _log_access = False

    scheme_id = fields.Many2one(
        "serial.scheme", required=True, ondelete="cascade", readonly=True
    )
    prefix = fields.Char(default="", readonly=True)
    next_number = fields.Integer(compute="_compute_next_number")

    _scheme_prefix_uniq = models.UniqueIndex(
        "(scheme_id, coalesce(prefix, ''))", "This counter exists already."
    )

    def _compute_next_number(self):
        for counter in self:
            counter.next_number = counter._get_next()

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        counters = super().create(vals_list)
        for counter in counters:
            self.env.cr.execute(
                SQL(
                    "CREATE SEQUENCE %s MINVALUE 0 START 0 OWNED BY serial_counter.id",
                    SQL.identifier(counter._get_sequence()),
                )
            )
        return counters

    @api.ondelete(at_uninstall=True)
    def _unlink_sequences(self):
        for counter in self:
            self.env.cr.execute(
                SQL(
                    "DROP SEQUENCE IF EXISTS %s",
                    SQL.identifier(counter._get_sequence()),
                )
            )

    # === BUSINESS === #

    def _get_sequence(self):
        return f"serial_counter_{self.id}_seq"

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
