from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..core import transfer as rules
from .serial_transfer_receive_mixin import Passed


class SerialTransferSettleMixin(models.AbstractModel):
    """Shortages and surpluses: a side gives in, or the brand decides.

    Whoever calls these has checked that the user may act for that side.
    """

    _name = "serial.transfer.settle.mixin"
    _description = "Disputes on Channel Transfers"

    def _settle(self, line_ids, decision, reason, side="brand"):
        """Decide on lines in dispute; set-based.

        :param str decision: `stays` with the sender, `moves` to the receiver, `lost`
        :param str reason: why, for both sides to read
        """
        self._lock()
        lines = self.line_ids.filtered(lambda line: line.id in set(line_ids))
        self._ensure_settleable(lines, decision, side)
        found = lines.filtered(lambda line: line.resolution == "lost").lot_id.ids
        if found:
            self._find_again(found)
        lot_ids = lines.lot_id.ids
        getattr(self, f"_settle_{decision}")(lot_ids, reason)
        self.env["serial.channel.transfer.line"]._update(
            self,
            SQL("line.id = ANY(%s)", lines.ids),
            {
                "resolution": decision,
                "is_open": False,
                "settled_by_id": self.env.uid,
                "decision_note": reason,
            },
        )
        self._update_state()
        self._post_settlement(lines, decision, reason)

    def _ensure_settleable(self, lines, decision, side):
        wrong = lines.filtered(
            lambda line: (
                line.resolution not in (False, "lost")
                or not rules.may_settle(side, line.state, decision)
            )
        )
        if wrong or not lines:
            raise UserError(
                self.env._("Choose missing or surplus units that are not settled yet.")
            )
        units, names = self._get_units(lines.lot_id.ids)
        gone = [
            names[line.lot_id.id]
            for line in lines
            if not line.resolution
            and units[line.lot_id.id].holder_id != self._get_holder_id(line.state)
        ]
        if gone:
            raise UserError(
                self.env._(
                    "These units have gone elsewhere since: %(serials)s",
                    serials=", ".join(gone[:10]),
                )
            )

    def _get_holder_id(self, state):
        """Return who holds a unit in dispute: he who sent it, or should have got it."""
        if self.sender_id:
            return self.sender_id.id
        return self.receiver_id.id if state == "missing" else None

    # === DECISIONS === #

    def _settle_stays(self, lot_ids, reason):
        """Leave units with the sender. The brand's own come back from the receiver."""
        if self.sender_id:
            return
        bound = self._get_bound(lot_ids)
        recorded = (
            self.env["serial.event"]
            .sudo()
            ._record(
                bound,
                "corrected",
                "produced",
                lot_values={
                    "channel_partner_id": None,
                    "channel_region_id": None,
                    "shipped_at": None,
                    "sale_date": None,
                },
                **self._get_settled_event(reason),
            )
        )
        if len(recorded) < len(bound):
            raise UserError(
                self.env._("These units have been used since: they did arrive.")
            )
        if bound:
            self._release(bound, "corrected")

    def _settle_moves(self, lot_ids, reason):
        """Make units the receiver's after all."""
        if self.sender_id or self._get_bound(lot_ids):
            self._hand_over(lot_ids)
            return
        now = fields.Datetime.now()
        region = self.receiver_id._get_channel_region()
        self.env["serial.event"].sudo()._record(
            lot_ids,
            "shipped",
            "shipped",
            lot_values={
                "channel_partner_id": self.receiver_id.id,
                "channel_region_id": region.id or None,
                "shipped_at": now,
            },
            **self._get_settled_event(reason),
        )
        self.env["serial.channel.assignment"].sudo()._open(
            [
                Passed(
                    lot_ids,
                    self.receiver_id.id,
                    region.id or None,
                    self.picking_id.id or None,
                    now,
                )
            ]
        )

    def _settle_lost(self, lot_ids, reason):
        """Write units off: whoever meets them again is told so."""
        bound = self._get_bound(lot_ids)
        self.env["serial.event"].sudo()._record(
            lot_ids,
            "blocked",
            lot_values={"blocked": True, "channel_partner_id": None},
            **self._get_settled_event(reason),
        )
        if bound:
            self._release(bound, "lost")

    def _find_again(self, lot_ids):
        """Undo that units were written off: they are with whom they were before."""
        state = self.line_ids.filtered(lambda line: line.lot_id.id in lot_ids)[0].state
        holder_id = self._get_holder_id(state)
        self.env["serial.event"].sudo()._record(
            lot_ids,
            "unblocked",
            lot_values={"blocked": False, "channel_partner_id": holder_id},
            **self._get_settled_event(self.env._("Found again")),
        )
        if holder_id:
            now = fields.Datetime.now()
            regions = self.env["stock.lot"].browse(lot_ids).grouped("channel_region_id")
            self.env["serial.channel.assignment"].sudo()._open(
                [
                    Passed(
                        lots.ids,
                        holder_id,
                        region.id or None,
                        self.picking_id.id or None,
                        now,
                    )
                    for region, lots in regions.items()
                ]
            )

    def _get_bound(self, lot_ids):
        """Return those of the units that are bound to somebody now."""
        units, _names = self._get_units(lot_ids)
        return [lot_id for lot_id, unit in units.items() if unit.holder_id]

    def _release(self, lot_ids, reason):
        self.env["serial.channel.assignment"].sudo()._release(
            [(lot_ids, fields.Datetime.now())], reason
        )

    def _get_settled_event(self, reason):
        return {
            "partner_id": self.receiver_id.id,
            "document": self.sudo(),
            "data": {"private": {"reason": reason}},
        }

    # === WHO IS TOLD === #

    def _post_settlement(self, lines, decision, reason):
        labels = dict(lines._fields["resolution"]._description_selection(self.env))
        self.message_post(
            body=self.env._(
                "%(decision)s: %(serials)s. Reason: %(reason)s",
                decision=labels[decision],
                serials=self.env["stock.lot"]._get_name_list(lines.sudo().lot_id),
                reason=reason,
            )
        )

    def _schedule_dispute(self):
        """Ask the owner of the brand's alerts to decide; one activity a transfer."""
        owners = (
            self.env["serial.diversion.alert"].sudo()._get_owners({self.company_id.id})
        )
        owner = owners[self.company_id.id]
        activity_type = self.env.ref(
            "serial_dossier.mail_activity_type_transfer", raise_if_not_found=False
        )
        if owner and activity_type:
            self.activity_schedule(
                activity_type_id=activity_type.id,
                date_deadline=activity_type._get_date_deadline(),
                user_id=owner.id,
                note=self.env._(
                    "%(receiver)s reports %(missing)s missing and %(surplus)s surplus "
                    "units.",
                    receiver=self.receiver_id.display_name,
                    missing=self.missing_count,
                    surplus=self.surplus_count,
                ),
            )

    def _close_activities(self):
        self.activity_feedback(["serial_dossier.mail_activity_type_transfer"])
