from odoo import Command, models
from odoo.tools import SQL

from .retention_sql import HELD

# What tells about a person, by model. Dates, products and coarse places stay: the
# events of the units do, and they name nobody.
ERASED = {
    "serial.activation": (
        "phone",
        "phone_masked",
        "account",
        "owner_key",
        "ip_prefix",
        "city",
        "radius_km",
        "observations",
    ),
    "serial.warranty": ("owner_key", "owner_masked", "invoice_number"),
    "serial.diversion.whitelist": ("phone_key", "account_key"),
    "repair.order": (
        "serial_phone",
        "serial_phone_masked",
        "serial_email",
        "serial_fault_note",
    ),
}
PARTNER = (
    "phone",
    "email",
    "street",
    "street2",
    "city",
    "zip",
    "vat",
    "function",
    "website",
    "comment",
    "ref",
    "company_name",
    "image_1920",
)


class SerialPersonalEraseMixin(models.AbstractModel):
    """Erasing what tells about a person; what has to stay says why."""

    _name = "serial.personal.erase.mixin"
    _description = "Erasure of Personal Data"

    # === WHAT STAYS === #

    def _get_kept(self, records_sudo):
        """Return {id: reason} of the records of one model that may not be erased."""
        name = records_sudo._name
        if name == "res.partner":
            return self._get_kept_partners(records_sudo)
        kept = {}
        if "lot_id" in records_sudo._fields:
            held = self._get_held(records_sudo.lot_id.ids)
            kept = {
                record.id: "hold" for record in records_sudo if record.lot_id.id in held
            }
        if name == "repair.order":
            ended = records_sudo.filtered(lambda one: one.state in ("done", "cancel"))
            kept.update(dict.fromkeys((records_sudo - ended).ids, "repair"))
        if name == "serial.tradein":
            # One claim a person: who has claimed stays known by a keyed hash only.
            kept.update(dict.fromkeys(records_sudo.ids, "claim"))
        return kept

    def _get_held(self, lot_ids):
        self.env["serial.hold"]._end_expired()
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM stock_lot lot WHERE id = ANY(%s) AND %s",
                list(lot_ids),
                SQL(HELD),
            )
        )
        return {row[0] for row in rows}

    def _get_kept_partners(self, partners_sudo):
        """Parties we trade with are no consumers; invoices are kept by law."""
        kept = {}
        invoiced = dict(
            self.env["account.move"]
            .sudo()
            ._read_group(
                [("partner_id", "in", partners_sudo.ids), ("state", "=", "posted")],
                ["partner_id"],
                ["__count"],
            )
        )
        for partner in partners_sudo:
            if partner.is_company or partner.channel_tier or partner.is_service_centre:
                kept[partner.id] = "party"
            elif partner.with_context(active_test=False).user_ids:
                kept[partner.id] = "user"
            elif partner in invoiced:
                kept[partner.id] = "invoice"
        return kept

    # === WHAT GOES === #

    def _erase_records(self, records_sudo, person):
        """Erase what records of one model tell; they themselves stay."""
        if not records_sudo:
            return
        if records_sudo._name == "serial.activation.claim":
            # A try that came too late, known by a hash of who made it.
            records_sudo.unlink()
            return
        if records_sudo._name == "res.partner":
            self._erase_partners(records_sudo)
        else:
            self._erase_columns(records_sudo)
        self._erase_files(records_sudo)
        self._erase_mails(records_sudo, person)

    def _erase_columns(self, records_sudo):
        """Empty columns past all tracking, which would keep the old values."""
        names = ERASED.get(records_sudo._name, ())
        names = [name for name in names if name in records_sudo._fields]
        if not names:
            return
        records_sudo.flush_recordset()
        self.env.cr.execute(
            SQL(
                "UPDATE %s SET %s WHERE id = ANY(%s)",
                SQL.identifier(records_sudo._table),
                SQL(", ").join(SQL("%s = NULL", SQL.identifier(n)) for n in names),
                records_sudo.ids,
            )
        )
        records_sudo.invalidate_recordset(names, flush=False)
        records_sudo.modified(names)

    def _erase_partners(self, partners_sudo):
        quiet = partners_sudo.with_context(tracking_disable=True)
        stored = [name for name in PARTNER if name in quiet._fields]
        quiet.write(
            {
                **dict.fromkeys(stored, False),
                "name": self.env._("Erased"),
                "partner_latitude": 0,
                "partner_longitude": 0,
                "active": False,
            }
        )
        quiet.child_ids.filtered(lambda child: not child.is_company).write(
            {**dict.fromkeys(stored, False), "active": False}
        )
        partners_sudo.message_ids.sudo().unlink()

    def _erase_files(self, records_sudo):
        """Delete what a person has sent: pictures, proofs, words."""
        name = records_sudo._name
        if name == "serial.activation":
            proofs = records_sudo.proof_ids
            proofs.attachment_ids.unlink()
            self._empty(proofs, "body")
        if name == "repair.order":
            said = records_sudo.serial_message_ids
            said.attachment_ids.unlink()
            self._empty(said.filtered(lambda one: one.side == "consumer"), "body")
            records_sudo.serial_photo_ids.unlink()
            strangers = records_sudo.filtered(lambda one: not one.partner_id.active)
            strangers.message_follower_ids.filtered(
                lambda follower: follower.partner_id in strangers.partner_id
            ).unlink()
        if name == "serial.diversion.whitelist":
            # Without what it names it would excuse everybody.
            records_sudo.active = False
        if name == "serial.warranty":
            records_sudo.attachment_ids.unlink()
            records_sudo.write({"attachment_ids": [Command.clear()]})

    def _empty(self, records_sudo, column):
        records_sudo.flush_recordset()
        self.env.cr.execute(
            SQL(
                "UPDATE %s SET %s = NULL WHERE id = ANY(%s)",
                SQL.identifier(records_sudo._table),
                SQL.identifier(column),
                records_sudo.ids,
            )
        )
        records_sudo.invalidate_recordset([column], flush=False)

    def _erase_mails(self, records_sudo, person):
        """Delete what was written to the person, or names him in a chatter."""
        for word in filter(None, (person.get("phone"), person.get("email"))):
            messages = (
                self.env["mail.message"]
                .sudo()
                .search(
                    [
                        ("model", "=", records_sudo._name),
                        ("res_id", "in", records_sudo.ids),
                        "|",
                        "|",
                        ("body", "ilike", word),
                        ("email_from", "ilike", word),
                        ("outgoing_email_to", "ilike", word),
                    ]
                )
            )
            messages.unlink()

    def _erase_queues(self, person):
        """Delete mails and text messages that wait, or were sent, to the person."""
        if person["email"]:
            self.env["mail.mail"].sudo().search(
                [("email_to", "ilike", person["email"])]
            ).unlink()
        if person["phone"]:
            self.env["sms.sms"].sudo().search(
                [("number", "=", person["phone"])]
            ).unlink()
