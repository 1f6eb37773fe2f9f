from datetime import UTC, datetime, time

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, format_date

_OPEN = """
INSERT INTO serial_service_settlement (centre_id, month, company_id, state,
       create_uid, create_date, write_uid, write_date)
SELECT DISTINCT repair.serial_centre_id, %(month)s::date, %(company)s, 'draft',
       %(uid)s, %(now)s::timestamp, %(uid)s, %(now)s::timestamp
  FROM repair_order repair
 WHERE repair.serial_centre_id IS NOT NULL AND repair.state = 'done'
   AND repair.company_id = %(company)s AND repair.serial_covered_cost > 0
   AND repair.serial_given_back_at < %(end)s
   AND NOT EXISTS (SELECT FROM serial_service_settlement_line line
                    WHERE line.repair_id = repair.id)
ON CONFLICT DO NOTHING
"""
# What the brand bears is paid to the centre that did the work; each repair once. Parts
# are the brand's own, unless the centre buys them itself.
_SETTLE = """
INSERT INTO serial_service_settlement_line (
       settlement_id, repair_id, lot_id, given_back_on, labour, parts, amount,
       create_uid, create_date, write_uid, write_date)
SELECT settlement.id, repair.id, repair.lot_id,
       timezone(%(zone)s, timezone('UTC', repair.serial_given_back_at))::date,
       work.labour, used.parts, work.labour + used.parts,
       %(uid)s, %(now)s, %(uid)s, %(now)s
  FROM serial_service_settlement settlement
  JOIN res_partner centre ON centre.id = settlement.centre_id
  JOIN repair_order repair ON repair.serial_centre_id = centre.id
   AND repair.company_id = settlement.company_id
  CROSS JOIN LATERAL (
       SELECT coalesce(sum(line.cost), 0) AS labour FROM serial_repair_labour line
        WHERE line.repair_id = repair.id AND line.covered) AS work
  CROSS JOIN LATERAL (
       SELECT CASE WHEN centre.service_own_parts
                   THEN greatest(repair.serial_covered_cost - work.labour, 0) ELSE 0
              END AS parts) AS used
 WHERE settlement.id = ANY(%(ids)s)
   AND repair.state = 'done' AND repair.serial_given_back_at < %(end)s
   AND work.labour + used.parts > 0
ON CONFLICT (repair_id) DO NOTHING
"""


class SerialServiceSettlement(models.Model):
    """What a service centre is paid for the repairs of a month."""

    _name = "serial.service.settlement"
    _inherit = ["mail.thread", "serial.guarded.mixin", "serial.settlement.print.mixin"]
    _description = "Settlement Sheet"
    _order = "month desc, centre_id, id"
    _guarded_fields = frozenset(
        {"state", "line_ids", "centre_id", "month", "company_id"}
    )

    name = fields.Char(compute="_compute_name")
    centre_id = fields.Many2one(
        "res.partner",
        string="Service Centre",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    month = fields.Date(required=True, readonly=True, help="Its first day.")
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    state = fields.Selection(
        [("draft", "Draft"), ("confirmed", "Confirmed"), ("paid", "Paid")],
        default="draft",
        required=True,
        readonly=True,
        tracking=True,
    )
    line_ids = fields.One2many(
        "serial.service.settlement.line", "settlement_id", readonly=True
    )
    repair_count = fields.Integer(string="Repairs", compute="_compute_totals")
    labour = fields.Monetary(compute="_compute_totals")
    parts = fields.Monetary(compute="_compute_totals")
    amount = fields.Monetary(string="Total", compute="_compute_totals")

    _once_uniq = models.UniqueIndex(
        "(company_id, centre_id, month)", "This month is settled already."
    )

    @api.depends("centre_id", "month")
    @api.depends_context("lang")
    def _compute_name(self):
        for sheet in self:
            month = format_date(self.env, sheet.month, date_format="yyyy-MM")
            sheet.name = f"{sheet.centre_id.name or ''} {month}"

    @api.depends("line_ids.labour", "line_ids.parts", "line_ids.amount")
    def _compute_totals(self):
        groups = self.env["serial.service.settlement.line"]._read_group(
            [("settlement_id", "in", self.ids)],
            ["settlement_id"],
            ["__count", "labour:sum", "parts:sum", "amount:sum"],
        )
        found = {sheet.id: totals for sheet, *totals in groups}
        for sheet in self:
            totals = found.get(sheet._origin.id, (0, 0, 0, 0))
            sheet.repair_count, sheet.labour, sheet.parts, sheet.amount = totals

    @api.ondelete(at_uninstall=False)
    def _unlink_except_confirmed(self):
        if any(sheet.state != "draft" for sheet in self):
            raise UserError(self.env._("A confirmed settlement sheet is kept."))

    # === SETTLE === #

    @api.model
    def action_settle_last_month(self):
        """Write the sheets of last month; open them."""
        self._ensure_may_settle()
        month = fields.Date.context_today(self) - relativedelta(months=1, day=1)
        sheets = self._settle(month, self.env.company)
        return {
            **self.env["ir.actions.actions"]._for_xml_id(
                "serial_dossier.serial_service_settlement_action"
            ),
            "domain": [("id", "in", sheets.ids)],
        }

    @api.model
    def _cron_settle(self):
        """Write the sheets of last month for the companies whose units are repaired."""
        month = fields.Date.today() - relativedelta(months=1, day=1)
        domain = [("serial_centre_id", "!=", False), ("state", "=", "done")]
        repairs = self.env["repair.order"].sudo()
        for (company,) in repairs._read_group(domain, ["company_id"]):
            self._settle(month, company)

    @api.model
    def _settle(self, month, company):
        """Write the sheets of a month, as the company's days are counted.

        Two statements, however many repairs. Repairs that earlier sheets missed are
        taken in. A sheet that was confirmed is left as it is.

        :return: the draft sheets of that month
        """
        zone = self.env["serial.warranty"].sudo()._get_zone(company.id)
        next_month = datetime.combine(month + relativedelta(months=1, day=1), time.min)
        end = zone.localize(next_month).astimezone(UTC).replace(tzinfo=None)
        self.env.flush_all()
        values = {
            "month": month,
            "end": end,
            "company": company.id,
            "zone": zone.zone,
            "uid": self.env.uid,
            "now": fields.Datetime.now(),
        }
        self.env.cr.execute(SQL(_OPEN, **values))
        drafts = self.sudo().search(
            [
                ("month", "=", month),
                ("company_id", "=", company.id),
                ("state", "=", "draft"),
            ]
        )
        self.env.cr.execute(SQL(_SETTLE, ids=drafts.ids, **values))
        self.env.invalidate_all(flush=False)
        empty = drafts.filtered(lambda sheet: not sheet.line_ids)
        empty.unlink()
        return (drafts - empty).with_env(self.env)

    # === ACTIONS === #

    def _ensure_may_settle(self):
        if not self.env.user.has_group("serial_dossier.serial_dossier_group_manager"):
            raise AccessError(self.env._("Managers of Serial Dossier settle."))

    def action_confirm(self):
        """Confirm drafts: the centre sees them, and they change no more."""
        self._move("draft", "confirmed")

    def action_pay(self):
        """Note that confirmed sheets were paid."""
        self._move("confirmed", "paid")

    def action_draft(self):
        """Take a confirmation back, as long as nothing was paid."""
        self._move("confirmed", "draft")

    def _move(self, old, new):
        self._ensure_may_settle()
        self.check_access("write")
        if any(sheet.state != old for sheet in self):
            raise UserError(
                self.env._("One of these sheets is not in the right state for that.")
            )
        self.sudo().state = new
