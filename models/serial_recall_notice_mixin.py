from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..core.recall_notice import choose_notice

CHUNK = 500
AT_ONCE = 50
LAYOUT = "mail.mail_notification_layout"

_CONTACTS = """
SELECT unit.lot_id, unit.id AS unit_id, live.phone, buyer.id AS buyer_id,
       buyer.email_normalized AS email,
       coalesce(buyer.lang, brand.lang) AS lang,
       banned_mail.id IS NOT NULL AS refuses_mail,
       banned_phone.id IS NOT NULL AS refuses_sms,
       lot.sale_date IS NULL AND lot.activated_at IS NULL AS unsold,
       lot.channel_partner_id AS dealer_id
  FROM serial_recall_unit unit
  JOIN stock_lot lot ON lot.id = unit.lot_id
  JOIN serial_recall recall ON recall.id = unit.recall_id
  JOIN res_company company ON company.id = recall.company_id
  JOIN res_partner brand ON brand.id = company.partner_id
  LEFT JOIN LATERAL (
        SELECT phone FROM serial_activation
         WHERE lot_id = lot.id AND active AND consent_at IS NOT NULL
         LIMIT 1
       ) AS live ON true
  LEFT JOIN LATERAL (
        SELECT event.partner_id FROM serial_event event
         WHERE event.lot_id = lot.id AND event.kind = 'sold'
           AND (event.data->'private'->>'declared') IS DISTINCT FROM 'true'
           AND lot.sale_date IS NOT NULL
      ORDER BY event.sequence DESC LIMIT 1
       ) AS sold ON true
  LEFT JOIN res_partner buyer
         ON buyer.id = sold.partner_id AND buyer.channel_tier IS NULL
  LEFT JOIN mail_blacklist banned_mail
         ON banned_mail.email = buyer.email_normalized AND banned_mail.active
  LEFT JOIN phone_blacklist banned_phone
         ON banned_phone.number = live.phone AND banned_phone.active
 WHERE %s
 ORDER BY unit.lot_id
"""


class SerialRecallNoticeMixin(models.AbstractModel):
    """Telling owners and dealers of a recall.

    Owners are reached by the telephone they left with their consent when they
    activated, else by the mail address of who bought from us. Nobody else learns of
    either: messages are sent by the system and forgotten once sent.
    """

    _name = "serial.recall.notice.mixin"
    _description = "Notices of a Recall"

    mail_template_id = fields.Many2one(
        "mail.template",
        string="E-mail to Owners",
        domain="[('model', '=', 'serial.recall.unit')]",
        default=lambda self: self._get_template("mail_template_recall_owner"),
    )
    sms_template_id = fields.Many2one(
        "sms.template",
        string="Text Message to Owners",
        domain="[('model', '=', 'serial.recall.unit')]",
        default=lambda self: self._get_template("sms_template_recall_owner"),
    )
    dealer_template_id = fields.Many2one(
        "mail.template",
        string="E-mail to Dealers",
        domain="[('model', '=', 'serial.recall.dealer')]",
        default=lambda self: self._get_template("mail_template_recall_dealer"),
    )
    notified_at = fields.Datetime(readonly=True, copy=False)

    @api.model
    def _get_template(self, name):
        return self.env.ref(f"serial_dossier.{name}", raise_if_not_found=False)

    # === ACTIONS === #

    def action_notify(self):
        """Tell dealers and the owners who were not told yet."""
        self.ensure_one()
        self._ensure_manager()
        self._ensure_state("active")
        self._ensure_idle()
        if not (self.mail_template_id and self.sms_template_id):
            raise UserError(self.env._("Choose what owners are written."))
        recall_sudo = self.sudo()
        recall_sudo._find_dealers()
        recall_sudo.dealer_ids._notify()
        recall_sudo._begin("notify", self._count_open)
        return recall_sudo._go_on(AT_ONCE)

    def _count_open(self):
        return self.env["serial.recall.unit"].search_count(
            [("recall_id", "=", self.id), ("state", "in", ("open", "unreachable"))]
        )

    # === OWNERS === #

    def _notify_chunk(self):
        """Tell the owners of the next units."""
        rows = self._fetch_contacts(
            SQL(
                "unit.id IN (SELECT id FROM serial_recall_unit WHERE recall_id = %s "
                "AND lot_id > %s AND state IN ('open', 'unreachable') "
                "ORDER BY lot_id LIMIT %s)",
                self.id,
                self.last_lot_id,
                CHUNK,
            )
        )
        ways = {}
        for row in rows:
            ways.setdefault(self._choose(row), []).append(row)
        self._send_sms(ways.get("sms", []))
        self._send_mails(ways.get("mail", []))
        self._note_notices(ways)
        values = {"job_done": self.job_done + len(rows)}
        if rows:
            values["last_lot_id"] = rows[-1]["lot_id"]
        if len(rows) < CHUNK:
            values.update(job=False, job_done=self.job_total)
            values["notified_at"] = fields.Datetime.now()
        self.write(values)

    def _fetch_contacts(self, condition):
        """Return a row a unit: how its owner, or who has it in stock, is reached."""
        for name in ("serial.activation", "res.partner", "serial.recall.unit"):
            self.env[name].flush_model()
        self.env["mail.blacklist"].flush_model()
        self.env["phone.blacklist"].flush_model()
        self.env.cr.execute(SQL(_CONTACTS, condition))
        return self.env.cr.dictfetchall()

    @api.model
    def _choose(self, row):
        return choose_notice(
            phone=row["phone"] if not row["refuses_sms"] else None,
            email=row["email"] if not row["refuses_mail"] else None,
            in_trade=bool(row["unsold"] and row["dealer_id"]),
            unsold=row["unsold"],
        )

    def _note_notices(self, ways):
        units = self.env["serial.recall.unit"]
        for way, rows in ways.items():
            lot_ids = [row["lot_id"] for row in rows]
            if way == "none":
                units._set_state(self, lot_ids, "unreachable")
            elif way != "ours":
                units._set_state(self, lot_ids, "notified", notice=way)

    def _send_sms(self, rows):
        """Queue a message to each telephone, whatever the units behind it."""
        first = {}
        for row in rows:
            first.setdefault(row["phone"], row["unit_id"])
        if not first:
            return
        bodies = self._get_sender(self.sms_template_id)._render_field(
            "body", list(first.values()), compute_lang=True
        )
        self.env["sms.sms"].sudo().create(
            [
                {"number": phone, "body": bodies[unit_id], "to_delete": True}
                for phone, unit_id in first.items()
            ]
        )

    def _send_mails(self, rows):
        if rows:
            self._get_sender(self.mail_template_id).send_mail_batch(
                [row["unit_id"] for row in rows], email_layout_xmlid=LAYOUT
            )

    @api.model
    def _get_sender(self, template):
        """Return a template as notices are sent with it: with head and foot of the
        company, and products called what people call them.
        """
        return template.sudo().with_context(
            display_default_code=False,
            email_notification_force_header=True,
            email_notification_force_footer=True,
        )

    # === DEALERS === #

    dealer_ids = fields.One2many("serial.recall.dealer", "recall_id", readonly=True)

    def _find_dealers(self):
        """Note which distributors have units of the recall; one statement."""
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO serial_recall_dealer (recall_id, partner_id)
                SELECT %(recall)s, lot.channel_partner_id
                  FROM serial_recall_unit unit
                  JOIN stock_lot lot ON lot.id = unit.lot_id
                 WHERE unit.recall_id = %(recall)s
                   AND lot.channel_partner_id IS NOT NULL
              GROUP BY lot.channel_partner_id
                    ON CONFLICT (recall_id, partner_id) DO NOTHING
                """,
                recall=self.id,
            )
        )
        self.env["serial.recall.dealer"].invalidate_model(flush=False)
        self.invalidate_recordset(["dealer_ids"], flush=False)
