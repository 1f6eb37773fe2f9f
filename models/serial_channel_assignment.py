from odoo import api, fields, models
from odoo.tools import SQL


class SerialChannelAssignment(models.Model):
    """To which distributor and region a unit was bound, from when to when.

    Rows are written by the steps of a serial only, many at a time.
    """

    _name = "serial.channel.assignment"
    _description = "Channel Assignment"
    _order = "assigned_at desc, id desc"
    _rec_name = "lot_id"
    _log_access = False

    lot_id = fields.Many2one(
        "stock.lot", string="Serial", required=True, readonly=True, ondelete="cascade"
    )
    product_id = fields.Many2one(related="lot_id.product_id")
    partner_id = fields.Many2one(
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
    picking_id = fields.Many2one(
        "stock.picking", string="Delivery", readonly=True, index="btree_not_null"
    )
    assigned_at = fields.Datetime(string="Bound at", required=True, readonly=True)
    released_at = fields.Datetime(readonly=True)
    release_reason = fields.Selection(
        [("returned", "Returned"), ("rebound", "Re-bound"), ("corrected", "Corrected")],
        readonly=True,
    )

    _lot_idx = models.Index("(lot_id, id)")
    _lot_live_uniq = models.UniqueIndex(
        "(lot_id) WHERE released_at IS NULL",
        "A serial can be bound to one distributor at a time.",
    )

    # === BUSINESS === #

    @api.model
    def _open(self, rows):
        """Bind serials that are bound to nobody.

        :param rows: (lot id, partner id, region id, picking id, moment) each
        """
        columns = [list(column) for column in zip(*rows, strict=True)]
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO serial_channel_assignment
                       (lot_id, partner_id, region_id, picking_id, assigned_at)
                SELECT * FROM unnest(%s::integer[], %s::integer[], %s::integer[],
                                     %s::integer[], %s::timestamp[])
                """,
                *columns,
            )
        )
        self._forget()

    @api.model
    def _release(self, moments, reason):
        """End the live assignments of serials.

        :param dict moments: lot id -> when it ended
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

        :param dict moments: lot id -> when that move had ended it
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
        self.env.cr.execute(
            SQL(
                """
                UPDATE serial_channel_assignment assignment SET %s
                  FROM unnest(%s::integer[], %s::timestamp[]) AS given(lot_id, moment)
                 WHERE assignment.lot_id = given.lot_id AND %s
                """,
                values,
                list(moments),
                list(moments.values()),
                condition,
            )
        )
        self._forget()

    def _forget(self):
        """Drop what the cache holds of assignments, here and on their lots."""
        self.invalidate_model(flush=False)
        self.env["stock.lot"].invalidate_model(["assignment_ids"], flush=False)
