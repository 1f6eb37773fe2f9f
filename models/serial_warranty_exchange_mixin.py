from odoo import api, fields, models
from odoo.exceptions import UserError

# What stays as it was when another unit takes over.
KEPT_RECORDS = ("policy_id", "country_id", "seller_id", "partner_id")
KEPT = (
    "months",
    "basis",
    "basis_date",
    "start",
    "end",
    "proof",
    "is_distance_sale",
    "invoice_number",
    "owner_key",
    "owner_masked",
    "transferred_on",
)


class SerialWarrantyExchangeMixin(models.AbstractModel):
    """A warranty that goes on with another unit, another owner, or better papers."""

    _name = "serial.warranty.exchange.mixin"
    _description = "Changes of a Warranty"

    @api.model
    def _exchange(self, old_lot, new_lot, day):
        """Let a unit take another one's place: the term starts anew, or goes on.

        :return: the live registration of the new unit
        """
        self_sudo = self.sudo()
        old_sudo = self_sudo._stamp(old_lot.ids, cause="exchange")
        if not old_sudo:
            raise UserError(
                self.env._(
                    "Nothing is known of when %(serial)s was sold or made: register "
                    "its warranty first.",
                    serial=old_lot.name,
                )
            )
        self_sudo._void(new_lot.ids, "exchanged")
        values = self_sudo._prepare_exchange(old_sudo, new_lot, day)
        old_sudo.write({"state": "replaced"})
        new_sudo = self_sudo.create(values)
        self_sudo._move_extensions(old_sudo, new_sudo)
        self_sudo._refresh((old_lot | new_lot).ids)
        new_sudo.message_post(
            body=self.env._(
                "Takes the place of %(serial)s, exchanged on %(date)s.",
                serial=old_lot.name,
                date=day,
            )
        )
        return new_sudo.with_env(self.env)

    def _prepare_exchange(self, old, new_lot, day):
        """Return the values of the registration that takes another one's place."""
        restarts = not old.policy_id or old.policy_id.exchange_restarts
        past = [] if restarts else self._get_units(old.lot_id.ids)[0]["repairs"]
        return {
            **{name: old[name].id for name in KEPT_RECORDS},
            **{name: old[name] for name in KEPT},
            "lot_id": new_lot.id,
            "company_id": new_lot.company_id.id or old.company_id.id,
            "cause": "exchange",
            "exchanged_on": day if restarts else False,
            "past_repairs": (old.past_repairs or []) + (past or []) or False,
            "replaces_id": old.id,
            "attachment_ids": [fields.Command.set(old.attachment_ids.ids)],
        }

    def _move_extensions(self, old, new):
        extensions = self.env["serial.warranty.extension"].search(
            [("warranty_id", "=", old.id), ("state", "=", "sold")]
        )
        extensions.write({"warranty_id": new.id, "lot_id": new.lot_id.id})

    @api.model
    def _undo_exchange(self, old_lot, new_lot):
        """Take back that a unit took another one's place."""
        new_sudo = self.sudo()._get_live(new_lot.ids)
        old_sudo = new_sudo.replaces_id
        if old_sudo.lot_id != old_lot:
            return
        self.sudo()._move_extensions(new_sudo, old_sudo)
        new_sudo.write({"state": "void", "void_reason": "corrected"})
        old_sudo.write({"state": "live"})
        self.sudo()._refresh((old_lot | new_lot).ids)

    # === PROOF AND OWNER === #

    def _prove(self, proof, basis, day, **values):
        """Keep a proof, and count from the day it proves.

        :param str proof: invoice or card
        :param str basis: what the day is of: sale or delivery
        :param values: `invoice_number`, `seller_id`, `attachment_ids`,
            `is_distance_sale`
        """
        self.ensure_one()
        before = self.end
        self.sudo().write({"proof": proof, "basis": basis, "basis_date": day, **values})
        self.sudo()._refresh(self.lot_id.ids)
        self.message_post(
            body=self.env._(
                "Counted from %(day)s by proof; it ended on %(before)s before and ends "
                "on %(after)s now.",
                day=day,
                before=before or "-",
                after=self.end or "-",
            )
        )

    def _transfer(self, number, day, partner=None):
        """Pass the warranty on to a new owner.

        :param number: the new owner's telephone, as `phonenumbers` parses it, or None
        """
        self.ensure_one()
        activation = self.env["serial.activation"].sudo()
        phone = activation._prepare_phone_vals(number) if number else {}
        key = activation._make_hash("phone_key")(phone.get("phone"))
        self.sudo().write(
            {
                "owner_key": key,
                "owner_masked": phone.get("phone_masked"),
                "partner_id": partner and partner.id,
                "transferred_on": day,
            }
        )
        self.sudo()._refresh(self.lot_id.ids)
        self.message_post(
            body=self.env._("Passed on to a new owner on %(day)s.", day=day)
        )
