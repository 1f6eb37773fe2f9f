from odoo import api, fields, models
from odoo.tools import SQL

# What the statements on move lines read, so that the cache is written first.
READS = {
    "stock.move.line": (
        "move_id",
        "lot_id",
        "quantity",
        "picked",
        "location_id",
        "location_dest_id",
    ),
    "stock.move": (
        "date",
        "reference",
        "partner_id",
        "picking_id",
        "scrap_id",
        "is_inventory",
        "sale_line_id",
        "production_id",
    ),
    "stock.quant": ("lot_id", "location_id", "quantity"),
    "stock.picking": ("partner_id", "serial_region_id", "sale_id"),
    "sale.order": ("partner_id", "partner_shipping_id", "serial_region_id"),
    "res.partner": ("commercial_partner_id", "channel_tier"),
    "stock.lot": (
        "stage",
        "in_service",
        "blocked",
        "recalled",
        "channel_partner_id",
        "channel_region_id",
        "shipped_at",
        "sale_date",
        "activated_at",
    ),
}
# Where a unit stands in the channel: what steps change and corrections give back.
STANDING = (
    "channel_partner_id",
    "channel_region_id",
    "shipped_at",
    "sale_date",
    "activated_at",
)


class SerialBindingMixin(models.AbstractModel):
    """What binding and its corrections share: writing steps and standing of serials."""

    _name = "serial.binding.mixin"
    _description = "Steps of Serials on Stock Moves"

    def _flush(self, *model_names):
        for name in model_names:
            self.env[name].flush_model(READS[name])

    @api.model
    def _get_document_query(self):
        """Return a query of model, id and name of the document that made `move`."""
        return SQL(
            """
            SELECT CASE WHEN picking.id IS NOT NULL THEN 'stock.picking'
                        WHEN move.production_id IS NOT NULL THEN 'mrp.production'
                        WHEN move.scrap_id IS NOT NULL THEN 'stock.scrap'
                        ELSE 'stock.move' END,
                   coalesce(picking.id, move.production_id, move.scrap_id, move.id),
                   coalesce(picking.name, production.name, move.reference)
            """
        )

    @api.model
    def _record(self, kind, stage, standing, events):
        """Record steps whose values may differ by lot; what is equal is sent once.

        :param dict standing: lot id -> columns of the lot, the same names for all
        :param dict events: lot id -> columns of the event, the same names for all
        """
        same, differing = self._split(
            {lot_id: {**events[lot_id], **standing[lot_id]} for lot_id in events}
        )
        names = next(iter(standing.values()))
        return (
            self.env["serial.event"]
            .sudo()
            ._record(
                list(events),
                kind,
                stage or None,
                {name: same.pop(name, None) for name in names},
                differing,
                **same,
            )
        )

    def _split(self, columns):
        """Part values by lot into those all have in common, and the others by lot."""
        names = next(iter(columns.values()))
        same, differing = {}, {lot_id: {} for lot_id in columns}
        for name in names:
            values = {row[name] for row in columns.values()}
            if len(values) == 1:
                same[name] = values.pop()
                continue
            for lot_id, row in columns.items():
                differing[lot_id][name] = row[name]
        return same, differing if any(differing.values()) else {}

    @api.model
    def _archive_activations(self, lot_ids, active=False):
        """Archive the live activations of units that came back, or undo that.

        The unit can be activated again while its past stays.
        """
        activation = self.env["serial.activation"].sudo()
        activation.flush_model(["lot_id", "active"])
        self.env.cr.execute(
            SQL(
                """
                UPDATE serial_activation
                   SET active = %(active)s, write_uid = %(user)s, write_date = %(now)s
                 WHERE id IN (
                    SELECT max(id) FROM serial_activation
                     WHERE lot_id = ANY(%(lot_ids)s) GROUP BY lot_id
                 ) AND active <> %(active)s
                """,
                active=active,
                user=self.env.uid,
                now=fields.Datetime.now(),
                lot_ids=lot_ids,
            )
        )
        activation.invalidate_model(["active", "write_uid", "write_date"], flush=False)
