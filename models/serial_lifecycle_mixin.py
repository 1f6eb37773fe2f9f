from odoo import api, fields, models
from odoo.exceptions import UserError

from ..core import lifecycle

STAGES = [
    ("minted", "Minted"),
    ("produced", "Produced"),
    ("shipped", "Shipped"),
    ("activated", "Activated"),
    ("traded_in", "Traded in"),
    ("retired", "Retired"),
    ("void", "Void"),
]


class SerialLifecycleMixin(models.AbstractModel):
    """Stage and flags of a serial, and the only way to change the stage."""

    _name = "serial.lifecycle.mixin"
    _description = "Life of a Serial"

    stage = fields.Selection(
        STAGES,
        readonly=True,
        copy=False,
        help="How far the serial has come. Empty: it is not coded.",
    )
    in_service = fields.Boolean(readonly=True, copy=False)
    recalled = fields.Boolean(readonly=True, copy=False)
    blocked = fields.Boolean(readonly=True, copy=False)
    event_count = fields.Integer(string="Events", readonly=True, copy=False)
    event_ids = fields.One2many("serial.event", "lot_id", readonly=True)

    # === CRUD === #

    def write(self, vals):
        self._ensure_writable(vals)
        return super().write(vals)

    def _ensure_writable(self, vals):
        """Refuse other names, codes and products once a serial left `minted`."""
        for name in ("name", "scan_code", "product_id"):
            if name not in vals:
                continue
            frozen = self.filtered(
                lambda lot, name=name: (
                    lifecycle.is_frozen(lot.stage)
                    and lot._fields[name].convert_to_write(lot[name], lot) != vals[name]
                )
            )
            if frozen:
                raise UserError(
                    self.env._(
                        "These serials left the stage Minted and keep their number, "
                        "code and product: %(serials)s",
                        serials=self._get_name_list(frozen),
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_left_minted(self):
        frozen = self.filtered(lambda lot: lifecycle.is_frozen(lot.stage))
        if frozen:
            raise UserError(
                self.env._(
                    "These serials left the stage Minted and cannot be deleted: "
                    "%(serials)s",
                    serials=self._get_name_list(frozen),
                )
            )

    def _get_name_list(self, lots, most=10):
        names = ", ".join(lots[:most].mapped("name"))
        rest = len(lots) - most
        return (
            self.env._("%(names)s and %(rest)s more", names=names, rest=rest)
            if (rest > 0)
            else names
        )

    # === BUSINESS === #

    def _move_to_stage(self, stage, kind, strict=True, **values):
        """Move serials to a stage and record the step; the only writer of `stage`.

        :param strict: raise and name the serials that may not move; else leave them
        :param values: see `serial.event._record`
        :return: the serials that moved
        """
        moved = self.browse(
            self.env["serial.event"].sudo()._record(self.ids, kind, stage, **values)
        )
        if strict and len(moved) < len(self):
            raise UserError(self._get_refusal(self - moved, stage))
        return moved

    def _get_refusal(self, lots, stage):
        """Return why serials cannot go to a stage, in a person's words."""
        labels = dict(self._fields["stage"]._description_selection(self.env))
        return self.env._(
            "These serials cannot become %(stage)s: %(serials)s",
            stage=labels[stage],
            serials=", ".join(
                f"{lot.name} ({labels.get(lot.stage) or self.env._('not coded')})"
                for lot in lots[:10]
            ),
        )

    # === VERIFY CHAIN === #

    def action_verify_chain(self):
        """Check the hash chains of these serials and tell the result."""
        broken = self.env["serial.event"]._get_broken_chains(self.ids)
        if broken:
            lots = self.browse(broken)
            message = self.env._(
                "Broken chain: %(serials)s", serials=self._get_name_list(lots)
            )
        else:
            message = self.env._(
                "%(events)s events of %(serials)s serials checked: every chain holds.",
                events=sum(self.mapped("event_count")),
                serials=len(self),
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "danger" if broken else "success",
                "message": message,
                "sticky": bool(broken),
            },
        }
