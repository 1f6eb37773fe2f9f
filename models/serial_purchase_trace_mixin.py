from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..core.case_key import CaseKey
from ..core.purchase import result_of

RESULTS = [
    ("own", "Sold by whom it was sent to"),
    ("other", "Sold by somebody else"),
    ("unauthorized", "Sold by nobody we know"),
    ("unshipped", "Never shipped"),
    ("unknown", "Code unknown"),
]


class SerialPurchaseTraceMixin(models.AbstractModel):
    """From the code on a bought unit back to its shipment and its distributor.

    What is found is stored when the code is typed: later shipments do not change it.
    """

    _name = "serial.purchase.trace.mixin"
    _description = "Trace of a Test Purchase"

    typed_code = fields.Char(
        string="Code Found",
        tracking=True,
        help="Scanned or typed: code, serial number or IMEI on the unit.",
    )
    lot_id = fields.Many2one(
        "stock.lot", string="Serial", readonly=True, index="btree_not_null"
    )
    picking_id = fields.Many2one("stock.picking", string="Shipment", readonly=True)
    partner_id = fields.Many2one(
        "res.partner",
        string="Sent to",
        readonly=True,
        index="btree_not_null",
        help="The distributor whom the unit was shipped to.",
    )
    region_id = fields.Many2one(
        "serial.channel.region", string="Target Region", readonly=True
    )
    shipped_at = fields.Datetime(readonly=True)
    seller_partner_id = fields.Many2one(
        "res.partner",
        string="Sold by",
        readonly=True,
        help="Who answers for the store.",
    )
    result = fields.Selection(RESULTS, readonly=True, tracking=True)
    trace_text = fields.Text(string="Trace", compute="_compute_trace_text")

    @api.depends("result", "lot_id", "picking_id", "partner_id", "seller_partner_id")
    @api.depends_context("lang")
    def _compute_trace_text(self):
        for purchase in self:
            purchase.trace_text = " ".join(purchase._tell_trace())

    def _tell_trace(self):
        """Return the trace as sentences."""
        if not self.result:
            return []
        if self.result == "unknown":
            return [self.env._("We never made this code: the unit is a counterfeit.")]
        if self.result == "unshipped":
            return [
                self.env._(
                    "%(serial)s never left us by our records.", serial=self.lot_id.name
                )
            ]
        sent = self.env._(
            "%(serial)s left with %(shipment)s on %(day)s for %(partner)s "
            "(%(region)s).",
            serial=self.lot_id.name,
            shipment=self.picking_id.name or self.env._("a shipment"),
            day=format_date(self.env, self.shipped_at),
            partner=self.partner_id.name,
            region=self.region_id.name or self.env._("no region"),
        )
        return [sent, self._tell_seller()]

    def _tell_seller(self):
        seller = self.seller_partner_id.name
        if self.result == "unauthorized":
            return self.env._("Nobody we know answers for the store that sold it.")
        if self.result == "other":
            return self.env._(
                "The store that sold it belongs to %(seller)s, to whom it was never "
                "sent.",
                seller=seller,
            )
        return self.env._(
            "The store that sold it belongs to %(seller)s: it was sold by whom it was "
            "sent to.",
            seller=seller,
        )

    def _trace(self):
        """Find what the code says, and store it."""
        for purchase in self.sudo():
            lot = purchase._find_lot()
            bound = purchase._find_assignment(lot)
            sent_to, seller = bound.partner_id, purchase.store_id.partner_id
            purchase.write(
                {
                    "lot_id": lot.id,
                    "product_id": lot.product_id.id or purchase.product_id.id,
                    "picking_id": bound.picking_id.id,
                    "partner_id": sent_to.id,
                    "region_id": bound.region_id.id,
                    "shipped_at": bound.assigned_at,
                    "seller_partner_id": seller.id,
                    "result": result_of(
                        typed=bool(purchase.typed_code),
                        known=bool(lot),
                        sent_to=sent_to.id,
                        sold_by=seller.id,
                        chain=frozenset(
                            sent_to._get_channel_subtree_ids() if sent_to else ()
                        ),
                    ),
                }
            )

    def _find_lot(self):
        """Return the one unit of the company that the code names."""
        if not self.typed_code:
            return self.env["stock.lot"]
        among = fields.Domain("company_id", "in", [False, self.company_id.id])
        lots = self.env["stock.lot"]._resolve_identifier(self.typed_code, among)
        if len(lots) > 1:
            raise UserError(
                self.env._("Several units have this number: scan the code.")
            )
        return lots

    def _find_assignment(self, lot):
        """Return to whom a unit was bound when it was bought."""
        assignments = self.env["serial.channel.assignment"]
        if not lot:
            return assignments
        domain = [("lot_id", "=", lot.id), ("partner_id", "!=", False)]
        bought = fields.Domain("assigned_at", "<=", self.bought_at)
        return assignments.search(
            fields.Domain(domain) & bought, limit=1
        ) or assignments.search(domain, limit=1)

    # === CASE === #

    def action_open_case(self):
        """Put the purchase into the case of its shipment, which is opened if needed."""
        self.check_access("write")
        self._join_cases()
        return self.case_id._get_records_action()

    def _join_cases(self):
        """Put purchases into cases: of their lead, of their shipment, else new ones."""
        for purchase in self.sudo().filtered(lambda purchase: not purchase.case_id):
            purchase.case_id = purchase.lead_id.case_id or purchase._get_case()
        for purchase in self.sudo():
            if purchase.lead_id and not purchase.lead_id.case_id:
                purchase.lead_id.case_id = purchase.case_id

    def _get_case(self):
        """Return the open case of what was traced, opened if there is none."""
        cases = self.env["serial.diversion.case"]
        about = self._get_case_key()
        key = self.company_id.id, about.key
        self.env.flush_all()
        found = cases._find_open([key])
        if not found:
            owner = self.buyer_id.id or self.env.uid
            found = cases._open({key: {"about": about, "user_id": owner}})
        return cases.browse(found[key])

    def _get_case_key(self):
        if self.picking_id:
            return CaseKey(
                f"picking={self.picking_id.id}",
                "diversion",
                self.partner_id.id,
                self.picking_id.id,
            )
        if self.partner_id:
            key = f"diversion,partner={self.partner_id.id}"
            return CaseKey(key, "diversion", self.partner_id.id)
        family = "copy" if self.result == "unknown" else "record"
        return CaseKey(f"purchase={self.id}", family)
