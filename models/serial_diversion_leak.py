from odoo import api, fields, models

from .window import list_window

KINDS = [
    ("carton", "Carton"),
    ("shipment", "Shipment"),
    ("batch", "Production Batch"),
    ("window", "Distributor and Month"),
]


class SerialDiversionLeak(models.Model):
    """A group of units of which more than chance allows turned up in one place.

    Written by a scoring run only. A later run that finds the group again with other
    numbers writes a new leak and leaves the earlier one as it was, superseded.
    """

    _name = "serial.diversion.leak"
    _inherit = ["serial.leak.tell.mixin"]
    _description = "Leak"
    _order = "id desc"

    name = fields.Char(required=True, readonly=True, default="New")
    run_id = fields.Many2one(
        "serial.diversion.run",
        string="Scoring Run",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="The run that wrote this leak.",
    )
    found_at = fields.Datetime(readonly=True)
    confirmed_at = fields.Datetime(
        string="Last Found",
        readonly=True,
        help="When a run last came to this same result.",
    )
    kind = fields.Selection(KINDS, string="Kind of Group", required=True, readonly=True)
    key = fields.Char(string="Group", required=True, readonly=True)
    place = fields.Char(
        string="Place Code",
        required=True,
        readonly=True,
        help="Country, or country and subdivision after ISO 3166-2.",
    )
    country_id = fields.Many2one("res.country", readonly=True)
    state_id = fields.Many2one("res.country.state", string="Subdivision", readonly=True)
    partner_id = fields.Many2one(
        "res.partner", string="Distributor", readonly=True, index="btree_not_null"
    )
    region_id = fields.Many2one(
        "serial.channel.region", string="Target Region", readonly=True
    )
    product_id = fields.Many2one("product.product", readonly=True)
    picking_id = fields.Many2one(
        "stock.picking", string="Delivery", readonly=True, index="btree_not_null"
    )
    package_id = fields.Many2one("stock.package", string="Carton", readonly=True)
    batch_id = fields.Many2one("serial.batch", readonly=True)
    window = fields.Char(
        string="Months",
        readonly=True,
        help="Year and month in which the distributor received the units; of several "
        "months the first and the last.",
    )
    n = fields.Integer(string="Units Seen", readonly=True, aggregator="sum")
    k = fields.Integer(string="Seen in that Place", readonly=True, aggregator="sum")
    expected = fields.Float(
        string="Expected by Error",
        readonly=True,
        digits=(16, 2),
        help="So many units would seem to be in that place if none was: locating an "
        "address errs.",
    )
    share = fields.Float(string="Share Seen there", readonly=True, aggregator="avg")
    share_low = fields.Float(string="Share, at Least", readonly=True, aggregator="avg")
    share_high = fields.Float(string="Share, at Most", readonly=True, aggregator="avg")
    p_value = fields.Float(
        string="Probability of Chance", readonly=True, aggregator="max", digits=0
    )
    odds = fields.Float(
        readonly=True,
        aggregator="min",
        digits=0,
        help="So much to one that units of this group left.",
    )
    certain = fields.Boolean(
        readonly=True,
        default=True,
        help="Not certain: likelier than not, but more of such findings are mistakes "
        "than the rules allow. It opens a case and accuses no unit.",
    )
    rule_version = fields.Char(string="Rules", readonly=True)
    sources = fields.Json(
        readonly=True, help="Files and devices that located the units, with months."
    )
    line_ids = fields.One2many(
        "serial.diversion.leak.unit", "leak_id", string="Units", readonly=True
    )
    unit_count = fields.Integer(
        string="Units Involved", readonly=True, aggregator="sum"
    )
    alert_count = fields.Integer(compute="_compute_alert_count")
    state = fields.Selection(
        [
            ("open", "Open"),
            ("superseded", "Superseded"),
            ("faded", "No Longer Found"),
        ],
        default="open",
        required=True,
        readonly=True,
    )
    superseded_by_id = fields.Many2one(
        "serial.diversion.leak", readonly=True, index="btree_not_null"
    )
    case_id = fields.Many2one(
        "serial.diversion.case", readonly=True, index="btree_not_null"
    )
    company_id = fields.Many2one("res.company", readonly=True)

    _group_open_uniq = models.UniqueIndex(
        "(kind, key, place) WHERE state = 'open'",
        "A group has one open leak a place.",
    )

    # === COMPUTE === #

    @api.depends("name", "kind", "key")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for leak in self:
            leak.display_name = f"{leak.name} ({leak._get_group_name()})"

    def _compute_alert_count(self):
        counts = dict(
            self.env["serial.diversion.alert"]._read_group(
                [("leak_id", "in", self.ids)], ["leak_id"], ["__count"]
            )
        )
        for leak in self:
            leak.alert_count = counts.get(leak._origin, 0)

    # === ACTIONS === #

    def action_view_units(self):
        """Open the dossiers of the units involved."""
        self.ensure_one()
        return self.env["stock.lot"]._get_dossier_window(
            self.env._("Units of %(leak)s", leak=self.name),
            [("id", "in", self.line_ids.lot_id.ids)],
        )

    def action_view_alerts(self):
        """Open the alerts that this leak raised."""
        self.ensure_one()
        return list_window(
            "serial.diversion.alert",
            self.env._("Alerts of %(leak)s", leak=self.name),
            [("leak_id", "=", self.id)],
        )

    def action_view_picking(self):
        """Open the delivery that the units left with."""
        self.ensure_one()
        return self.picking_id._get_records_action()

    def action_view_case(self):
        """Open the case that this leak is looked into with."""
        self.ensure_one()
        return self.case_id._get_records_action()
