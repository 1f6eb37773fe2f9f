from dataclasses import replace

from odoo import fields, models
from odoo.exceptions import UserError

from ..core import factory_plan
from ..core.cell import RowError
from ..core.errors import SerialError

CHUNK = 5_000


class SerialImportRunMixin(models.AbstractModel):
    """Working off a factory file: chunk after chunk, each with the same few queries."""

    _name = "serial.import.run.mixin"
    _inherit = [
        "serial.job.mixin",
        "serial.import.kind.mixin",
        "serial.import.find.mixin",
        "serial.import.write.mixin",
    ]
    _description = "Reading of a Factory File"

    # === CHUNK AFTER CHUNK === #

    def _work(self, memory):
        """Read the next rows; what the file itself has wrong is told as the error.

        The open file is remembered, so that not every chunk begins at the top; if a
        chunk is undone, the next one does.
        """
        runner = self._get_runner()
        try:
            reader = memory.pop("reader", None) or runner._open()
            runner._read_chunk(reader)
        except SerialError as error:
            raise UserError(
                runner.env["serial.import.error"]._get_message(
                    error.reason, error.values
                )
            ) from error
        memory["reader"] = reader

    def _get_runner(self):
        """Return this import as its user, whose name the events carry."""
        user = self.user_id or self.create_uid
        return (
            self.with_user(user)
            .with_company(self.company_id)
            .with_context(lang=user.lang, tz=user.tz)
        )

    def _open(self):
        """Return a reader that stands behind the rows already read."""
        content = self._get_content()
        if not self.row_count:
            rows = self._read_sheet(content).rows
            self.sudo().row_count = sum(1 for _row in rows)
        reader = self._get_reader(content)
        reader.skip(self.done_count, self._get_local_now())
        return reader

    def _get_local_now(self):
        now = fields.Datetime.now()
        return fields.Datetime.context_timestamp(self, now).replace(tzinfo=None)

    def _read_chunk(self, reader):
        """Read the next rows; write the good ones, and why the others are not."""
        count, items, errors = reader.take(CHUNK, self._get_local_now())
        done, refused = self._take_items(items, reader)
        errors += refused
        self._write_errors(errors, reader.headers)
        counts = {
            "done_count": count,
            "created_count": done["create"],
            "claimed_count": done["produce"],
            "updated_count": done["update"],
            "unchanged_count": done["unchanged"],
            "error_count": len({error.row for error in errors}),
        }
        values = {name: self[name] + more for name, more in counts.items()}
        if count < CHUNK:
            values |= {**self._prepare_end(), "row_count": values["done_count"]}
        self.sudo().write(values)

    # === FROM ROWS TO STEPS === #

    def _plan(self, units, reader):
        """Return (unit, product, known serial, step) of good rows, and the errors."""
        units, products, errors = self._find_products(units)
        known, refused = self._find_lots(units, products)
        errors += refused
        taken = self._find_taken(units)
        steps = []
        for unit in units:
            if unit.row not in known:
                continue
            lot = known[unit.row]
            step = self._decide(unit, lot, taken, reader)
            if isinstance(step, list):
                errors += step
            else:
                steps.append((unit, products[unit.row], lot, step))
        return steps, errors

    def _decide(self, unit, lot, taken, reader):
        if lot:
            first = reader.first_row_of(lot.lot_id, unit.row)
            if first != unit.row:  # the same serial, written in another way
                values = {"first": first}
                return [RowError(unit.row, "repeated", "serial", unit.serial, values)]
            holders = {part: taken.parts.get(part, (None,)) for part in unit.parts}
            own = {part for part, holder in holders.items() if holder[0] == lot.lot_id}
            lot = replace(lot, parts=frozenset(own))
        return factory_plan.decide(unit, lot, taken)
