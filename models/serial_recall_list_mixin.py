import base64
from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..core import recall_scope


class SerialRecallListMixin(models.AbstractModel):
    """Lists of units or components that people hand in, checked row by row."""

    _name = "serial.recall.list.mixin"
    _description = "Lists of a Recall"

    list_kind = fields.Selection(
        [("unit", "Units"), ("component", "Components")],
        string="List of",
        default="unit",
        required=True,
        help="What the list names: the affected units, or the bad components.",
    )
    list_file = fields.Binary(string="File", attachment=True, copy=False)
    list_filename = fields.Char(copy=False)
    list_text = fields.Text(
        string="Serials", copy=False, help="Pasted: serials, codes or cartons."
    )
    entry_ids = fields.One2many("serial.recall.entry", "recall_id", readonly=True)
    entry_count = fields.Integer(compute="_compute_entry_count")
    entry_problem_count = fields.Integer(compute="_compute_entry_count")

    def _compute_entry_count(self):
        groups = self.env["serial.recall.entry"]._read_group(
            [("recall_id", "in", self.ids)],
            ["recall_id", "problem"],
            ["__count"],
        )
        total, wrong = Counter(), Counter()
        for recall, problem, count in groups:
            total[recall.id] += count
            wrong[recall.id] += count if problem else 0
        for recall in self:
            recall.entry_count = total[recall._origin.id]
            recall.entry_problem_count = wrong[recall._origin.id]

    def action_view_entries(self):
        """Open the rows of the list that were not understood, else all."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "serial_dossier.serial_recall_entry_action"
        )
        context = {"search_default_problem": bool(self.entry_problem_count)}
        return {
            **action,
            "domain": [("recall_id", "=", self.id)],
            "context": context,
        }

    # === READING === #

    def _get_listed_kinds(self):
        """Return what the lists name: units, components or nothing."""
        given = self.list_file or self.list_text
        return {self.list_kind} if given else set()

    def _read_lists(self):
        """Check what people handed in, row by row; former rows are forgotten."""
        for recall in self:
            entries = recall.sudo().entry_ids
            if entries:
                entries.unlink()
            if recall._get_listed_kinds():
                recall._read_list()

    def _read_list(self):
        content = base64.b64decode(self.with_context(bin_size=False).list_file or b"")
        entries, unread = self.env["serial.channel.transfer"]._read_list(
            self.list_text or None, content or None
        )
        if not entries and not unread:
            raise UserError(self.env._("The list names nothing."))
        given = [recall_scope.Row(row or 0, text) for row, text in entries]
        texts = {entry.text for entry in given}
        if self.list_kind == "component":
            named, cartons = self._find_parts(texts), texts
        else:
            named, cartons = self._find_listed_units(texts)
        rows = recall_scope.check_rows(given, named, cartons)
        rows += [
            recall_scope.Row(one["row"], one["text"], (), one["reason"])
            for one in unread
        ]
        self._insert_entries(rows)

    def _find_listed_units(self, texts):
        found = self.env["stock.lot"]._find_units(texts)
        named = {text: units.lot_ids for text, units in found.items()}
        return named, {text for text, units in found.items() if units.is_carton}

    @api.model
    def _find_parts(self, texts):
        """Return {text: ids of the parts with this serial}."""
        self.env["serial.part"].flush_model()
        rows = self.env.execute_query(
            SQL(
                "SELECT name, array_agg(id) FROM serial_part "
                "WHERE name = ANY(%s) GROUP BY name",
                sorted(texts),
            )
        )
        return {name: tuple(ids) for name, ids in rows}

    def _insert_entries(self, rows):
        """Keep the rows; a carton has one for each unit in it."""
        kind, units = self.list_kind, self.list_kind == "unit"
        self.env["serial.recall.entry"].sudo().create(
            [
                {
                    "recall_id": self.id,
                    "kind": kind,
                    "row": row.row,
                    "text": row.text,
                    "lot_id": target if units else False,
                    "problem": row.problem,
                }
                for row in rows
                for target in (row.targets if units else ()) or (False,)
            ]
        )
