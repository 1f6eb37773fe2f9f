from collections import defaultdict
from typing import NamedTuple

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, LazyTranslate

from ..core.rebinding import Unit, refusal

_lt = LazyTranslate(__name__)

REFUSALS = {
    "not_held": _lt("Bound to no distributor"),
    "ended": _lt("Life ended"),
    "activated": _lt("Activated"),
    "sold": _lt("Sold to a consumer"),
    "in_service": _lt("In service"),
    "blocked": _lt("Blocked"),
    "recalled": _lt("Recalled"),
    "in_transfer": _lt("On an open transfer"),
    "same": _lt("Bound like that already"),
}


class Bound(NamedTuple):
    """What `serial.channel.assignment` needs to bind serials."""

    lot_ids: list
    partner_id: int
    region_id: int
    picking_id: int | None
    date: object


class SerialRebindMixin(models.AbstractModel):
    """Re-binding: the brand says that units are another distributor's from now on."""

    _name = "serial.rebind.mixin"
    _description = "Re-binding of Serials"

    # === ACTIONS === #

    def action_rebind_serials(self):
        """Ask to whom these serials belong from now on, and why."""
        return self._get_wizard("serial_dossier.serial_lot_rebind_action")

    # === BUSINESS === #

    def _rebind(self, partner, region, reason):
        """Bind serials to another distributor or region; set-based, all or none.

        The caller has seen that the user may write these serials.

        :param str reason: why; it stays in the dossier of each
        """
        refused, standing = self._get_rebind_refusals(partner, region)
        if refused:
            raise UserError(self._get_rebind_refusal_text(refused))
        now = fields.Datetime.now()
        recorded = (
            self.env["serial.event"]
            .sudo()
            ._record(
                self.ids,
                "rebound",
                lot_values={
                    "channel_partner_id": partner.id,
                    "channel_region_id": region.id,
                },
                per_lot={
                    lot_id: {"data": {"private": {"reason": reason, "was": was}}}
                    for lot_id, was in standing.items()
                },
                event_time=now,
                partner_id=partner.id,
            )
        )
        assignment = self.env["serial.channel.assignment"].sudo()
        assignment._release([(recorded, now)], "rebound")
        assignment._open([Bound(recorded, partner.id, region.id, None, now)])

    def _get_rebind_refusals(self, partner, region):
        """Return the serials that may not be re-bound, and how the others stand.

        :return: {reason: lots}, {lot id: {"channel_partner_id", "channel_region_id"}}
        """
        refused, standing = defaultdict(list), {}
        for lot_id, *values in self.env.execute_query(self._get_rebind_query()):
            unit = Unit(*values)
            reason = refusal(unit, partner.id, region.id)
            if reason:
                refused[reason].append(lot_id)
            else:
                standing[lot_id] = {
                    "channel_partner_id": unit.holder_id,
                    "channel_region_id": unit.region_id,
                }
        return {key: self.browse(ids) for key, ids in refused.items()}, standing

    def _get_rebind_query(self):
        self.flush_recordset()
        self.env["serial.channel.transfer.line"].flush_model(["lot_id", "is_open"])
        return SQL(
            """
            SELECT lot.id, lot.stage, lot.channel_partner_id, lot.channel_region_id,
                   lot.sale_date IS NOT NULL, lot.activated_at IS NOT NULL,
                   coalesce(lot.in_service, false), coalesce(lot.blocked, false),
                   coalesce(lot.recalled, false),
                   EXISTS (
                       SELECT FROM serial_channel_transfer_line line
                        WHERE line.lot_id = lot.id AND line.is_open
                   )
              FROM stock_lot lot
             WHERE lot.id = ANY(%s)
          ORDER BY lot.name, lot.id
            """,
            self.ids,
        )

    def _get_rebind_refusal_text(self, refused):
        """Return which serials may not be re-bound, and why, in a person's words."""
        lines = [
            f"{self.env._(REFUSALS[reason])}: {self._get_name_list(lots)}"
            for reason, lots in refused.items()
        ]
        return "\n".join([self.env._("These serials cannot be re-bound:"), *lines])
