from odoo import api, fields, models
from odoo.fields import Domain

from ..core.spreadsheet import BOM, csv_text
from ..reports.packing_list import draw_packing_list


class SerialPackingList(models.AbstractModel):
    """The serials of a delivery, for the one who receives it: as PDF and as CSV."""

    _name = "serial.packing.list"
    _description = "Packing List with Serials"

    @api.model
    def _get_shipments(self, partner_ids, offset=0, limit=None):
        """Return deliveries that bound units to distributors, the newest first.

        :return: list of dicts `id`, `name`, `holder`, `count`, `moment`
        """
        groups = (
            self.env["serial.channel.assignment"]
            .sudo()
            ._read_group(
                [("partner_id", "in", partner_ids), ("picking_id", "!=", False)],
                ["picking_id", "partner_id"],
                ["__count", "assigned_at:min"],
                order="assigned_at:min desc, picking_id desc",
                offset=offset,
                limit=limit,
            )
        )
        return [
            {
                "id": picking.id,
                "name": picking.name,
                "holder": partner.name,
                "count": count,
                "moment": moment,
            }
            for picking, partner, count, moment in groups
        ]

    @api.model
    def _get_packing_list(self, picking_id, partner_ids):
        """Return what a delivery brought to distributors, None if nothing.

        :return: dict `name`, `date`, `sender`, `receiver`, `rows` (product, serial,
            IMEI, carton)
        """
        domain = Domain("picking_id", "=", picking_id)
        domain &= Domain("partner_id", "in", partner_ids)
        assignments_sudo = (
            self.env["serial.channel.assignment"].sudo().search(domain, order="id")
        )
        if not assignments_sudo:
            return None
        picking_sudo = assignments_sudo.picking_id
        cartons = self._get_cartons(picking_sudo)
        return {
            "name": picking_sudo.name,
            "date": fields.Date.to_date(picking_sudo.date_done),
            "sender": picking_sudo.company_id.name,
            "receiver": assignments_sudo.partner_id[:1].name,
            "rows": [
                (
                    lot.product_id.display_name,
                    lot.name,
                    lot.imei or "",
                    cartons.get(lot.id, ""),
                )
                for lot in assignments_sudo.lot_id.sorted(
                    lambda lot: (lot.product_id.id, cartons.get(lot.id, ""), lot.name)
                )
            ],
        }

    def _get_cartons(self, picking_sudo):
        """Return lot id -> name of the package it left in."""
        groups = (
            self.env["stock.move.line"]
            .sudo()
            ._read_group(
                [
                    ("picking_id", "=", picking_sudo.id),
                    ("lot_id", "!=", False),
                    ("result_package_id", "!=", False),
                ],
                ["lot_id", "result_package_id"],
            )
        )
        return {lot.id: package.name for lot, package in groups}

    def _get_columns(self):
        return [
            self.env._("Product"),
            self.env._("Serial Number"),
            self.env._("IMEI"),
            self.env._("Carton"),
        ]

    @api.model
    def _get_csv(self, packing_list):
        """Return a packing list as the text of a CSV file."""
        return BOM + csv_text([self._get_columns(), *packing_list["rows"]])

    @api.model
    def _get_pdf(self, packing_list):
        """Return a packing list as the bytes of a PDF."""
        return draw_packing_list(
            title=self.env._("Packing List %(name)s", name=packing_list["name"]),
            facts=[
                (self.env._("From"), packing_list["sender"]),
                (self.env._("To"), packing_list["receiver"]),
                (self.env._("Date"), str(packing_list["date"] or "")),
                (self.env._("Units"), str(len(packing_list["rows"]))),
            ],
            columns=self._get_columns(),
            rows=packing_list["rows"],
            page_text=self.env._("Page"),
        )
