import json
from collections import defaultdict
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..core.movement import Movement, step_of
from .serial_binding_mixin import READS, STANDING

_STOCK = """
EXISTS (SELECT FROM stock_quant quant
          JOIN stock_location place ON place.id = quant.location_id
         WHERE quant.lot_id = lot.id AND place.usage IN ('internal', 'transit')
           AND quant.quantity {})
"""
# Stock lets a unit leave that it does not have, and owes it afterwards.
_IS_ABSENT = f"NOT {_STOCK.format('> 0')}"
_IS_MISSED = _STOCK.format("< 0")


class Row(NamedTuple):
    """A serial on a done move line, and all that decides what the move is for it."""

    line_id: int
    lot_id: int
    stage: str
    in_service: bool
    channel_partner_id: int
    channel_region_id: int
    shipped_at: object
    sale_date: object
    activated_at: object
    source: str
    target: str
    is_count: bool
    to_channel: bool
    to_own: bool
    location_id: int
    location_dest_id: int
    partner_id: int
    region_id: int
    picking_id: int
    document_model: str
    document_id: int
    document_name: str
    date: object


class SerialBinding(models.AbstractModel):
    """Binds the serials of done stock moves: what stock did, told to their dossiers.

    Everything is set-based: the number of statements depends on how many kinds of step
    there are in one go (mostly one), never on serials, moves or pickings.
    """

    _name = "serial.binding"
    _inherit = ["serial.binding.mixin"]
    _description = "Binding of Serials"

    # === WHAT MAY LEAVE === #

    @api.model
    def _ensure_deliverable(self, condition, moved=False):
        """Refuse to deliver serials that are void, retired, blocked or recalled, or
        that have been delivered before and are not in stock.

        :param SQL condition: which move lines, as `line`
        :param bool moved: stock has moved them already
        """
        self._flush("stock.move.line", "stock.lot", "stock.quant")
        refused = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ON (lot.id) lot.name, lot.stage, lot.blocked,
                       lot.recalled
                  FROM stock_move_line line
                  JOIN stock_location source ON source.id = line.location_id
                  JOIN stock_location target ON target.id = line.location_dest_id
                  JOIN stock_lot lot ON lot.id = line.lot_id
                 WHERE %s AND target.usage = 'customer' AND lot.stage IS NOT NULL
                   AND (lot.stage IN ('void', 'retired') OR lot.blocked OR lot.recalled
                        OR (source.usage <> 'customer' AND lot.shipped_at IS NOT NULL
                            AND %s))
              ORDER BY lot.id LIMIT 11
                """,
                condition,
                SQL(_IS_MISSED if moved else _IS_ABSENT),
            )
        )
        if refused:
            raise UserError(self._get_refusal(refused))

    def _get_refusal(self, refused):
        stage_field = self.env["stock.lot"]._fields["stage"]
        stages = dict(stage_field._description_selection(self.env))
        names = []
        for name, stage, blocked, recalled in refused[:10]:
            if stage in ("void", "retired"):
                reason = stages[stage]
            elif blocked or recalled:
                reason = self.env._("Blocked") if blocked else self.env._("Recalled")
            else:
                reason = self.env._("Delivered before and not returned")
            names.append(f"{name} ({reason})")
        return self.env._(
            "These serials may not be delivered. Take them off the transfer: "
            "%(serials)s",
            serials=", ".join(names) + (" …" if len(refused) > 10 else ""),
        )

    # === BINDING === #

    @api.model
    def _bind(self, condition):
        """Record the steps of the serials on done move lines.

        :param SQL condition: which move lines, as `line`
        """
        self._flush(*READS)
        rows = self._get_rows(condition)
        first = {}
        again = [
            row.line_id for row in rows if first.setdefault(row.lot_id, row) is not row
        ]
        if any(row.target == "customer" for row in rows):
            # Lots a transfer made itself, and the parts of kits, are known only now.
            self._ensure_deliverable(condition, moved=True)
        steps = defaultdict(list)
        for row in first.values():
            step = self._get_step(row)
            if step:
                steps[step].append(row)
        for step, step_rows in steps.items():
            self._take_step(step, step_rows)
        if again:
            # A serial that moved twice in one go: its second move sees its new stage.
            self._bind(SQL("line.id = ANY(%s)", again))

    def _get_rows(self, condition):
        """Return the coded serials of move lines, in the order they moved."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT line.id, lot.id, lot.stage, lot.in_service,
                       lot.channel_partner_id, lot.channel_region_id, lot.shipped_at,
                       lot.sale_date, lot.activated_at,
                       source.usage, target.usage, coalesce(move.is_inventory, false),
                       party.channel_tier IS NOT NULL,
                       EXISTS (SELECT FROM res_company WHERE partner_id = party.id),
                       line.location_id, line.location_dest_id, party.id,
                       coalesce(picking.serial_region_id, sale.serial_region_id),
                       picking.id, document.*, move.date
                  FROM stock_move_line line
                  JOIN stock_lot lot ON lot.id = line.lot_id
                  JOIN stock_move move ON move.id = line.move_id
                  JOIN stock_location source ON source.id = line.location_id
                  JOIN stock_location target ON target.id = line.location_dest_id
             LEFT JOIN stock_picking picking ON picking.id = move.picking_id
             LEFT JOIN mrp_production production ON production.id = move.production_id
            CROSS JOIN LATERAL (%(document)s) AS document(model, id, name)
             LEFT JOIN sale_order_line sale_line ON sale_line.id = move.sale_line_id
             LEFT JOIN sale_order sale
                    ON sale.id = coalesce(sale_line.order_id, picking.sale_id)
             LEFT JOIN res_partner receiver
                    ON receiver.id = coalesce(
                           picking.partner_id, move.partner_id,
                           sale.partner_shipping_id, sale.partner_id
                       )
             LEFT JOIN res_partner party ON party.id = receiver.commercial_partner_id
                 WHERE %(condition)s AND lot.stage IS NOT NULL AND line.quantity > 0
              ORDER BY move.date, move.id, line.id
                """,
                condition=condition,
                document=self._get_document_query(),
            )
        )
        return [Row(*row) for row in rows]

    def _get_step(self, row):
        movement = Movement(
            row.source, row.target, row.to_channel, row.to_own, row.is_count
        )
        return step_of(
            movement, row.stage, bool(row.channel_partner_id), bool(row.in_service)
        )

    def _take_step(self, step, rows):
        """Record one kind of step for all its serials."""
        opens = step.assignment == "open"
        regions = self._get_regions(rows) if opens else {}
        days = {date: self._get_day(date) for date in {row.date for row in rows}}
        standing = {
            row.lot_id: self._get_standing(step, row, regions, days) for row in rows
        }
        self._record(
            step.kind,
            step.stage,
            standing,
            {row.lot_id: self._get_event_columns(row) for row in rows},
        )
        assignment = self.env["serial.channel.assignment"].sudo()
        if step.assignment:
            assignment._release(
                {row.lot_id: row.date for row in rows},
                "returned" if step.kind == "returned" else "rebound",
            )
        if opens:
            assignment._open(
                (
                    row.lot_id,
                    row.partner_id,
                    regions[row.line_id],
                    row.picking_id,
                    row.date,
                )
                for row in rows
            )
        if step.kind == "returned":
            self._archive_activations(list(standing))

    def _get_regions(self, rows):
        """Return {line id: region id}: as transfer or order say, else the party."""
        parties = {row.partner_id for row in rows if not row.region_id}
        region_of = {
            partner.id: partner._get_channel_region().id
            for partner in self.env["res.partner"].sudo().browse(parties)
        }
        return {
            row.line_id: row.region_id or region_of[row.partner_id] or None
            for row in rows
        }

    def _get_day(self, moment):
        """Return the day of a moment where the user is."""
        return fields.Datetime.context_timestamp(self, moment).date()

    def _get_standing(self, step, row, regions, days):
        """Return the lot columns that a step sets; the same ones for a kind of step."""
        if step.kind == "returned":
            return dict.fromkeys(STANDING)
        if step.kind == "sold":
            # Sold on by the distributor who holds it, or by ourselves.
            sold_on = row.source == "customer"
            return {
                "channel_partner_id": row.channel_partner_id if sold_on else None,
                "channel_region_id": (
                    row.channel_region_id if sold_on else row.region_id
                ),
                "shipped_at": row.shipped_at if sold_on else row.date,
                "sale_date": days[row.date],
            }
        if step.assignment == "open":
            return {
                "channel_partner_id": row.partner_id,
                "channel_region_id": regions[row.line_id],
                "shipped_at": row.date,
                "sale_date": None,
            }
        return {}

    def _get_event_columns(self, row):
        outbound = row.target in ("customer", "inventory")
        return {
            "event_time": row.date,
            "location_id": row.location_id if outbound else row.location_dest_id,
            "partner_id": row.partner_id,
            "document_model": row.document_model,
            "document_id": row.document_id,
            "document_name": row.document_name,
            "data": self._get_past(row),
        }

    def _get_past(self, row):
        """Return how the unit stood before, for a correction to give back."""
        past = {name: getattr(row, name) for name in ("stage", *STANDING)}
        past = {name: value for name, value in past.items() if value}
        return json.dumps({"private": {"was": past}}, default=str)
