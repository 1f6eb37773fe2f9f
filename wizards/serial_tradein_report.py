from odoo import api, fields, models
from odoo.exceptions import UserError


class SerialTradeinReport(models.TransientModel):
    """Makes the file by which subsidies of a programme are claimed."""

    _name = "serial.tradein.report"
    _description = "Subsidy File"

    program_id = fields.Many2one(
        "serial.tradein.program",
        string="Programme",
        required=True,
        default=lambda self: self.env["serial.tradein.program"].search([], limit=1),
    )
    date_from = fields.Date(string="Credited from")
    date_to = fields.Date(string="Credited until")
    with_reported = fields.Boolean(
        string="Those handed in before, too",
        help="Units that were handed in before are left out otherwise.",
    )
    good_count = fields.Integer(string="To Hand in", compute="_compute_counts")
    bad_count = fields.Integer(string="Not Complete", compute="_compute_counts")
    undone_count = fields.Integer(string="To Pay Back", compute="_compute_counts")
    amount = fields.Monetary(string="Subsidies", compute="_compute_counts")
    currency_id = fields.Many2one(related="program_id.currency_id")
    bad_text = fields.Text(string="What Is Wrong", compute="_compute_counts")

    @api.depends("program_id", "date_from", "date_to", "with_reported")
    def _compute_counts(self):
        for wizard in self:
            check = wizard._check()
            wizard.good_count = len(check.good)
            wizard.bad_count = len(check.bad)
            wizard.undone_count = len(wizard._get_undone())
            wizard.amount = float(sum(row.subsidy for row in check.good))
            texts = self.env["serial.subsidy.file"]._get_flaw_texts
            wizard.bad_text = "\n".join(
                f"{row.claim}: {' '.join(texts(codes))}"
                for row, codes in check.bad[:100]
            )

    # === WHICH CLAIMS === #

    def _get_claims(self):
        """Return the claims whose subsidy is to be handed in."""
        domain = fields.Domain("program_id", "=", self.program_id.id)
        domain &= fields.Domain("state", "in", ("credited", "done"))
        domain &= fields.Domain("granted_subsidy", ">", 0)
        if not self.with_reported:
            domain &= fields.Domain("subsidy_reported_at", "=", False)
        return self._search_dates(domain)

    def _get_undone(self):
        """Return the claims whose subsidy was handed in, and is to be paid back."""
        domain = fields.Domain("program_id", "=", self.program_id.id)
        domain &= fields.Domain("state", "=", "clawed_back")
        domain &= fields.Domain("subsidy_reported_at", "!=", False)
        return self._search_dates(domain)

    def _search_dates(self, domain):
        if self.date_from:
            domain &= fields.Domain("credited_at", ">=", self.date_from)
        if self.date_to:
            until = fields.Date.add(self.date_to, days=1)
            domain &= fields.Domain("credited_at", "<", until)
        return self.env["serial.tradein"].search(domain, order="credited_at, id").sudo()

    def _check(self):
        if not self.program_id:
            return self.env["serial.subsidy.file"]._check(
                self.env["serial.tradein"].browse()
            )
        return self.env["serial.subsidy.file"]._check(self._get_claims())

    # === ACTIONS === #

    def action_xlsx(self):
        """Download the table as a workbook; what is not complete has its own sheet."""
        file = self.env["serial.subsidy.file"]
        reversals = file._get_rows(self._get_undone())
        return self._send("xlsx", file._make_xlsx(self._check(), reversals))

    def action_csv(self):
        """Download the complete rows as CSV."""
        text = self.env["serial.subsidy.file"]._make_csv(self._check())
        return self._send("csv", text.encode())

    def action_zip(self):
        """Download the pictures of the complete rows."""
        file = self.env["serial.subsidy.file"]
        return self._send("zip", file._make_zip(self._get_claims(), self._check()))

    def action_mark(self):
        """Note that the complete rows were handed in."""
        self.ensure_one()
        good = {row.claim for row in self._check().good}
        claims = self._get_claims().filtered(lambda claim: claim.name in good)
        claims._ensure_worker()
        claims.subsidy_reported_at = fields.Datetime.now()
        return {"type": "ir.actions.act_window_close"}

    def _send(self, extension, content):
        """Keep a file with this wizard, and send it to the browser."""
        self.ensure_one()
        if not content:
            raise UserError(self.env._("There is nothing to download."))
        attachment = self.env["ir.attachment"].create(
            {
                "name": f"subsidies-{fields.Date.context_today(self)}.{extension}",
                "raw": content,
                "res_model": self._name,
                "res_id": self.id,
            }
        )
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{attachment.id}?download=true",
            "target": "self",
        }
