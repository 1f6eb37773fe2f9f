from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from ..core.spreadsheet import BOM, csv_text

# Where a unit stands for the one who sells it: filter -> domain.
STATES = {
    "in_stock": Domain("stage", "=", "shipped") & Domain("sale_date", "=", False),
    "sold": Domain("sale_date", "!=", False) & Domain("activated_at", "=", False),
    "activated": Domain("activated_at", "!=", False),
}
EXPORT_CHUNK = 2_000


class SerialPortal(models.AbstractModel):
    """What a distributor sees of his units: his own and those of whom he supplies.

    Portal users have no rights on serials. Every method here begins with the subtree of
    the user's distributor, and reads past the rights only within it.
    """

    _name = "serial.portal"
    _inherit = [
        "serial.portal.alert.mixin",
        "serial.portal.case.mixin",
        "serial.portal.recall.mixin",
        "serial.portal.transfer.mixin",
        "serial.portal.receive.mixin",
        "serial.portal.key.mixin",
        "serial.portal.tradein.mixin",
        "serial.portal.certificate.mixin",
    ]
    _description = "Distributor Portal"

    @api.model
    def _get_distributor(self):
        """Return the distributor the user works for; AccessError if there is none."""
        partner_sudo = self.env.user._get_channel_partner()
        if not partner_sudo:
            raise AccessError(
                self.env._("This is for people of distributors, and you are not one.")
            )
        return partner_sudo

    def _get_subtree_domain(self, field="channel_partner_id"):
        """Return the domain of what the user's distributor and his partners hold."""
        subtree = self._get_distributor()._get_channel_subtree_ids()
        return Domain(field, "in", subtree)

    # === UNITS === #

    @api.model
    def _get_units_domain(self, filters):
        """Return the domain of the units that a distributor asks for.

        :param dict filters: `search` (a number or a product's name), `state` (see
            `STATES`), `product`, `shipment`, `holder` (ids as texts or numbers)
        """
        domain = self._get_subtree_domain() & Domain("stage", "!=", False)
        domain &= STATES.get(filters.get("state"), Domain.TRUE)
        for name, field in (
            ("product", "product_id"),
            ("holder", "channel_partner_id"),
        ):
            if record_id := self._read_id(filters.get(name)):
                domain &= Domain(field, "=", record_id)
        if picking_id := self._read_id(filters.get("shipment")):
            live = Domain("picking_id", "=", picking_id)
            domain &= Domain("assignment_ids", "any", live)
        if search := (filters.get("search") or "").strip()[:64]:
            lots = self.env["stock.lot"]
            found = Domain("name", "ilike", search)
            found |= Domain("product_id.name", "ilike", search)
            domain &= found | lots._get_number_domain(search, "ilike")
        return domain

    @api.model
    def _read_id(self, text):
        text = str(text or "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0

    @api.model
    def _count_units(self, filters):
        """Return how many units of the distributor's pass the filters."""
        return (
            self.env["stock.lot"].sudo().search_count(self._get_units_domain(filters))
        )

    @api.model
    def _get_units(self, filters, offset=0, limit=None):
        """Return the distributor's units as rows for a page or a file."""
        order = "shipped_at desc, id desc"
        domain = self._get_units_domain(filters)
        lots_sudo = self.env["stock.lot"].sudo()
        lots_sudo = lots_sudo.search(domain, offset, limit, order)
        shipments = self._get_shipment_names(lots_sudo)
        states = self._get_state_labels()
        return [
            {
                "id": lot.id,
                "serial": lot.name,
                "imei": lot.imei or "",
                "product": lot.product_id.display_name,
                "holder": lot.channel_partner_id.name,
                "region": lot.channel_region_id.name or "",
                "shipment": shipments.get(lot.id, ""),
                "state": (state := self._get_state(lot)),
                "state_label": states[state],
                "shipped_on": fields.Date.to_date(lot.shipped_at),
                "sold_on": lot.sale_date,
                "activated_on": fields.Date.to_date(lot.activated_at),
                "warranty_end": lot.warranty_end,
            }
            for lot in lots_sudo
        ]

    @api.model
    def _get_state(self, lot_sudo):
        if lot_sudo.blocked or lot_sudo.recalled:
            return "recalled" if lot_sudo.recalled else "blocked"
        if lot_sudo.activated_at:
            return "activated"
        return "sold" if lot_sudo.sale_date else "in_stock"

    @api.model
    def _get_state_labels(self):
        """Return state -> its name, in the order of a unit's life."""
        return {
            "in_stock": self.env._("In stock"),
            "sold": self.env._("Sold"),
            "activated": self.env._("Activated"),
            "recalled": self.env._("Recalled"),
            "blocked": self.env._("Blocked"),
        }

    def _get_shipment_names(self, lots_sudo):
        """Return lot id -> name of the delivery by which it came to its holder."""
        assignments_sudo = (
            self.env["serial.channel.assignment"]
            .sudo()
            .search([("lot_id", "in", lots_sudo.ids), ("released_at", "=", False)])
        )
        return {
            assignment.lot_id.id: assignment.picking_id.name or ""
            for assignment in assignments_sudo
        }

    @api.model
    def _get_unit(self, lot_id):
        """Return one unit of the distributor's with its history, None if not his."""
        domain = self._get_subtree_domain() & Domain("id", "=", lot_id)
        lot_sudo = self.env["stock.lot"].sudo().search(domain, limit=1)
        if not lot_sudo:
            return None
        row = self._get_units(
            {"search": lot_sudo.name, "product": lot_sudo.product_id.id}
        )
        unit = next((row for row in row if row["id"] == lot_sudo.id), None)
        return unit and {**unit, "steps": self._get_steps(lot_sudo)}

    def _get_steps(self, lot_sudo):
        """Return the steps of a unit that a distributor may see, the newest first."""
        kinds = dict(
            self.env["serial.event"]._fields["kind"]._description_selection(self.env)
        )
        own = set(self._get_distributor()._get_channel_subtree_ids())
        return [
            {
                "title": kinds[event.kind],
                "moment": event.event_time,
                "party": event.partner_id.name if event.partner_id.id in own else "",
            }
            for event in reversed(self._get_shown_events(lot_sudo))
        ]

    # === CHOICES AND COUNTERS === #

    @api.model
    def _get_counters(self):
        """Return what the cards of the distributor's home page count."""
        return {
            "serial_unit_count": self._count_units({"state": "in_stock"}),
            "serial_shipment_count": self._count_transfers("incoming", only_open=True),
            "serial_transfer_count": self._count_transfers("outgoing", only_open=True),
            "serial_alert_count": self._count_alerts(),
            "serial_case_count": self._count_cases(),
            "serial_recall_count": self._count_recalls(),
            "serial_tradein_count": self._count_tradeins(only_open=True),
        }

    @api.model
    def _get_unit_counts(self):
        """Return state -> number of units; a query a state."""
        lots_sudo = self.env["stock.lot"].sudo()
        domain = self._get_units_domain({})
        return {
            state: lots_sudo.search_count(domain & condition)
            for state, condition in STATES.items()
        }

    @api.model
    def _get_choices(self):
        """Return what the distributor's units may be filtered by: products, holders."""
        groups = (
            self.env["stock.lot"]
            .sudo()
            ._read_group(
                self._get_units_domain({}), ["product_id", "channel_partner_id"]
            )
        )
        products = {(product.id, product.display_name) for product, _holder in groups}
        holders = {(holder.id, holder.name) for _product, holder in groups}
        return {
            "products": sorted(products, key=lambda choice: choice[1]),
            "holders": sorted(holders, key=lambda choice: choice[1]),
        }

    # === EXPORT === #

    @api.model
    def _export_units(self, filters):
        """Yield the distributor's units as the text of a CSV file, bit by bit."""
        columns = {
            "serial": self.env._("Serial Number"),
            "imei": self.env._("IMEI"),
            "product": self.env._("Product"),
            "holder": self.env._("Held by"),
            "region": self.env._("Target Region"),
            "shipment": self.env._("Shipment"),
            "state_label": self.env._("State"),
            "shipped_on": self.env._("Shipped on"),
            "sold_on": self.env._("Sold on"),
            "activated_on": self.env._("Activated on"),
        }
        yield BOM + csv_text([columns.values()])
        offset = 0
        while rows := self._get_units(filters, offset, EXPORT_CHUNK):
            yield csv_text([row[name] or "" for name in columns] for row in rows)
            offset += EXPORT_CHUNK
            self.env.invalidate_all(flush=False)
