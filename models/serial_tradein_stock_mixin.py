from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..core.tradein import Refusal
from .serial_lifecycle_mixin import STAGES

# What a unit that was never here has: the places where a customer's goods may lie.
_OUTSIDE = ("customer", "transit", "internal")


class SerialTradeinStockMixin(models.AbstractModel):
    """The old unit comes in, and goes back, by real stock moves.

    The moves are the cause: whoever validates one by hand takes the same step.
    """

    _name = "serial.tradein.stock.mixin"
    _description = "Stock Moves of a Trade-in"

    picking_ids = fields.One2many("stock.picking", "serial_tradein_id", readonly=True)
    picking_count = fields.Integer(compute="_compute_picking_count")
    stage_before = fields.Selection(
        STAGES,
        readonly=True,
        copy=False,
        help="How far the unit had come before it was taken in.",
    )
    received_at = fields.Datetime(readonly=True, copy=False)
    given_back_at = fields.Datetime(readonly=True, copy=False)
    can_give_back = fields.Boolean(compute="_compute_can_give_back")

    # === COMPUTE === #

    def _compute_picking_count(self):
        counts = dict(
            self.env["stock.picking"]
            .sudo()
            ._read_group(
                [("serial_tradein_id", "in", self.ids)],
                ["serial_tradein_id"],
                ["__count"],
            )
        )
        for claim in self:
            claim.picking_count = counts.get(claim._origin, 0)

    @api.depends("state", "received_at", "given_back_at", "lot_id.stage")
    def _compute_can_give_back(self):
        for claim in self:
            claim.can_give_back = (
                claim.state in ("received", "inspected", "clawed_back")
                and claim.received_at
                and not claim.given_back_at
                and claim.lot_id.stage == "traded_in"
            )

    # === ACTIONS === #

    def action_receive(self):
        """Take the old units in, each by a stock move into the trade-in location."""
        self._ensure_worker()
        for claim in self:
            claim.sudo()._receive()

    def action_view_pickings(self):
        """Open the stock moves by which the old unit came in, and went back."""
        self.ensure_one()
        return self.picking_ids._get_records_action(
            name=self.env._("Moves of %(claim)s", claim=self.name)
        )

    # === RECEIVED === #

    def _ensure_not_reported(self):
        """Refuse a unit that somebody reported since it was claimed."""
        reports_sudo = self.env["serial.tradein.block"].sudo()
        for claim in self:
            domain = [("lot_id", "=", claim.lot_id.id)]
            report_sudo = reports_sudo.search(domain, limit=1)
            if report_sudo:
                text = self._get_refusal_text(Refusal(report_sudo.kind))
                message = f"{claim.name}: {text}"
                raise UserError(message)

    def _receive(self, store=None):
        """Take the old unit in; the caller has checked who asks for it.

        :param store: the partner who takes it in for the brand
        """
        self._ensure_state("accepted")
        self._ensure_not_reported()
        if store:
            self.partner_id = store
        self._move_unit(self._get_place_of_unit(), self._get_tradein_location())

    def _give_back(self):
        """Hand the old unit back to its owner."""
        if not self.can_give_back:
            raise UserError(
                self.env._("The old unit of %(claim)s is not here.", claim=self.name)
            )
        incoming = self.picking_ids.filtered(lambda one: one.state == "done")
        owner_place = incoming[:1].location_id
        if owner_place.usage != "customer":
            owner_place = self.env.ref("stock.stock_location_customers")
        self._move_unit(self._get_tradein_location(), owner_place)

    def _get_tradein_location(self):
        return self.company_id._get_tradein_places()[0]

    def _get_place_of_unit(self):
        """Return where stock thinks the unit is, else the customers' location."""
        quants = self.env["stock.quant"].search(
            [
                ("lot_id", "=", self.lot_id.id),
                ("quantity", ">", 0),
                ("location_id.usage", "in", _OUTSIDE),
                ("company_id", "in", (False, self.company_id.id)),
            ]
        )
        quants = quants.sorted(lambda quant: _OUTSIDE.index(quant.location_id.usage))
        customers = self.env.ref("stock.stock_location_customers")
        return quants[:1].location_id or customers

    def _move_unit(self, source, target):
        """Move the old unit by a transfer of its own, done at once."""
        picking = (
            self.env["stock.picking"]
            .with_company(self.company_id)
            .create(self._prepare_picking_vals(source, target))
        )
        picking.action_confirm()
        picking.move_ids.picked = True
        picking._action_done()
        return picking

    def _prepare_picking_vals(self, source, target):
        ends = {"location_id": source.id, "location_dest_id": target.id}
        line = {
            "product_id": self.lot_id.product_id.id,
            "product_uom_id": self.lot_id.product_id.uom_id.id,
            "lot_id": self.lot_id.id,
            "quantity": 1,
            **ends,
        }
        move = {
            "product_id": self.lot_id.product_id.id,
            "product_uom_qty": 1,
            "product_uom": self.lot_id.product_id.uom_id.id,
            "company_id": self.company_id.id,
            "move_line_ids": [Command.create(line)],
            **ends,
        }
        return {
            "picking_type_id": self.company_id._get_tradein_places()[1].id,
            "partner_id": self.partner_id.id,
            "origin": self.name,
            "serial_tradein_id": self.id,
            "move_ids": [Command.create(move)],
            **ends,
        }

    # === WHAT THE MOVES MEAN === #

    @api.model
    def _follow_own_moves(self, moves):
        """Take the steps that done moves of old units are.

        :param moves: done moves of transfers that belong to a claim
        """
        for move in moves:
            claim_sudo = move.picking_id.serial_tradein_id.sudo()
            if claim_sudo.lot_id not in move.move_line_ids.lot_id:
                continue
            if move.location_dest_id == claim_sudo._get_tradein_location():
                claim_sudo._note_received(move)
            elif move.location_dest_id.usage == "customer":
                claim_sudo._note_given_back(move)

    def _note_received(self, move):
        self._ensure_state("accepted")
        stage = self.lot_id.stage
        self.lot_id._move_to_stage(
            "traded_in",
            "traded_in",
            event_time=move.date,
            location_id=move.location_dest_id.id,
            partner_id=self.partner_id.id,
            document=self,
            data={"private": {"stage": stage}},
        )
        self.write(
            {"state": "received", "received_at": move.date, "stage_before": stage}
        )

    def _note_given_back(self, move):
        event = self.lot_id.event_ids.filtered(
            lambda event: (
                event.kind == "traded_in"
                and event.document_model == self._name
                and event.document_id == self.id
            )
        )[:1]
        self.lot_id._move_to_stage(
            self.stage_before or "activated",
            "trade_in_undone",
            event_time=move.date,
            location_id=move.location_id.id,
            partner_id=self.partner_id.id,
            document=self,
            corrects_id=event.id or None,
        )
        values = {"given_back_at": move.date}
        if self.state in ("received", "inspected"):
            values.update(state="cancelled", closed_at=move.date)
        self.write(values)
