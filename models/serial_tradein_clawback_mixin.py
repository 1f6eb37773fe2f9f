from odoo import api, fields, models
from odoo.tools import SQL


class SerialTradeinClawbackMixin(models.AbstractModel):
    """The new unit: its serial once it is delivered, and the credit if it comes back.

    Whoever returns what he bought with a subsidy returns the subsidy.
    """

    _name = "serial.tradein.clawback.mixin"
    _description = "New Unit of a Trade-in"

    currency_id = fields.Many2one("res.currency", readonly=True)
    new_lot_id = fields.Many2one(
        "stock.lot",
        string="New Serial",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    clawed_back_at = fields.Datetime(readonly=True, copy=False)
    owed_amount = fields.Monetary(
        string="Owed by the Consumer",
        readonly=True,
        copy=False,
        help="Credit of a new unit that came back, where it stands on an invoice "
        "already. The credit note of the order takes it back.",
    )

    @api.model
    def _follow_new_units(self, moves):
        """Keep the serials of new units that leave, and claw back what comes back.

        :param moves: done stock moves that are no part of a trade-in themselves
        """
        leaving = moves.filtered(
            lambda move: move.sale_line_id and move.location_dest_id.usage == "customer"
        )
        if leaving:
            self.sudo()._keep_new_serials(leaving)
        coming = moves.filtered(
            lambda move: (
                move.location_id.usage == "customer"
                and move.location_dest_id.usage != "customer"
            )
        )
        if coming:
            self.sudo()._find_returned(coming)._claw_back()

    def _keep_new_serials(self, moves):
        claims = self.search(
            [
                ("sale_line_id", "in", moves.sale_line_id.ids),
                ("state", "=", "credited"),
                ("new_lot_id", "=", False),
            ],
            order="id",
        )
        for line, of_line in claims.grouped("sale_line_id").items():
            lots = moves.filtered(
                lambda move, line=line: move.sale_line_id == line
            ).move_line_ids.lot_id
            for claim, lot in zip(of_line, lots, strict=False):
                claim.write({"new_lot_id": lot.id, "state": "done"})

    def _find_returned(self, moves):
        """Return the claims whose new unit came back on these moves."""
        self.flush_model(["new_lot_id", "state"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT claim.id
                  FROM stock_move_line line
                  JOIN serial_tradein claim ON claim.new_lot_id = line.lot_id
                 WHERE line.move_id = ANY(%s) AND claim.state = 'done'
                """,
                moves.ids,
            )
        )
        return self.browse(claim_id for (claim_id,) in rows)

    def _claw_back(self):
        """Take the credit back: off the order, or as a debt where it is invoiced."""
        for claim in self:
            lines = claim.credit_line_ids
            amount = claim.granted_value + claim.granted_subsidy
            is_owed = claim.order_id.locked or any(lines.mapped("qty_invoiced"))
            if not claim.order_id.locked:
                # Of what is invoiced, the order's next credit note takes it back.
                lines.product_uom_qty = 0
            claim.write(
                {
                    "state": "clawed_back",
                    "clawed_back_at": fields.Datetime.now(),
                    "owed_amount": amount if is_owed else 0,
                }
            )
            claim._ask_about_return(is_owed)

    def _ask_about_return(self, is_owed):
        """Ask who looks after the claim to settle with the consumer."""
        note = self.env._(
            "The new unit %(serial)s came back, and its credit was taken off order "
            "%(order)s.",
            serial=self.new_lot_id.name,
            order=self.order_id.name,
        )
        if is_owed:
            note = self.env._(
                "The new unit %(serial)s came back, but its credit is on an invoice of "
                "order %(order)s: make the credit note.",
                serial=self.new_lot_id.name,
                order=self.order_id.name,
            )
        self.activity_schedule(
            "serial_dossier.mail_activity_type_tradein_return",
            summary=self.env._("New unit returned"),
            note=" ".join(
                [
                    note,
                    self.env._("Give the old unit back to its owner, or pay for it."),
                ]
            ),
            user_id=self._get_responsible().id,
        )

    def action_settle(self):
        """Note that what the consumer owed has been settled."""
        self._ensure_worker()
        self.sudo().filtered("owed_amount").owed_amount = 0
