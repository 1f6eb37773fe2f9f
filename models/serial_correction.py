from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL

from ..core.movement import undone_stage
from .serial_binding_mixin import READS, STANDING

# What stock moves record, and the stage each of them brings a unit to.
REACHED = {
    "produced": "produced",
    "shipped": "shipped",
    "sold": "shipped",
    "rebound": "shipped",
    "returned": "produced",
    "retired": "retired",
    "reinstated": "produced",
}


class Undone(NamedTuple):
    """A serial that was not on a move after all, and the event that said it was."""

    lot_id: int
    stage: str
    standing: dict
    document_model: str
    document_id: int
    document_name: str
    event_id: int
    kind: str
    event_time: object
    was: dict
    is_last: bool


class SerialCorrection(models.AbstractModel):
    """Takes back what a done move line said of a serial that was not on it.

    Nothing is erased: the correcting event names the corrected one. The unit gets back
    the standing it had before, unless other moves have given it a new one since.
    """

    _name = "serial.correction"
    _inherit = ["serial.binding.mixin"]
    _description = "Correction of Serials"

    @api.model
    def _correct(self, pairs):
        """Undo the steps of serials on done move lines; set-based.

        :param pairs: (move line id, lot id) of serials that are no longer there
        """
        self._flush(*READS)
        undone = self._get_undone(pairs)
        by_stage = {}
        for one in undone:
            stage = ""
            if one.is_last:
                stage = undone_stage(one.stage, REACHED[one.kind], one.was["stage"])
            by_stage.setdefault(stage, []).append(one)
        for stage, group in by_stage.items():
            self._record(
                "corrected",
                stage,
                [
                    (
                        [one.lot_id],
                        self._get_standing(one),
                        self._get_event_columns(one),
                    )
                    for one in group
                ],
            )
        self._correct_assignments([one for one in undone if one.is_last])

    def _get_undone(self, pairs):
        """Return the serials with the event to correct: the last of that document."""
        line_ids, lot_ids = zip(*pairs, strict=True)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ON (lot.id) lot.id, lot.stage,
                       jsonb_build_object(
                           'channel_partner_id', lot.channel_partner_id,
                           'channel_region_id', lot.channel_region_id,
                           'shipped_at', lot.shipped_at,
                           'sale_date', lot.sale_date,
                           'activated_at', lot.activated_at
                       ),
                       document.*, event.id, event.kind, event.event_time,
                       event.data->'private'->'was',
                       coalesce(event.data->'private'->'was' ? 'stage', false)
                       AND NOT EXISTS (
                           SELECT FROM serial_event later
                            WHERE later.lot_id = lot.id AND later.kind = ANY(%(kinds)s)
                              AND later.sequence > event.sequence
                              AND NOT EXISTS (
                                  SELECT FROM serial_event correction
                                   WHERE correction.corrects_id = later.id
                              )
                       )
                  FROM unnest(%(lines)s::integer[], %(lots)s::integer[])
                       AS undone(line_id, lot_id)
                  JOIN stock_lot lot ON lot.id = undone.lot_id
                  JOIN stock_move_line line ON line.id = undone.line_id
                  JOIN stock_move move ON move.id = line.move_id
             LEFT JOIN stock_picking picking ON picking.id = move.picking_id
             LEFT JOIN mrp_production production ON production.id = move.production_id
            CROSS JOIN LATERAL (%(document)s) AS document(model, id, name)
             LEFT JOIN serial_event event
                    ON event.lot_id = lot.id AND event.kind = ANY(%(kinds)s)
                   AND event.document_model = document.model
                   AND event.document_id = document.id
                   AND NOT EXISTS (
                       SELECT FROM serial_event correction
                        WHERE correction.corrects_id = event.id
                   )
                 WHERE lot.stage IS NOT NULL
              ORDER BY lot.id, event.sequence DESC NULLS LAST
                """,
                kinds=list(REACHED),
                lines=list(line_ids),
                lots=list(lot_ids),
                document=self._get_document_query(),
            )
        )
        return [Undone(*row) for row in rows]

    def _get_standing(self, one):
        """Return the columns of the lot: as before the move, or as they are."""
        if not one.is_last:
            return one.standing
        standing = {name: one.was.get(name) for name in STANDING}
        if one.kind != "returned":
            # Only a return touches the activation.
            standing["activated_at"] = one.standing["activated_at"]
        return standing

    def _get_event_columns(self, one):
        return {
            "document_model": one.document_model,
            "document_id": one.document_id,
            "document_name": one.document_name,
            "corrects_id": one.event_id,
        }

    def _correct_assignments(self, undone):
        """Release what the undone moves bound, and bind again what they released."""
        assignment = self.env["serial.channel.assignment"].sudo()
        now = fields.Datetime.now()
        assignment._release(
            [
                ([one.lot_id], now)
                for one in undone
                if one.kind in ("shipped", "rebound")
            ],
            "corrected",
        )
        assignment._reopen(
            [
                ([one.lot_id], one.event_time)
                for one in undone
                if one.was.get("channel_partner_id")
            ]
        )
        activated = [
            one.lot_id
            for one in undone
            if one.kind == "returned" and one.was.get("activated_at")
        ]
        if activated:
            self._archive_activations(activated, active=True)
        self._correct_warranties([one for one in undone if one.is_last])

    def _correct_warranties(self, undone):
        """Withdraw warranties that undone moves began, give back what they ended."""
        warranty_sudo = self.env["serial.warranty"].sudo()
        sold = [one.lot_id for one in undone if one.kind == "sold"]
        if sold:
            warranty_sudo._void(sold, "corrected", ["delivery"])
        returned = [one.lot_id for one in undone if one.kind == "returned"]
        if returned:
            warranty_sudo._revive(returned, "returned")
