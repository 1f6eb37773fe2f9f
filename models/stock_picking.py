from collections import defaultdict

from odoo import api, fields, models


class StockPicking(models.Model):
    _name = "stock.picking"
    _inherit = [
        "serial.guarded.mixin",
        "serial.carton.picking.mixin",
        "stock.picking",
        "serial.carton.announced.mixin",
        "serial.leak.count.mixin",
        "serial.recall.picking.mixin",
        "serial.coded.picking.mixin",
        "serial.picking.scan.mixin",
    ]
    _guarded_fields = frozenset({"serial_tradein_id"})

    serial_region_id = fields.Many2one(
        "serial.channel.region",
        string="Target Region",
        domain="['|', ('date_to', '=', False), ('date_to', '>=', 'today')]",
        help="Units on this delivery are bound to this region. Empty: the region of "
        "the sale order, else the distributor's own.",
    )
    serial_region_missing = fields.Selection(
        [
            ("none", "The distributor has no region"),
            ("several", "The distributor has several regions"),
            ("invalid", "The target region is not valid today"),
        ],
        compute="_compute_serial_region_missing",
    )
    serial_count = fields.Integer(compute="_compute_serial_count")

    transfer_ids = fields.One2many("serial.channel.transfer", "picking_id")
    serial_tradein_id = fields.Many2one(
        "serial.tradein",
        string="Trade-in",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The claim whose old unit this transfer takes in or gives back.",
    )

    # === COMPUTE === #

    @api.depends(
        "serial_region_id",
        "sale_id.serial_region_id",
        "serial_region_id.date_from",
        "serial_region_id.date_to",
        "partner_id.commercial_partner_id.channel_tier",
        "partner_id.commercial_partner_id.channel_region_ids",
        "location_dest_id.usage",
        "state",
    )
    def _compute_serial_region_missing(self):
        for picking in self:
            picking.serial_region_missing = picking._get_region_gap()

    def _get_region_gap(self):
        """Return why units of this delivery would be bound to no region, or False."""
        partner = self.partner_id.commercial_partner_id
        given = self.serial_region_id or self.sale_id.sudo().serial_region_id
        to_channel = self.location_dest_id.usage == "customer" and partner.channel_tier
        if not to_channel or self.state in ("done", "cancel"):
            return False
        if given:
            return False if given._is_valid_today() else "invalid"
        if not partner.channel_region_ids:
            return "none"
        return False if partner.channel_region_ids._get_covering() else "several"

    def _compute_serial_count(self):
        counts = defaultdict(int)
        for move, count in self.env["stock.move.line"]._read_group(
            self._get_serial_line_domain(), ["move_id"], ["lot_id:count_distinct"]
        ):
            counts[move.picking_id] += count
        for picking in self:
            picking.serial_count = counts[picking._origin]

    def _get_leak_field(self):
        return "picking_id"

    def _get_serial_line_domain(self):
        return [
            ("move_id.picking_id", "in", self.ids),
            ("lot_id", "!=", False),
            ("product_id.tracking", "=", "serial"),
        ]

    # === ACTIONS === #

    def action_view_transfer(self):
        """Open what the distributor says has arrived of this delivery."""
        return self.transfer_ids._get_records_action()

    def action_view_serials(self):
        """Open the serials on this transfer."""
        self.ensure_one()
        lines = self.env["stock.move.line"].search(self._get_serial_line_domain())
        return self.env["stock.lot"]._get_dossier_window(
            self.env._("Serials of %(picking)s", picking=self.display_name),
            [("id", "in", lines.lot_id.ids)],
        )
