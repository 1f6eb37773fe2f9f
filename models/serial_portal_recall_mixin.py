from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..core.recall_scope import closure_of
from ..core.spreadsheet import BOM, csv_text

MOST_UNITS = 200


class SerialPortalRecallMixin(models.AbstractModel):
    """Recalls as a distributor sees them: those with units that he, or whom he
    supplies, has now.
    """

    _name = "serial.portal.recall.mixin"
    _description = "Recalls in the Distributor Portal"

    def _get_recall_counts(self, recall_id=None):
        """Return {recall id: (units, remedied)} of the user's subtree; one query."""
        self.env["serial.recall"].flush_model(["state"])
        self.env["stock.lot"].flush_model(["channel_partner_id"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT unit.recall_id, count(*),
                       count(*) FILTER (WHERE unit.state = 'remedied')
                  FROM serial_recall_unit unit
                  JOIN serial_recall recall ON recall.id = unit.recall_id
                  JOIN stock_lot lot ON lot.id = unit.lot_id
                 WHERE recall.state IN ('active', 'closed')
                   AND lot.channel_partner_id = ANY(%s)
                   AND (%s::integer IS NULL OR recall.id = %s)
              GROUP BY unit.recall_id
                """,
                list(self._get_distributor()._get_channel_subtree_ids()),
                recall_id,
                recall_id,
            )
        )
        return {row[0]: row[1:] for row in rows}

    @api.model
    def _get_portal_recalls(self):
        """Return the recalls of a distributor as rows, the newest first."""
        counts = self._get_recall_counts()
        recalls_sudo = self.env["serial.recall"].sudo().browse(counts)
        return [
            self._prepare_recall(recall, *counts[recall.id])
            for recall in recalls_sudo.sorted("id", reverse=True)
        ]

    @api.model
    def _get_portal_recall(self, recall_id):
        """Return one recall with the distributor's units, None if it has none."""
        counts = self._get_recall_counts(recall_id).get(recall_id)
        if not counts:
            return None
        recall_sudo = self.env["serial.recall"].sudo().browse(recall_id)
        return {
            **self._prepare_recall(recall_sudo, *counts),
            "units": self._get_recall_rows(recall_id, MOST_UNITS),
        }

    def _prepare_recall(self, recall_sudo, total, remedied):
        dealer_sudo = recall_sudo.dealer_ids.filtered(
            lambda dealer: dealer.partner_id == self._get_distributor()
        )
        return {
            "id": recall_sudo.id,
            "name": recall_sudo.name,
            "title": recall_sudo.title,
            "hazard": recall_sudo.hazard,
            "instructions": recall_sudo.instructions,
            "remedy": recall_sudo.remedy,
            "note": recall_sudo.dealer_note,
            "stops_sale": recall_sudo.block_sale,
            "closed": recall_sudo.state == "closed",
            "since": recall_sudo.activated_at,
            "unit_count": total,
            "remedied_count": remedied,
            "percent": round(100 * closure_of(remedied, total)),
            "acknowledged_at": dealer_sudo.acknowledged_at,
        }

    def _get_recall_rows(self, recall_id, limit=None):
        """Return the distributor's units of a recall, the open ones first."""
        domain = self._get_subtree_domain("lot_id.channel_partner_id")
        domain &= Domain("recall_id", "=", recall_id)
        units_sudo = (
            self.env["serial.recall.unit"]
            .sudo()
            .search(domain, limit=limit, order="state, lot_id")
        )
        states = dict(units_sudo._fields["state"]._description_selection(self.env))
        labels = self._get_state_labels()
        rows = []
        for unit in units_sudo:
            lot_sudo = unit.lot_id
            place = "in_stock"
            if lot_sudo.activated_at or lot_sudo.sale_date:
                place = "activated" if lot_sudo.activated_at else "sold"
            rows.append(
                {
                    "serial": lot_sudo.name,
                    "product": lot_sudo.product_id.display_name,
                    "holder": lot_sudo.channel_partner_id.name,
                    "place": labels[place],
                    "done": unit.state == "remedied",
                    "state": states[unit.state],
                }
            )
        return rows

    @api.model
    def _export_recall(self, recall_id):
        """Return the distributor's units of a recall as a CSV, None if he has none."""
        if not self._get_recall_counts(recall_id):
            return None
        columns = {
            "serial": self.env._("Serial Number"),
            "product": self.env._("Product"),
            "holder": self.env._("Held by"),
            "place": self.env._("Sold?"),
            "state": self.env._("State"),
        }
        rows = [
            [row[name] for name in columns] for row in self._get_recall_rows(recall_id)
        ]
        return BOM + csv_text([columns.values(), *rows])

    @api.model
    def _acknowledge_recall(self, recall_id):
        """Note that the distributor has read a recall; False if it is none of his."""
        if not self._get_recall_counts(recall_id):
            return False
        self.env["serial.recall.dealer"]._acknowledge(
            self.env["serial.recall"].sudo().browse(recall_id), self._get_distributor()
        )
        return True

    @api.model
    def _count_recalls(self):
        """Return how many recalls a distributor has units to bring in for."""
        counts = self._get_recall_counts().values()
        return sum(1 for total, remedied in counts if remedied < total)
