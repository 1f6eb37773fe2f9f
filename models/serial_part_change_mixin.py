from typing import NamedTuple

from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..core import genuine, serial_list

COLUMNS = (
    "lot_id",
    "name",
    "product_id",
    "position",
    "component_lot",
    "component_lot_id",
    "source",
    "production_id",
    "installed_at",
    "installed_by",
    "removed_at",
    "removed_by",
)
# What of other records hangs on the parts there are.
COUNTED = {
    "stock.lot": ["part_ids", "used_in_ids", "part_count", "used_in_count"],
    "mrp.production": ["serial_part_ids", "serial_paired_count"],
}


class Change(NamedTuple):
    """A part that left a unit (or "") and the one that took its place (or "").

    `batch_id`: one without a serial did, of this batch (`stock.lot`).
    """

    old_text: str = ""
    new_text: str = ""
    product_id: int | None = None
    position: str = ""
    batch_id: int | None = None


class SerialPartChangeMixin(models.AbstractModel):
    """Parts go into units and out of them; each change is an event of the unit."""

    _name = "serial.part.change.mixin"
    _description = "Change of Parts"

    # === REPAIRED === #

    @api.model
    def _replace(
        self, lot, old_text, new_text, product=None, document=None, position=""
    ):
        """Put one part of a unit in the place of another; all or nothing.

        :param old_text: serial of the part taken out; "": none was
        :param new_text: serial of the part built in; "": none was
        :param product: the component both are; else what belongs into the unit
        :param document: the record that says so, a repair
        :return: the part that is in the unit now (sudo), empty if none was built in
        :raise UserError: the part is stolen, in another unit, or of a wrong product
        """
        change = Change(
            old_text or "", new_text or "", product and product.id, position
        )
        return self._change_parts(lot, [change], document)

    @api.model
    def _change_parts(self, lot, changes, document=None, source="repair"):
        """Change parts of one unit, with the same few queries however many.

        :return: the parts built in (sudo), in the order of the changes
        """
        changes = [
            change._replace(
                old_text=serial_list.clean(change.old_text),
                new_text=serial_list.clean(change.new_text),
            )
            for change in changes
        ]
        olds, news = self._judge_changes(lot, changes)
        self._ensure_possible(lot, changes, olds, news)
        now = fields.Datetime.now()
        name = document.display_name if document else None
        removed = self._take_out(lot, changes, olds, now, name)
        built_in = self._build_in(lot, changes, news, now, name, source)
        for index, part in built_in.items():
            if index in removed:
                removed[index].replaced_by_id = part
        self._record_change(lot, removed, built_in, document)
        return self.sudo().concat(*built_in.values())

    def _judge_changes(self, lot, changes):
        """Return the judgements on the old and the new parts, by place in the list."""
        found = self._find_parts(
            {text for change in changes for text in change[:2] if text}
        )
        belonging = self._get_component_ids(lot)

        def judge(text, change):
            products = {change.product_id} if change.product_id else belonging
            return genuine.judge(text, found[text], lot.id, frozenset(products))

        return [
            {
                index: judge(change[column], change)
                for index, change in enumerate(changes)
                if change[column]
            }
            for column in (0, 1)
        ]

    def _ensure_possible(self, lot, changes, olds, news):
        """Refuse parts that may not be built in or cannot have been taken out."""
        refused = [
            self._get_judgement_text(judgement)
            for judgement in news.values()
            if judgement.stops
        ]
        for index, old in olds.items():
            new = news.get(index)
            if old.status == "in_other_unit":
                refused.append(self._get_judgement_text(old))
            elif new and new.name == old.name:
                refused.append(
                    self.env._("%(part)s cannot replace itself.", part=old.name)
                )
            elif self._left_before(lot, old) and not (new and new.is_built_in):
                refused.append(
                    self.env._(
                        "%(part)s was taken out of this unit already.", part=old.name
                    )
                )
        if refused:
            raise UserError("\n".join(dict.fromkeys(refused)))

    def _left_before(self, lot, judgement):
        seat = judgement.seat
        return bool(seat and seat.removed and seat.unit_id == lot.id)

    def _take_out(self, lot, changes, olds, now, document_name):
        """Return {index: part taken out}; one that nobody recorded becomes history."""
        gone = {
            index: self.sudo().browse(old.seat.part_id)
            for index, old in olds.items()
            if old.is_built_in
        }
        self.sudo().concat(*gone.values()).write(
            {"removed_at": now, "removed_by": document_name}
        )
        self.flush_model()
        unrecorded = {
            index: {
                **self._prepare_part(lot, changes[index], old),
                "source": "manual",
                "removed_at": now,
                "removed_by": document_name,
            }
            for index, old in olds.items()
            if not old.is_built_in and not self._left_before(lot, old)
        }
        return gone | self._insert_by_key(unrecorded)

    def _build_in(self, lot, changes, news, now, document_name, source):
        """Return {index: part built in}; one that sits there already is left."""
        rows = {
            index: self._prepare_part(lot, changes[index], new)
            for index, new in news.items()
            if not new.is_built_in
        }
        rows |= {
            index: self._prepare_batch(lot, change)
            for index, change in enumerate(changes)
            if change.batch_id and not change.new_text
        }
        common = {"source": source, "installed_at": now, "installed_by": document_name}
        return self._insert_by_key({index: row | common for index, row in rows.items()})

    def _prepare_batch(self, lot, change):
        return {
            "lot_id": lot.id,
            "component_lot": self.env["stock.lot"].sudo().browse(change.batch_id).name,
            "component_lot_id": change.batch_id,
            "product_id": change.product_id,
            "position": change.position,
        }

    def _prepare_part(self, lot, change, judgement):
        return {
            "lot_id": lot.id,
            "name": judgement.name,
            "product_id": judgement.product_id or change.product_id,
            "component_lot_id": judgement.component_lot_id,
            "position": change.position,
        }

    # === RECORDED === #

    def _insert_by_key(self, rows):
        """Insert rows given by key and return the parts by the same keys."""
        parts = self._insert_rows(list(rows.values()))
        return dict(zip(rows, parts, strict=True))

    @api.model
    def _insert_rows(self, rows):
        """Insert parts, in one statement; the database keeps a part in one unit.

        :param rows: dicts of `COLUMNS`
        :return: the parts (sudo), in the order of the rows
        """
        if not rows:
            return self.sudo().browse()
        model = self.env["serial.part"]
        arrays = SQL(", ").join(
            SQL(
                "%s::%s[]",
                [row.get(name) or None for row in rows],
                SQL(model._fields[name].column_type[1]),
            )
            for name in COLUMNS
        )
        query = SQL(
            """
            INSERT INTO serial_part (%(columns)s, create_uid, create_date,
                                     write_uid, write_date)
            SELECT %(columns)s, %(uid)s, %(now)s, %(uid)s, %(now)s
              FROM unnest(%(arrays)s) WITH ORDINALITY AS given(%(columns)s, place)
          ORDER BY place
         RETURNING id
            """,
            columns=SQL(", ").join(map(SQL.identifier, COLUMNS)),
            arrays=arrays,
            uid=self.env.uid,
            now=fields.Datetime.now(),
        )
        parts = self.sudo().browse(self._insert(query))
        for name, names in COUNTED.items():
            self.env[name].invalidate_model(names, flush=False)
        return parts

    def _insert(self, query):
        """Run an insertion; who comes second for a part is told so."""
        self.env["serial.part"].flush_model()
        try:
            with self.env.cr.savepoint(flush=False):
                self.env.cr.execute(query, log_exceptions=False)
                return [row[0] for row in self.env.cr.fetchall()]
        except UniqueViolation as error:
            raise UserError(
                self.env._(
                    "A component serial can sit in one unit only, and one of these "
                    "was built into another unit just now. Scan the part again."
                )
            ) from error

    def _record_change(self, lot, removed, built_in, document):
        """Record one event on the unit, and one on each part with its own dossier."""
        pairs = [
            (removed.get(index), built_in.get(index))
            for index in sorted({*removed, *built_in})
        ]
        if not pairs:
            return
        names = {
            (new or old).position or (new or old).product_id.name or ""
            for old, new in pairs
        }
        texts = [
            f"{old.display_name if old else '—'} → {new.display_name if new else '—'}"
            for old, new in pairs
        ]
        data = {
            "public": {"parts": sorted(filter(None, names))},
            "private": {"reason": ", ".join(texts)},
        }
        per_lot = {lot.id: {"data": data}}
        for old, new in pairs:
            for part, text in ((old, f"{lot.name} → —"), (new, f"— → {lot.name}")):
                if part and part.component_lot_id:
                    private = {"reason": text, "unit": lot.name}
                    per_lot[part.component_lot_id.id] = {"data": {"private": private}}
        self.env["serial.event"].sudo()._record(
            list(per_lot), "part_changed", per_lot=per_lot, document=document
        )
