from odoo import fields, models
from odoo.tools import SQL

from ..core import recall_scope

# What counts as a unit: a code that was never produced is none, and neither is what
# was destroyed.
IN_THE_WORLD = ("produced", "shipped", "activated", "traded_in")
# What decides which units are meant; fixed once the recall is active.
SCOPE_FIELDS = frozenset(
    {
        "company_id",
        "product_ids",
        "production_from",
        "production_to",
        "with_undated",
        "plant",
        "production_line",
        "machine",
        "batch_ids",
        "component_product_ids",
        "component_lot_ids",
        "component_batch",
        "with_replaced",
        "list_kind",
        "list_file",
        "list_text",
    }
)


class SerialRecallScopeMixin(models.AbstractModel):
    """By what a recall finds its units, and the same in SQL."""

    _name = "serial.recall.scope.mixin"
    _description = "Scope of a Recall"

    product_ids = fields.Many2many(
        "product.product",
        "serial_recall_product_rel",
        string="Products",
        domain="[('tracking', '=', 'serial')]",
    )
    production_from = fields.Date(string="Produced from")
    production_to = fields.Date(string="Produced until")
    with_undated = fields.Boolean(
        string="Units without Date Too",
        help="Take units whose day of production is not known to be affected.",
    )
    plant = fields.Char(string="Plants", help="Several are separated by commas.")
    production_line = fields.Char(
        string="Lines", help="Several are separated by commas."
    )
    machine = fields.Char(string="Machines", help="Several are separated by commas.")
    batch_ids = fields.Many2many(
        "serial.batch", "serial_recall_batch_rel", string="Batches"
    )
    component_product_ids = fields.Many2many(
        "product.product",
        "serial_recall_component_rel",
        string="Components",
        help="Units with one of these components.",
    )
    component_lot_ids = fields.Many2many(
        "stock.lot",
        "serial_recall_component_lot_rel",
        string="Component Lots",
        help="Units with a component of one of these lots or serials.",
    )
    component_batch = fields.Char(
        string="Component Batches",
        help="The maker's batch or lot numbers; several are separated by commas.",
    )
    with_replaced = fields.Boolean(
        string="Replaced Parts Too",
        help="Also units whose bad part was replaced in the meantime.",
    )

    def _get_scope(self):
        """Return the scope as `core` takes it."""
        self.ensure_one()
        kinds = self._get_listed_kinds()
        return recall_scope.Scope(
            products=self.product_ids._ids,
            first_day=self.production_from or None,
            last_day=self.production_to or None,
            plants=recall_scope.names_of(self.plant),
            lines=recall_scope.names_of(self.production_line),
            machines=recall_scope.names_of(self.machine),
            batches=self.batch_ids._ids,
            component_products=self.component_product_ids._ids,
            component_lots=self.component_lot_ids._ids,
            component_batches=recall_scope.names_of(self.component_batch),
            lists_units="unit" in kinds,
            lists_components="component" in kinds,
        )

    # === SQL === #

    def _get_lot_condition(self, scope):
        """Return what a unit has to be, as `lot`."""
        conditions = [
            SQL("lot.stage IN %s", IN_THE_WORLD),
            SQL("(lot.company_id IS NULL OR lot.company_id = %s)", self.company_id.id),
        ]
        wanted = {
            "product_id": scope.products,
            "plant": scope.plants,
            "production_line": scope.lines,
            "machine": scope.machines,
            "serial_batch_id": scope.batches,
        }
        conditions += _one_of("lot", wanted)
        if scope.first_day or scope.last_day:
            conditions.append(self._get_date_condition(scope))
        if scope.lists_units:
            conditions.append(
                SQL(
                    "EXISTS (SELECT FROM serial_recall_entry entry "
                    "WHERE entry.recall_id = %s AND entry.lot_id = lot.id)",
                    self.id,
                )
            )
        return SQL(" AND ").join(conditions)

    def _get_date_condition(self, scope):
        known = SQL(
            "lot.production_date BETWEEN %s AND %s",
            scope.first_day or "-infinity",
            scope.last_day or "infinity",
        )
        if self.with_undated:
            return SQL("(%s OR lot.production_date IS NULL)", known)
        return known

    def _get_part_condition(self, scope):
        """Return what a bad part is, as `part`."""
        conditions = [SQL("true")]
        if not self.with_replaced:
            conditions.append(SQL("part.removed_at IS NULL"))
        wanted = {
            "product_id": scope.component_products,
            "component_lot_id": scope.component_lots,
            "component_lot": scope.component_batches,
        }
        conditions += _one_of("part", wanted)
        if scope.lists_components:
            conditions.append(
                SQL(
                    "part.name IN (SELECT entry.text FROM serial_recall_entry entry "
                    "WHERE entry.recall_id = %s AND entry.kind = 'component')",
                    self.id,
                )
            )
        return SQL(" AND ").join(conditions)

    def _get_candidate_query(self, scope):
        """Return a query of `lot_id`, of units to look at: the fewest that hold all.

        They come once for each bad part, and beyond the one looked at last.
        """
        if scope.by_parts:
            return SQL(
                "SELECT part.lot_id FROM serial_part part WHERE part.lot_id > %s "
                "AND %s",
                self.last_lot_id,
                self._get_part_condition(scope),
            )
        if scope.lists_units:
            return SQL(
                "SELECT entry.lot_id FROM serial_recall_entry entry "
                "WHERE entry.recall_id = %s AND entry.lot_id > %s",
                self.id,
                self.last_lot_id,
            )
        return SQL(
            "SELECT lot.id AS lot_id FROM stock_lot lot WHERE lot.id > %s AND %s",
            self.last_lot_id,
            self._get_lot_condition(scope),
        )


def _one_of(table, wanted):
    """Return a condition for each column of which some values are wanted."""
    return [
        SQL("%s = ANY(%s)", SQL.identifier(table, column), list(values))
        for column, values in wanted.items()
        if values
    ]
