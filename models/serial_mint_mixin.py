from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, mute_logger

from ..core.code_scheme import Template, grouped

CHUNK = 10_000
# Serials after which the indexes' gathered entries are merged, see `_defer_merge`.
MERGE = 50_000


class SerialMintMixin(models.AbstractModel):
    """Minting itself: a chunk of serials, with code and event, in one statement."""

    _name = "serial.mint.mixin"
    _inherit = ["serial.job.mixin"]
    _description = "Minting of a Batch"

    @api.model
    def _cron_mint(self):
        """Mint what is under way."""
        self._cron_run()

    def _work(self, memory):
        """Mint the next serials of this batch: at most `CHUNK`."""
        self.ensure_one()
        before = self.minted_count
        count = min(CHUNK, self.quantity - before)
        done = before + count
        if self.quantity > CHUNK:
            self._defer_merge()
        self._insert_serials(*self._get_next_serials(count))
        values = {"minted_count": done}
        if done == self.quantity:
            values |= self._prepare_end()
        self.sudo().write(values)
        if self.quantity > CHUNK and (
            done == self.quantity or done // MERGE > before // MERGE
        ):
            self._merge_pending()

    def _defer_merge(self):
        """Let the trigram index of the name gather what this transaction adds to it.

        Such an index gathers new entries in a list, by default of 4 MB, a chunk, and
        then merges it. Every merge goes through nearly all of the index, whatever the
        list's length, so a few big ones cost less than many small ones. The
        limit is above what `MERGE` serials need, yet bounded: searches read the list.
        """
        self.env.cr.execute("SET LOCAL gin_pending_list_limit = '64MB'")

    @api.model
    def _merge_pending(self):
        """Merge what the serials' GIN indexes gathered: nobody else shall pay for it.

        What a worker that dies leaves is merged by the next insert or by autovacuum.
        """
        self.env.cr.execute(
            """
            SELECT gin_clean_pending_list(index.oid)
              FROM pg_index
              JOIN pg_class index ON index.oid = pg_index.indexrelid
              JOIN pg_am method ON method.oid = index.relam
             WHERE pg_index.indrelid = 'stock_lot'::regclass AND method.amname = 'gin'
               AND pg_has_role(index.relowner, 'USAGE')  -- others may not
            """
        )

    def _get_next_serials(self, count):
        """Return the next `count` serial numbers and public codes of this batch."""
        scheme_sudo = self.scheme_id.sudo()
        first = int(self.first_code_number) + self.minted_count
        codes = scheme_sudo._get_permutation().codes(first, count)
        if scheme_sudo.kind == "random":
            return [grouped(code) for code in codes], codes
        names = Template(scheme_sudo.template).serials(
            scheme_sudo._get_template_values(self),
            self.first_serial_number + self.minted_count,
            count,
        )
        self._ensure_new(names)
        return names, codes

    def _ensure_new(self, names):
        """Refuse structured numbers that the product has already (adopted ones)."""
        used = self.env.execute_query(
            SQL(
                "SELECT name FROM stock_lot WHERE name = ANY(%s) AND product_id = %s "
                "LIMIT 10",
                names,
                self.product_id.id,
            )
        )
        if used:
            raise UserError(
                self.env._(
                    "The product has these serial numbers already: %(names)s",
                    names=", ".join(row[0] for row in used),
                )
            )

    def _insert_serials(self, names, codes):
        """Insert serials with their first event; codes in use are replaced."""
        self.env.flush_all()
        try:
            # Looking for every code before inserting it costs time, and codes in use
            # are next to impossible: they are looked for when one is met.
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint(flush=False):
                self._insert_lots(names, codes)
        except UniqueViolation:
            self._insert_around_used(names, codes)
        self.env["stock.lot"].invalidate_model(flush=False)

    def _insert_around_used(self, names, codes):
        """Insert serials although an adopted code equals one of ours.

        The serial gets the next code instead.
        """
        scheme_sudo = self.scheme_id.sudo()
        inserted = self._insert_lots(
            names, codes, SQL("ON CONFLICT (scan_code) DO NOTHING")
        )
        fresh = scheme_sudo._take_codes(len(codes) - inserted)
        taken = self._get_inserted(codes)
        names = [n for n, c in zip(names, codes, strict=True) if c not in taken]
        if scheme_sudo.kind == "random":
            names = [grouped(code) for code in fresh]
        self._insert_lots(names, fresh)

    def _get_inserted(self, codes):
        rows = self.env.execute_query(
            SQL(
                "SELECT scan_code FROM stock_lot "
                "WHERE scan_code = ANY(%s) AND serial_batch_id = %s",
                codes,
                self.id,
            )
        )
        return {row[0] for row in rows}

    def _insert_lots(self, names, codes, on_conflict=None):
        """Run the one statement that mints; return how many serials it made."""
        event = self.env["serial.event"].sudo()
        values = event._prepare_event_values("minted", {"document": self})
        selected = SQL(", ").join(
            SQL("%s::%s AS %s", value, event._get_type(name), SQL.identifier(name))
            for name, value in values.items()
        )
        self.env.cr.execute(
            SQL(
                """
                WITH given AS MATERIALIZED (
                    SELECT nextval('stock_lot_id_seq') AS id, name, code
                      FROM unnest(
                               string_to_array(%(names)s, E'\\n'),
                               string_to_array(%(codes)s, E'\\n')
                           ) AS text(name, code)
                ),
                minted AS (
                    INSERT INTO stock_lot (%(columns)s)
                    SELECT %(values)s
                      FROM given
                     -- ids go by the counter, but neighbours in the indexes of code
                     -- and name are inserted one after the other
                     ORDER BY given.code
                    %(on_conflict)s
                 RETURNING id
                ),
                %(appended)s
                SELECT count(*) FROM appended
                """,
                **self._get_lot_columns(),
                # one text each: quoting them one by one would take as long as a
                # column's index
                names="\n".join(names),
                codes="\n".join(codes),
                on_conflict=on_conflict or SQL(),
                appended=event._get_insert_cte(
                    SQL(
                        "SELECT minted.id AS lot_id, 1 AS sequence, "
                        "NULL::varchar AS prev_hash, %s FROM minted ORDER BY minted.id",
                        selected,
                    ),
                    "minted",
                    shared=selected,
                ),
            )
        )
        return self.env.cr.fetchone()[0]

    def _get_lot_columns(self):
        """Return the columns of stock_lot to fill and, in that order, their values."""
        now = fields.Datetime.now()
        constant = {
            "serial_batch_id": self.id,
            "product_id": self.product_id.id,
            "company_id": self.product_id.company_id.id or None,
            "stage": "minted",
            "event_count": 1,
            "plant": self.plant or None,
            "production_line": self.production_line or None,
            "production_date": self.production_date or None,
            "expiry_date": self.expiry_date or None,
            "create_uid": self.env.uid,
            "create_date": now,
            "write_uid": self.env.uid,
            "write_date": now,
        }
        lot_fields = self.env["stock.lot"]._fields
        values = [
            SQL("%s::%s", value, SQL(lot_fields[name].column_type[1]))
            for name, value in constant.items()
        ]
        return {
            "columns": SQL(", ").join(
                map(SQL.identifier, ["id", "name", "scan_code", *constant])
            ),
            "values": SQL(", ").join(
                [SQL("given.id, given.name, given.code"), *values]
            ),
        }
