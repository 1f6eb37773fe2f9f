import json
from collections import defaultdict
from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL

from ..core.movement import Movement, step_of
from .serial_append_mixin import LOT
from .serial_binding_mixin import READS, STANDING

# Steps after which a unit lies in stock and nobody holds it.
BACK = ("returned", "reinstated")


class Group(NamedTuple):
    """Serials on done move lines that have in common all that decides on a step."""

    line_ids: list
    lot_ids: list
    stage: str
    in_service: bool
    is_held: bool
    channel_partner_id: int
    channel_region_id: int
    shipped_at: object
    sale_date: object
    activated_at: object
    location_id: int
    location_dest_id: int
    date: object
    is_count: bool
    source: str
    target: str
    picking_id: int
    document_model: str
    document_id: int
    document_name: str
    partner_id: int
    to_channel: bool
    to_own: bool
    region_id: int
    lot_location_id: int
    product_id: int
    policy_id: int
    categ_id: int
    company_id: int
    country_id: int
    corrects_id: int | None = None


class SerialBinding(models.AbstractModel):
    """Binds the serials of done stock moves: what stock did, told to their dossiers.

    Everything is set-based: the number of statements depends on how many kinds of step
    there are in one go (mostly one), never on serials, moves or pickings.
    """

    _name = "serial.binding"
    _inherit = ["serial.binding.mixin", "serial.delivery.mixin"]
    _description = "Binding of Serials"

    @api.model
    def _bind(self, condition):
        """Record the steps of the serials on done move lines.

        :param SQL condition: which move lines, as `line`
        """
        self._flush(*READS)
        groups, again = self._part(self._get_groups(condition))
        if any(self._is_doubtful(group) for group in groups):
            # Lots a transfer made itself, and the parts of kits, are known only now.
            self._ensure_deliverable(condition, moved=True)
        steps = defaultdict(list)
        for group in groups:
            step = self._get_step(group)
            if step:
                steps[step].append(group)
        for step, step_groups in steps.items():
            self._take_step(step, step_groups)
        if again:
            # A serial that moved twice in one go: its second move sees its new stage.
            self._bind(SQL("line.id = ANY(%s)", again))

    def _get_groups(self, condition):
        """Return the coded serials of move lines in groups, in the order they moved."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT moved.line_ids, moved.lot_ids, moved.stage, moved.in_service,
                       moved.is_held, moved.channel_partner_id, moved.channel_region_id,
                       moved.shipped_at, moved.sale_date, moved.activated_at,
                       moved.location_id, moved.location_dest_id, move.date,
                       coalesce(move.is_inventory, false), source.usage, target.usage,
                       picking.id, document.*, party.id, party.channel_tier IS NOT NULL,
                       EXISTS (SELECT FROM res_company WHERE partner_id = party.id),
                       coalesce(picking.serial_region_id, sale.serial_region_id),
                       moved.lot_location_id, move.product_id,
                       template.serial_policy_id, template.categ_id, move.company_id,
                       receiver.country_id
                  FROM (%(moved)s) AS moved
                  JOIN stock_move move ON move.id = moved.move_id
                  JOIN product_product product ON product.id = move.product_id
                  JOIN product_template template
                    ON template.id = product.product_tmpl_id
                  JOIN stock_location source ON source.id = moved.location_id
                  JOIN stock_location target ON target.id = moved.location_dest_id
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
              ORDER BY move.date, move.id, moved.line_ids
                """,
                moved=self._get_moved_query(condition),
                document=self._get_document_query(),
            )
        )
        return [Group(*row) for row in rows]

    def _get_moved_query(self, condition):
        """Return a query of the coded serials on move lines, as alike as it matters."""
        return SQL(
            """
                SELECT array_agg(line.id ORDER BY line.id) AS line_ids,
                       array_agg(lot.id ORDER BY line.id) AS lot_ids,
                       line.move_id, line.location_id, line.location_dest_id,
                       lot.stage, lot.in_service,
                       lot.blocked OR lot.recalled AS is_held,
                       lot.channel_partner_id, lot.channel_region_id,
                       lot.shipped_at, lot.sale_date, lot.activated_at,
                       place.lot_location_id
                  FROM stock_move_line line
                  JOIN stock_lot lot ON lot.id = line.lot_id
            CROSS JOIN LATERAL (%(place)s) AS place(lot_location_id)
                 WHERE %(condition)s AND line.quantity > 0
                   AND lot.stage IS NOT NULL
              GROUP BY 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14
            """,
            condition=condition,
            place=self._get_place_query(),
        )

    @api.model
    def _prepare_group(self, values):
        """Return a group of serials that no stock move is behind."""
        return Group(**{**dict.fromkeys(Group._fields), **values})

    def _is_doubtful(self, group):
        return group.target == "customer" and (
            group.is_held or group.shipped_at or group.stage in ("void", "retired")
        )

    def _get_step(self, group):
        movement = Movement(
            group.source, group.target, group.to_channel, group.to_own, group.is_count
        )
        return step_of(
            movement, group.stage, bool(group.channel_partner_id), group.in_service
        )

    def _take_step(self, step, groups):
        """Record one kind of step for all its serials."""
        if step.kind == "reinstated":
            groups = self._get_scrapped_groups(groups)
        if not groups:
            return
        if step.assignment == "open":
            groups = self._give_regions(groups)
        lot_ids = [lot_id for group in groups for lot_id in group.lot_ids]
        located = self._take_over_location(lot_ids)
        self._record(
            step.kind,
            step.stage,
            [
                (
                    group.lot_ids,
                    self._get_standing(step, group, located),
                    self._get_event_columns(group),
                )
                for group in groups
            ],
        )
        self._assign(step, groups)
        warranty_sudo = self.env["serial.warranty"].sudo()
        if step.kind in BACK:
            self._archive_activations(lot_ids)
            warranty_sudo._void(lot_ids, "returned")
        elif step.kind == "sold":
            warranty_sudo._stamp_sold(groups)

    def _assign(self, step, groups):
        """Release who held the serials, and bind them anew, as far as the step does."""
        assignment = self.env["serial.channel.assignment"].sudo()
        held = [group for group in groups if group.channel_partner_id]
        if step.assignment and held:
            reason = "returned" if step.kind in BACK else "rebound"
            assignment._release([(group.lot_ids, group.date) for group in held], reason)
        if step.assignment == "open":
            assignment._open(groups)
            self.env["serial.channel.transfer"].sudo()._announce_deliveries(groups)

    def _get_scrapped_groups(self, groups):
        """Return what was retired by scrap, each serial with the event taken back."""
        lot_ids = [lot_id for group in groups for lot_id in group.lot_ids]
        scrapped = self.env["stock.lot"].browse(lot_ids)._get_scrapped()
        return [
            group._replace(
                lot_ids=[lot_id],
                line_ids=[line_id],
                corrects_id=scrapped[lot_id].event_id,
            )
            for group in groups
            for lot_id, line_id in zip(group.lot_ids, group.line_ids, strict=True)
            if lot_id in scrapped
        ]

    def _give_regions(self, groups):
        """Return the groups with a region: as transfer or order say, else the party.

        The party's region is that of its contracts on the day of the move.
        """
        days = {
            (group.partner_id, self._get_day(group.date))
            for group in groups
            if not group.region_id
        }
        regions = self.env["serial.channel.contract"].sudo()._get_regions_on(days)
        region_of = {key: found._get_covering().id for key, found in regions.items()}
        return [
            group
            if group.region_id
            else group._replace(
                region_id=region_of[group.partner_id, self._get_day(group.date)] or None
            )
            for group in groups
        ]

    def _get_day(self, moment):
        """Return the day where the user is."""
        return fields.Datetime.context_timestamp(self, moment).date()

    def _get_standing(self, step, group, located):
        """Return the lot columns that a step sets; the same ones for a kind of step."""
        standing = {f"{LOT}location_id": group.lot_location_id} if located else {}
        if step.kind in BACK:
            standing.update(dict.fromkeys(STANDING))
        elif step.kind == "sold":
            # Sold on by the distributor who holds it, or by ourselves.
            sold_on = group.source == "customer"
            region_id = group.channel_region_id if sold_on else group.region_id
            standing.update(
                channel_partner_id=group.channel_partner_id if sold_on else None,
                channel_region_id=region_id,
                shipped_at=group.shipped_at if sold_on else group.date,
                sale_date=self._get_day(group.date),
            )
        elif step.assignment == "open":
            standing.update(
                channel_partner_id=group.partner_id,
                channel_region_id=group.region_id,
                shipped_at=group.date,
                sale_date=None,
            )
        return standing

    def _get_event_columns(self, group):
        outbound = group.target in ("customer", "inventory")
        past = {name: getattr(group, name) for name in ("stage", *STANDING)}
        past = {name: value for name, value in past.items() if value}
        return {
            "event_time": group.date,
            "location_id": group.location_id if outbound else group.location_dest_id,
            "partner_id": group.partner_id,
            "document_model": group.document_model,
            "document_id": group.document_id,
            "document_name": group.document_name,
            "corrects_id": group.corrects_id,
            # How the unit stood before, for a correction to give back.
            "data": json.dumps({"private": {"was": past}}, default=str),
        }
