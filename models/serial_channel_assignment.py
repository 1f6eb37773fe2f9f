from odoo import api, fields, models
from odoo.tools import SQL

from .unchecked_many2one import UncheckedMany2one


class SerialChannelAssignment(models.Model):
    """To which distributor and region a unit was bound, from when to when.

    Rows are written by the steps of a serial only, many at a time.
    """

    _name = "serial.channel.assignment"
    _description = "Channel Assignment"
    _order = "assigned_at desc, id desc"
    _rec_name = "lot_id"
    _log_access = False

    # A serial that was delivered, a done transfer and a party of an event cannot be
    # deleted: serial_guard.py, stock and serial.event see to that.
    lot_id = UncheckedMany2one(
        "stock.lot", string="Serial", required=True, readonly=True, ondelete="cascade"
    )
    product_id = fields.Many2one(related="lot_id.product_id")
    partner_id = UncheckedMany2one(
        "res.partner",
        string="Distributor",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    region_id = fields.Many2one(
        "serial.channel.region",
        string="Target Region",
        readonly=True,
        ondelete="restrict",
    )
    picking_id = UncheckedMany2one(
        "stock.picking", string="Delivery", readonly=True, index="btree_not_null"
    )
    assigned_at = fields.Datetime(string="Bound at", required=True, readonly=True)
    released_at = fields.Datetime(readonly=True)
    release_reason = fields.Selection(
        [
            ("returned", "Returned"),
            ("rebound", "Re-bound"),
            ("corrected", "Corrected"),
            ("lost", "Written off"),
        ],
        readonly=True,
    )

    _lot_idx = models.Index("(lot_id, id)")
    _lot_live_uniq = models.UniqueIndex(
        "(lot_id) WHERE released_at IS NULL",
        "A serial can be bound to one distributor at a time.",
    )

    # === BUSINESS === #

    @api.model
    def _open(self, groups):
        """Bind serials that are bound to nobody.

        :param groups: objects with `lot_ids`, `partner_id`, `region_id`, `picking_id`
            and `date`
        """
        rows = [
            SQL(
                "(%s::integer[], %s::integer, %s::integer, %s::integer, %s::timestamp)",
                group.lot_ids,
                group.partner_id,
                group.region_id,
                group.picking_id,
                group.date,
            )
            for group in groups
        ]
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO serial_channel_assignment
                       (lot_id, partner_id, region_id, picking_id, assigned_at)
                SELECT unnest(lot_ids), partner_id, region_id, picking_id, moment
                  FROM (VALUES %s)
                       AS given(lot_ids, partner_id, region_id, picking_id, moment)
                """,
                SQL(", ").join(rows),
            )
        )
        self._forget()

    @api.model
    def _release(self, moments, reason):
        """End the live assignments of serials.

        :param moments: (lot ids, when they ended) each
        :param str reason: see `release_reason`
        """
        self._update_live(
            moments,
            SQL("released_at = given.moment, release_reason = %s", reason),
            SQL("assignment.released_at IS NULL"),
        )

    @api.model
    def _reopen(self, moments):
        """Bind serials again as they were until a move that has been corrected.

        :param moments: (lot ids, when that move had ended it) each
        """
        self._update_live(
            moments,
            SQL("released_at = NULL, release_reason = NULL"),
            SQL(
                """
                assignment.id = (
                    SELECT max(past.id) FROM serial_channel_assignment past
                     WHERE past.lot_id = given.lot_id
                       AND past.released_at = given.moment
                       AND past.release_reason <> 'corrected'
                )
                """
            ),
        )

    def _update_live(self, moments, values, condition):
        if not moments:
            return
        lot_ids = [lot_id for ids, _moment in moments for lot_id in ids]
        times = [moment for ids, moment in moments for _lot_id in ids]
        self.env.cr.execute(
            SQL(
                """
                UPDATE serial_channel_assignment assignment SET %s
                  FROM unnest(%s::integer[], %s::timestamp[]) AS given(lot_id, moment)
                 WHERE assignment.lot_id = given.lot_id AND %s
                """,
                values,
                lot_ids,
                times,
                condition,
            )
        )
        self._forget()

    def _forget(self):
        """Drop what the cache holds of assignments, here and on their lots."""
        self.invalidate_model(flush=False)
        self.env["stock.lot"].invalidate_model(["assignment_ids"], flush=False)
