from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    channel_tier = fields.Selection(
        [("tier1", "Tier-1 Distributor"), ("tier2", "Tier-2 Distributor")],
        help="Deliveries to a distributor bind every serial on them to him.",
    )
    channel_parent_id = fields.Many2one(
        "res.partner",
        string="Supplied by",
        domain="[('channel_tier', '=', 'tier1')]",
        index="btree_not_null",
    )
    channel_child_ids = fields.One2many("res.partner", "channel_parent_id")
    channel_region_ids = fields.Many2many(
        "serial.channel.region", string="Channel Regions"
    )
