from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

# Units of a chunk, about a second's work: of what is drawn, and of plain rows.
CHUNK = 2_500
CHUNK_ROWS = 10_000
# So many are ready when the button returns.
AT_ONCE = 500


class SerialLabelRunMixin(models.AbstractModel):
    """The work of a label job: units in chunks, each a part of the file, and marks."""

    _name = "serial.label.run.mixin"
    _inherit = ["serial.job.mixin", "serial.label.flaw.mixin"]
    _description = "Printing of Labels"

    def _prepare_start(self):
        """Count what is to be printed."""
        self.env["stock.lot"].flush_model()
        self.env["serial.mark"].flush_model()
        units, marked = self._get_units_sql(), self._get_marked_sql()
        ((total, skipped),) = self.env.execute_query(
            SQL("SELECT count(*), count(*) FILTER (WHERE %s) FROM %s", marked, units)
        )
        if self.printed_before == "reprint":
            skipped = 0
        if total == skipped:
            raise UserError(
                self.env._(
                    "There is nothing to print: no coded units, or all have a valid "
                    "mark. To print those again, choose that and say why."
                )
            )
        return {"total_count": total - skipped, "skipped_count": skipped}

    def _is_small(self):
        return self.total_count <= AT_ONCE

    def _ensure_ready(self):
        """Refuse a sheet whose first label is not on it."""
        if self.first_place > self.template_id.per_page:
            raise UserError(
                self.env._(
                    "A sheet of this template has %(count)s labels.",
                    count=self.template_id.per_page,
                )
            )

    # === A CHUNK === #

    def _work(self, memory):
        """Print the next units; with the last ones the file is whole, the job done."""
        self.ensure_one()
        lang = self.template_id.lang or self.create_uid.lang
        self.with_context(lang=lang)._print_next()

    def _print_next(self):
        room = self.per_file - self._get_open_count()
        lots_sudo = self._get_next_lots(min(room, self._get_chunk_size()))
        if lots_sudo:
            printed = self._print_lots(lots_sudo)
            self.write(
                {
                    "last_lot_id": lots_sudo[-1].id,
                    "done_count": self.done_count + printed,
                }
            )
        if not lots_sudo or self._get_open_count() >= self.per_file:
            self._close_file()
        if not lots_sudo:
            self.write(self._prepare_end())
        # What was printed is in files: nothing of it shall stay in memory.
        lots_sudo.invalidate_recordset(flush=False)

    def _get_chunk_size(self):
        """Return how many units come next: whole pages, as parts begin on a new one."""
        if self.output not in ("pdf", "zpl"):
            return CHUNK_ROWS
        per_page = self.template_id.per_page
        size = max(per_page, CHUNK // per_page * per_page)
        return size - self._get_skip()

    def _get_skip(self):
        """Return how many places of the first sheet are used already."""
        return 0 if self.done_count or self.medium != "sheet" else self.first_place - 1

    def _get_next_lots(self, count):
        """Return (sudo) the next units to print, those with a valid mark left out."""
        self.env["stock.lot"].flush_model()
        self.env["serial.mark"].flush_model()
        keep = SQL("TRUE")
        if self.printed_before == "skip":
            keep = SQL("NOT %s", self._get_marked_sql())
        rows = self.env.execute_query(
            SQL(
                "SELECT lot.id FROM %s AND lot.id > %s AND %s ORDER BY lot.id LIMIT %s",
                self._get_units_sql(),
                self.last_lot_id,
                keep,
                count,
            )
        )
        return self.env["stock.lot"].sudo().browse(row[0] for row in rows)

    def _print_lots(self, lots_sudo):
        """Record the marks of units and write their part; return how many there are."""
        template_sudo = self.template_id.sudo()
        contents = template_sudo._get_contents(lots_sudo)
        said = self._get_mark_contents(lots_sudo, contents)
        if self.printed_before == "reprint":
            self._replace_marks(lots_sudo)
        # Another job may have marked some of them meanwhile.
        lots_sudo = lots_sudo.browse(self._insert_marks(said))
        if lots_sudo:
            self._write_part(lots_sudo, template_sudo, contents)
        return len(lots_sudo)

    # === MARKS === #

    def _get_mark_contents(self, lots_sudo, contents):
        """Return {lot id: what the mark says, as a reader reports it}."""
        if self.output == "rfid":
            tags = self._get_tags(lots_sudo)
            return {lot_id: tag.hex for lot_id, tag in tags.items()}
        if not contents:
            return {lot.id: lot.name for lot in lots_sudo}
        return {lot_id: content.raw for lot_id, content in contents.items()}

    def _replace_marks(self, lots_sudo):
        self.env.cr.execute(
            SQL(
                "UPDATE serial_mark SET state = 'replaced', reason = %s, ended_at = %s "
                "WHERE lot_id = ANY(%s) AND place = %s "
                "AND state IN ('printed', 'verified')",
                self.reason,
                fields.Datetime.now(),
                lots_sudo.ids,
                self.place,
            )
        )

    def _insert_marks(self, said):
        """Insert a mark a unit, in one statement; return the ids of the units."""
        user = self.env.user if self.env.uid != 1 else self.create_uid
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO serial_mark (lot_id, content, job_id, template_id,
                    place, symbol, state, printed_at, printed_by)
                SELECT lot_id, content, %s, %s, %s, %s, 'printed', %s, %s
                  FROM unnest(%s::integer[], %s::varchar[]) AS input(lot_id, content)
              ORDER BY lot_id
                    ON CONFLICT (lot_id, place)
                 WHERE state IN ('printed', 'verified') DO NOTHING
             RETURNING lot_id
                """,
                self.id,
                self.template_id.id,
                self.place,
                self.template_id.symbol or None,
                fields.Datetime.now(),
                user.id,
                list(said),
                list(said.values()),
            )
        )
        ids = sorted(row[0] for row in self.env.cr.fetchall())
        self.env["serial.mark"].invalidate_model(flush=False)
        return ids
