from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..core import transfer as rules


class SerialChannelTransfer(models.Model):
    """Units on their way from one company of the channel to another.

    The sender holds them until the receiver says that they arrived. A delivery of the
    brand is one too: its units are the receiver's already, he acknowledges them.
    """

    _name = "serial.channel.transfer"
    _inherit = [
        "serial.number.mixin",
        "mail.thread",
        "mail.activity.mixin",
        "serial.guarded.mixin",
        "serial.state.mixin",
        "serial.transfer.send.mixin",
        "serial.transfer.announce.mixin",
        "serial.transfer.receive.mixin",
        "serial.transfer.settle.mixin",
        "serial.transfer.portal.mixin",
        "serial.transfer.office.mixin",
    ]
    _description = "Channel Transfer"
    _order = "id desc"
    _number_prefix = "CT"
    _guarded_fields = frozenset(
        {"name", "state", "picking_id", "sent_at", "received_at"}
    )
    _count_fields = (
        "unit_count",
        "expected_count",
        "received_count",
        "missing_count",
        "surplus_count",
        "disputed_count",
    )

    sender_id = fields.Many2one(
        "res.partner",
        index="btree_not_null",
        domain="[('channel_tier', '!=', False)]",
        tracking=True,
        help="Empty: the brand itself.",
    )
    receiver_id = fields.Many2one(
        "res.partner",
        required=True,
        index=True,
        domain="[('channel_tier', '!=', False)]",
        tracking=True,
    )
    sender_name = fields.Char(string="From", compute="_compute_sender_name")
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("sent", "On the Way"),
            ("disputed", "Disputed"),
            ("received", "Received"),
            ("cancelled", "Cancelled"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
        group_expand=True,
        index=True,
    )
    picking_id = fields.Many2one(
        "stock.picking",
        string="Delivery",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    line_ids = fields.One2many("serial.channel.transfer.line", "transfer_id")
    note = fields.Text(string="Message to the Receiver")
    sent_at = fields.Datetime(readonly=True, copy=False)
    received_at = fields.Datetime(readonly=True, copy=False)
    unit_count = fields.Integer(string="Units", compute="_compute_counts")
    expected_count = fields.Integer(string="Still Expected", compute="_compute_counts")
    received_count = fields.Integer(string="Received", compute="_compute_counts")
    missing_count = fields.Integer(string="Missing", compute="_compute_counts")
    surplus_count = fields.Integer(string="Surplus", compute="_compute_counts")
    disputed_count = fields.Integer(string="In Dispute", compute="_compute_counts")
    is_in_my_channel = fields.Boolean(
        compute="_compute_is_in_my_channel", search="_search_is_in_my_channel"
    )

    _picking_uniq = models.UniqueIndex(
        "(picking_id, receiver_id) WHERE picking_id IS NOT NULL",
        "A delivery is acknowledged once only.",
    )

    # === COMPUTE === #

    @api.depends("sender_id", "company_id")
    def _compute_sender_name(self):
        for transfer in self:
            sender_sudo = transfer.sudo().sender_id
            transfer.sender_name = (
                sender_sudo.display_name or transfer.sudo().company_id.display_name
            )

    @api.depends("line_ids.state", "line_ids.resolution", "state")
    def _compute_counts(self):
        counts = self._get_counts()
        for transfer in self:
            given = counts.get(transfer.id, {})
            for name in self._count_fields:
                transfer[name] = given.get(name, 0)

    def _get_counts(self):
        """Return {transfer id: {name of the count: how many}}; two queries at most.

        What a delivery of the brand announces is what is still bound by it.
        """
        self.env["serial.channel.transfer.line"].flush_model()
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT line.transfer_id, count(*) AS unit_count,
                       count(*) FILTER (WHERE state = 'expected') AS expected_count,
                       count(*) FILTER (WHERE state = 'received') AS received_count,
                       count(*) FILTER (WHERE state = 'missing') AS missing_count,
                       count(*) FILTER (WHERE state = 'surplus') AS surplus_count,
                       count(*) FILTER (WHERE state IN ('missing', 'surplus')
                                          AND resolution IS NULL) AS disputed_count
                  FROM serial_channel_transfer_line line
                 WHERE line.transfer_id = ANY(%s)
              GROUP BY line.transfer_id
                """,
                self.ids,
            )
        )
        counts = {row.pop("transfer_id"): row for row in rows}
        silent = self.sudo().filtered(
            lambda transfer: (
                transfer.id not in counts
                and transfer.picking_id
                and transfer.state == "sent"
            )
        )
        for transfer_id, count in silent._count_announced().items():
            counts[transfer_id] = {"unit_count": count, "expected_count": count}
        return counts

    def _compute_is_in_my_channel(self):
        mine = self.sudo().search(
            Domain("id", "in", self.ids) & self._get_channel_domain()
        )
        for transfer in self:
            transfer.is_in_my_channel = transfer._origin in mine

    def _search_is_in_my_channel(self, operator, value):
        if operator != "in":
            return NotImplemented
        domain = self._get_channel_domain()
        return domain if True in value else ~domain

    def _get_channel_domain(self):
        """Return which transfers concern the user's company and whom it supplies.

        A draft is its sender's alone.
        """
        partner_ids = self.env.user._get_channel_partner()._get_channel_subtree_ids()
        return Domain("sender_id", "in", partner_ids) | (
            Domain("receiver_id", "in", partner_ids) & Domain("state", "!=", "draft")
        )

    # === CRUD === #

    def write(self, vals):
        if {"sender_id", "receiver_id", "company_id"} & set(vals):
            sent = self.filtered(lambda transfer: transfer.state != "draft")
            if sent:
                raise UserError(
                    self.env._(
                        "These transfers have been sent and keep their parties: "
                        "%(names)s",
                        names=", ".join(sent[:10].mapped("name")),
                    )
                )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_sent(self):
        sent = self.filtered(lambda transfer: transfer.state != "draft")
        if sent:
            raise UserError(
                self.env._(
                    "Only drafts can be deleted; cancel these: %(names)s",
                    names=", ".join(sent[:10].mapped("name")),
                )
            )

    # === CHECKS === #

    def _ensure_office(self):
        """Refuse those who do not work for the brand."""
        self.check_access("write")

    def _ensure_route(self):
        """Refuse a sender who may not supply that receiver."""
        reason = self._get_route_refusal(self.sender_id, self.receiver_id)
        if reason:
            raise UserError(self.env["serial.reason"]._get_text(reason))

    @api.model
    def _get_route_refusal(self, sender, receiver):
        parties = [
            rules.Party(
                partner.id,
                partner.channel_tier or "",
                partner.channel_parent_id.commercial_partner_id.id,
                partner.active,
            )
            if partner
            else None
            for partner in (sender.sudo(), receiver.sudo())
        ]
        return rules.refusal_of_route(*parties)

    def _lock(self):
        """Make the steps of one transfer queue; who comes second is run again."""
        self.ensure_one()
        self.flush_recordset()
        self.env.cr.execute(
            SQL(
                "UPDATE serial_channel_transfer SET write_date = %s WHERE id = %s",
                fields.Datetime.now(),
                self.id,
            )
        )
        self.invalidate_recordset(["state", "write_date"], flush=False)
