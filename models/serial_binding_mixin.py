from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.stock.models.stock_lot import StockLot

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
    "serial.recall": ("state", "block_sale"),
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
    def _get_place_query(self):
        """Return a query of the one location of `lot`, as stock computes it."""
        return SQL(
            """
            SELECT CASE WHEN min(quant.location_id) = max(quant.location_id)
                        THEN min(quant.location_id) END
              FROM stock_quant quant
             WHERE quant.lot_id = lot.id AND quant.quantity > 0
            """
        )

    def _take_over_location(self, lot_ids):
        """Tell whether the location of serials is ours to write with their step.

        It is when stock has it still to compute. One update of a row costs half of two,
        and the second one of a transaction has every foreign key checked again.
        """
        lots = self.env["stock.lot"].browse(lot_ids)
        field = lots._fields["location_id"]
        compute = type(lots)._compute_single_location
        pending = self.env.records_to_compute(field)._ids
        if compute.__module__ != StockLot.__module__ or not set(lot_ids) <= set(
            pending
        ):
            return False
        self.env.remove_to_compute(field, lots)
        return True

    def _part(self, groups):
        """Return groups in which each serial stands once, and the lines left over."""
        seen, once, again = set(), [], []
        for group in groups:
            pairs = dict(zip(group.lot_ids, group.line_ids, strict=True))
            if len(pairs) < len(group.lot_ids) or not seen.isdisjoint(pairs):
                first = {
                    lot_id: line_id
                    for lot_id, line_id in zip(
                        reversed(group.lot_ids), reversed(group.line_ids), strict=True
                    )
                    if lot_id not in seen
                }
                again += set(group.line_ids) - set(first.values())
                group = group._replace(
                    lot_ids=list(first), line_ids=list(first.values())
                )
            seen.update(pairs)
            if group.lot_ids:
                once.append(group)
        return once, again

    @api.model
    def _record(self, kind, stage, groups):
        """Record a step of serials in groups; what all groups share is sent once.

        :param groups: (lot ids, columns of the lot, columns of the event) each, with
            the same names of columns in all of them
        """
        same, differing = {}, []
        columns = [{**event, **standing} for _lot_ids, standing, event in groups]
        for name, value in columns[0].items():
            if all(other[name] == value for other in columns):
                same[name] = value
            else:
                differing.append(name)
        per_lot = {}
        if differing:
            for (lot_ids, _standing, _event), values in zip(
                groups, columns, strict=True
            ):
                varying = {name: values[name] for name in differing}
                per_lot.update(dict.fromkeys(lot_ids, varying))
        return (
            self.env["serial.event"]
            .sudo()
            ._record(
                [lot_id for group in groups for lot_id in group[0]],
                kind,
                stage or None,
                {name: same.pop(name, None) for name in groups[0][1]},
                per_lot,
                **same,
            )
        )

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
