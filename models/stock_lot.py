from odoo import fields, models

from .held_many2one import HeldMany2one
from .unchecked_many2one import UncheckedMany2one

# Room in every page for each row's next version, as units of one batch go on together.
_ROOM = "ALTER TABLE stock_lot SET (fillfactor = 50)"


class StockLot(models.Model):
    """The serial: what a unit is called and where its life stands."""

    _name = "stock.lot"
    _inherit = [
        "stock.lot",
        "serial.guarded.mixin",
        "serial.lifecycle.mixin",
        "serial.reinstate.mixin",
        "serial.code.mixin",
        "serial.find.mixin",
        "serial.sale.mixin",
        "serial.warranty.mixin",
        "serial.dossier.mixin",
        "serial.digital.link.mixin",
        "serial.places.mixin",
        "serial.part.unit.mixin",
        "serial.unit.carton.mixin",
        "serial.order.mixin",
        "serial.search.mixin",
        "serial.rebind.mixin",
        "serial.repaired.mixin",
        "serial.recall.lot.mixin",
        "serial.mark.lot.mixin",
    ]

    _guarded_fields = frozenset(
        {
            "stage",
            "scan_code",
            "event_count",
            "in_service",
            "recalled",
            "blocked",
            "serial_batch_id",
            "serial_import_id",
            "announced_package_id",
            "channel_partner_id",
            "channel_region_id",
            "shipped_at",
            "sale_date",
            "activated_at",
            "purge_id",
        }
    )

    # === PRODUCED === #
    plant = fields.Char(copy=False)
    production_line = fields.Char(copy=False)
    machine = fields.Char(copy=False)
    production_date = fields.Date(copy=False)
    expiry_date = fields.Date(copy=False)
    serial_import_id = fields.Many2one(
        "serial.import",
        string="Factory File",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The file that changed this serial last.",
    )

    captured_ids = fields.One2many("serial.captured", "lot_id", readonly=True)
    announced_package_id = fields.Many2one(
        "stock.package",
        string="Packed by its Maker in",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="The carton in which a partner said it is, while it is not in stock.",
    )

    # === SHIPPED === #
    # An event names the party as well, and its foreign key keeps it from being deleted.
    channel_partner_id = HeldMany2one(
        "res.partner", string="Distributor", readonly=True, copy=False
    )
    channel_region_id = fields.Many2one(
        "serial.channel.region", string="Target Region", readonly=True, copy=False
    )
    assignment_ids = fields.One2many("serial.channel.assignment", "lot_id")
    shipped_at = fields.Datetime(readonly=True, copy=False)
    sale_date = fields.Date(readonly=True, copy=False, help="Sold to a consumer on.")

    # === PASSED ON === #
    transfer_count = fields.Integer(compute="_compute_serial_counts")

    # === ACTIVATED === #
    activation_ids = fields.One2many("serial.activation", "lot_id")
    activated_at = fields.Datetime(readonly=True, copy=False)
    alert_ids = fields.One2many("serial.diversion.alert", "lot_id")
    alert_count = fields.Integer(compute="_compute_serial_counts")
    scan_count = fields.Integer(compute="_compute_serial_counts")

    # === TRADED IN === #
    tradein_ids = fields.One2many("serial.tradein", "lot_id", string="Trade-ins")
    tradein_count = fields.Integer(compute="_compute_serial_counts")

    # === RETIRED === #
    # serial_guard.py keeps a purge that has removed something.
    purge_id = UncheckedMany2one(
        "serial.purge",
        string="Purged by",
        readonly=True,
        copy=False,
        ondelete="set null",
        help="Its older record was removed after the retention.",
    )

    # No index may name what a step changes (stage, flags, distributor, times): rows are
    # then updated in place, at half the cost, and no index grows.
    # Core has a trigram index only, which is slow for what scanners ask: name = X.
    _name_idx = models.Index("(name)")
    _name_length = models.Constraint(
        "CHECK (length(name) <= 512)",
        "A serial number has at most 512 characters.",
    )

    def init(self):
        result = super().init()
        self.env.cr.execute(_ROOM)
        return result

    def _compute_serial_counts(self):
        for name, model in (
            ("alert_count", "serial.diversion.alert"),
            ("scan_count", "serial.scan"),
            ("transfer_count", "serial.channel.transfer.line"),
            ("tradein_count", "serial.tradein"),
        ):
            counts = dict(
                self.env[model]
                .sudo()
                ._read_group([("lot_id", "in", self.ids)], ["lot_id"], ["__count"])
            )
            for lot in self:
                lot[name] = counts.get(lot._origin, 0)
