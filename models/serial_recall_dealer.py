from odoo import api, fields, models
from odoo.tools import SQL

from ..core.recall_scope import closure_of
from .serial_recall_notice_mixin import LAYOUT

COUNTS = ("unit_count", "open_count", "remedied_count")


class SerialRecallDealer(models.Model):
    """A distributor with units of a recall: told, acknowledged, how far he is."""

    _name = "serial.recall.dealer"
    _description = "Dealer in a Recall"
    _order = "recall_id desc, id"
    _rec_name = "partner_id"
    _log_access = False

    recall_id = fields.Many2one(
        "serial.recall", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="recall_id.company_id")
    partner_id = fields.Many2one(
        "res.partner",
        string="Distributor",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    notified_at = fields.Datetime(readonly=True)
    acknowledged_at = fields.Datetime(readonly=True)
    acknowledged_by_id = fields.Many2one("res.users", readonly=True)
    unit_count = fields.Integer(string="Units", compute="_compute_counts")
    open_count = fields.Integer(string="To Remedy", compute="_compute_counts")
    remedied_count = fields.Integer(string="Remedied", compute="_compute_counts")
    closure_rate = fields.Float(compute="_compute_counts")

    _dealer_uniq = models.UniqueIndex(
        "(recall_id, partner_id)", "A dealer is on a recall once."
    )

    def _compute_counts(self):
        """Count the units a distributor has now; one query for all of them."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT unit.recall_id, lot.channel_partner_id, count(*),
                       count(*) FILTER (WHERE unit.state = 'remedied')
                  FROM serial_recall_unit unit
                  JOIN stock_lot lot ON lot.id = unit.lot_id
                 WHERE unit.recall_id = ANY(%s) AND lot.channel_partner_id = ANY(%s)
              GROUP BY 1, 2
                """,
                self.recall_id.ids,
                self.partner_id.ids,
            )
        )
        counts = {row[:2]: row[2:] for row in rows}
        for dealer in self:
            key = dealer.recall_id.id, dealer.partner_id.id
            total, remedied = counts.get(key, (0, 0))
            dealer.unit_count = total
            dealer.remedied_count = remedied
            dealer.open_count = total - remedied
            dealer.closure_rate = closure_of(remedied, total)

    # === ACTIONS === #

    def action_view_units(self):
        """Open the units of the recall that this distributor has."""
        self.ensure_one()
        return self.recall_id._view_units(
            [("lot_id.channel_partner_id", "=", self.partner_id.id)]
        )

    # === BUSINESS === #

    def _notify(self):
        """Write to the dealers who were not told yet."""
        now = fields.Datetime.now()
        for dealer in self.filtered(lambda one: not one.notified_at):
            contacts = dealer._get_contacts()
            template = dealer.recall_id.dealer_template_id
            if template and contacts:
                dealer.recall_id._get_sender(template).send_mail(
                    dealer.id,
                    email_values={"recipient_ids": [fields.Command.set(contacts.ids)]},
                    email_layout_xmlid=LAYOUT,
                )
                dealer.notified_at = now

    def _get_contacts(self):
        """Return whom to write to: who logs in for the distributor, else himself."""
        people = self.partner_id.channel_user_ids.partner_id or self.partner_id
        return people.filtered("email")

    @api.model
    def _acknowledge(self, recall_sudo, partner_sudo):
        """Note that a distributor has read of a recall; once."""
        dealer_sudo = self.sudo().search(
            [("recall_id", "=", recall_sudo.id), ("partner_id", "=", partner_sudo.id)]
        )
        if not dealer_sudo:
            dealer_sudo = dealer_sudo.create(
                {"recall_id": recall_sudo.id, "partner_id": partner_sudo.id}
            )
        if not dealer_sudo.acknowledged_at:
            dealer_sudo.write(
                {
                    "acknowledged_at": fields.Datetime.now(),
                    "acknowledged_by_id": self.env.uid,
                }
            )
        return dealer_sudo
