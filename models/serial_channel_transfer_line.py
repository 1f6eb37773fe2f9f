from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .bulk_sql import audit_columns, names_of
from .unchecked_many2one import UncheckedMany2one


class SerialChannelTransferLine(models.Model):
    """A unit on a transfer, and what became of it there.

    Lines are written by the transfer's own steps only, many at a time.
    """

    _name = "serial.channel.transfer.line"
    _inherit = ["serial.guarded.mixin"]
    _description = "Unit on a Channel Transfer"
    _order = "transfer_id desc, id"
    _rec_name = "lot_id"
    _guarded_fields = frozenset(
        {"transfer_id", "lot_id", "state", "resolution", "is_open", "settled_by_id"}
    )

    transfer_id = fields.Many2one(
        "serial.channel.transfer", required=True, readonly=True, ondelete="cascade"
    )
    # A serial that a distributor holds has left `minted`: it cannot be deleted.
    lot_id = UncheckedMany2one(
        "stock.lot", string="Serial", required=True, readonly=True, ondelete="restrict"
    )
    lot_name = fields.Char(related="lot_id.name", string="Serial Number")
    product_id = fields.Many2one(
        related="lot_id.product_id", store=True, index="btree_not_null"
    )
    sender_id = fields.Many2one(related="transfer_id.sender_id")
    receiver_id = fields.Many2one(related="transfer_id.receiver_id")
    state = fields.Selection(
        [
            ("expected", "Expected"),
            ("received", "Received"),
            ("missing", "Missing"),
            ("surplus", "Surplus"),
        ],
        required=True,
        readonly=True,
        default="expected",
    )
    resolution = fields.Selection(
        [
            ("stays", "Stays with the Sender"),
            ("moves", "Goes to the Receiver"),
            ("lost", "Written off"),
        ],
        readonly=True,
        help="How a shortage or surplus was settled.",
    )
    settled_by_id = fields.Many2one("res.users", string="Settled by", readonly=True)
    note = fields.Char(readonly=True, help="What the receiver says of it.")
    decision_note = fields.Char(string="Reason", readonly=True)
    # Of the transfer, put down here for the index: a unit is on its way once only.
    is_open = fields.Boolean(readonly=True)

    _lot_uniq = models.UniqueIndex(
        "(transfer_id, lot_id)", "A serial can stand on a transfer once only."
    )
    _lot_idx = models.Index("(lot_id)")
    _lot_open_uniq = models.UniqueIndex(
        "(lot_id) WHERE is_open",
        "One of these serials is on another transfer that is not finished.",
    )

    # === ACTIONS === #

    def action_remove(self):
        """Take units off transfers that are not sent yet."""
        for transfer, lines in self.grouped("transfer_id").items():
            transfer._ensure_office()
            transfer.sudo()._remove(lines.ids)

    def action_view_serial(self):
        """Open the unit's dossier."""
        self.ensure_one()
        return self.lot_id._get_records_action()

    def action_settle(self):
        """Ask how shortages and surpluses are settled; also what was written off."""
        transfer = self.transfer_id
        lines = self._get_disputed() | self.filtered(
            lambda line: line.resolution == "lost"
        )
        if len(transfer) != 1 or not lines:
            raise UserError(
                self.env._("Choose the missing and surplus units of one transfer.")
            )
        return transfer._get_settle_window(lines)

    # === BUSINESS === #

    def _get_disputed(self):
        """Return those of these lines that wait for a decision."""
        return self.filtered(
            lambda line: line.state in ("missing", "surplus") and not line.resolution
        )

    @api.model
    def _insert(self, transfer, lot_ids, state="expected", is_open=False):
        """Put units on a transfer; set-based, those that stand there are left."""
        same = audit_columns(self.env)
        self.flush_model()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO serial_channel_transfer_line
                       (transfer_id, state, is_open, lot_id, product_id, %s)
                SELECT %s, %s, %s, lot.id, lot.product_id, %s
                  FROM unnest(%s::integer[]) WITH ORDINALITY AS given(lot_id, place)
                  JOIN stock_lot lot ON lot.id = given.lot_id
              ORDER BY given.place
                    ON CONFLICT (transfer_id, lot_id) DO NOTHING
                """,
                names_of(same),
                transfer.id,
                state,
                is_open,
                SQL(", ").join(same.values()),
                list(lot_ids),
            )
        )
        self._forget()

    @api.model
    def _update(self, transfer, condition, values):
        """Write columns of a transfer's lines in one statement; return their units.

        :param SQL condition: which lines, as `line`
        :param dict values: column -> value
        """
        self.flush_model()
        stamp = audit_columns(self.env)
        rows = self.env.execute_query(
            SQL(
                """
                UPDATE serial_channel_transfer_line line
                   SET %s, write_uid = %s, write_date = %s
                 WHERE line.transfer_id = %s AND %s
             RETURNING line.lot_id
                """,
                SQL(", ").join(
                    SQL("%s = %s", SQL.identifier(name), value)
                    for name, value in values.items()
                ),
                stamp["write_uid"],
                stamp["write_date"],
                transfer.id,
                condition,
            )
        )
        self._forget()
        return [lot_id for (lot_id,) in rows]

    def _forget(self):
        """Drop what the cache holds of lines, here and on their transfers."""
        self.invalidate_model(flush=False)
        self.env["serial.channel.transfer"].invalidate_model(
            ["line_ids", *self.env["serial.channel.transfer"]._count_fields],
            flush=False,
        )
