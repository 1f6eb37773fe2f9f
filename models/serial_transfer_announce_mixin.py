from odoo import api, models
from odoo.tools import SQL

from .bulk_sql import audit_columns, names_of, unnest

COLUMNS = {
    "picking_id": SQL("integer"),
    "receiver_id": SQL("integer"),
    "sent_at": SQL("timestamp"),
}


class SerialTransferAnnounceMixin(models.AbstractModel):
    """Deliveries of the brand, which a distributor acknowledges as transfers.

    What a delivery announces are the units still bound by it; they get lines when
    the distributor first says something of them.
    """

    _name = "serial.transfer.announce.mixin"
    _description = "Announced Deliveries"

    @api.model
    def _announce_deliveries(self, groups):
        """Create what distributors are to acknowledge, one a delivery; one statement.

        Units added to a delivery that was acknowledged are to be acknowledged again.

        :param groups: objects with `picking_id`, `partner_id` and `date`
        """
        moments = {
            (group.picking_id, group.partner_id): group.date
            for group in groups
            if group.picking_id
        }
        if not moments:
            return
        rows = [
            {"picking_id": picking_id, "receiver_id": partner_id, "sent_at": moment}
            for (picking_id, partner_id), moment in moments.items()
        ]
        same = audit_columns(self.env)
        self.flush_model(["state"])
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO serial_channel_transfer AS transfer
                       (id, name, state, company_id, %(names)s, %(audited)s)
                SELECT id, %(number)s, 'sent', company_id, %(names)s, %(audit)s
                  FROM (
                    SELECT nextval('serial_channel_transfer_id_seq') AS id,
                           type.company_id, given.*
                      FROM %(given)s
                      JOIN stock_picking picking ON picking.id = given.picking_id
                      JOIN stock_picking_type type ON type.id = picking.picking_type_id
                  ) AS numbered
                    ON CONFLICT (picking_id, receiver_id) WHERE picking_id IS NOT NULL
                    DO UPDATE SET state = 'sent'
                 WHERE transfer.state IN ('received', 'cancelled')
                """,
                number=self._get_number_sql(),
                names=names_of(COLUMNS),
                audited=names_of(same),
                audit=SQL(", ").join(same.values()),
                given=unnest(rows, COLUMNS),
            )
        )
        self.invalidate_model(["state"], flush=False)
        self.env["stock.picking"].invalidate_model(["transfer_ids"], flush=False)

    @api.autovacuum
    def _gc_empty_deliveries(self):
        """Wait no longer for deliveries of which every unit came back."""
        if self._abstract:  # Odoo calls this for the mixin as well
            return
        empty = self.search(
            [("picking_id", "!=", False), ("state", "=", "sent")]
        ).filtered(lambda transfer: not transfer.unit_count)
        empty.write({"state": "cancelled"})

    def _announce(self):
        """Put down the units of a delivery: what is bound by it at this moment."""
        if not self.picking_id:
            return
        rows = self.env.execute_query(self._get_announced_query(self, "lot_id"))
        self.env["serial.channel.transfer.line"]._insert(
            self, [lot_id for (lot_id,) in rows]
        )

    def _count_announced(self):
        """Return {transfer id: units still bound by its delivery}; one query."""
        if not self:
            return {}
        query = self._get_announced_query(self, "id")
        return dict(
            self.env.execute_query(
                SQL("SELECT id, count(*) FROM (%s) AS announced GROUP BY id", query)
            )
        )

    def _get_announced_query(self, transfers, column):
        table = {"id": "transfer", "lot_id": "assignment"}[column]
        return SQL(
            """
            SELECT %s
              FROM serial_channel_transfer transfer
              JOIN serial_channel_assignment assignment
                ON assignment.picking_id = transfer.picking_id
               AND assignment.partner_id = transfer.receiver_id
               AND assignment.released_at IS NULL
             WHERE transfer.id = ANY(%s)
            """,
            SQL.identifier(table, column),
            transfers.ids,
        )

    def _get_arrived_lot_ids(self):
        """Return the ids of the units that came with this transfer."""
        if self.picking_id and not self.line_ids:
            rows = self.env.execute_query(self._get_announced_query(self, "lot_id"))
            return sorted(lot_id for (lot_id,) in rows)
        lines = self.line_ids.filtered(
            lambda line: line.state == "received" or line.resolution == "moves"
        )
        return lines.lot_id.ids
