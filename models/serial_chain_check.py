from odoo import api, fields, models
from odoo.exceptions import AccessError

CHUNK = 20_000


class SerialChainCheck(models.Model):
    """A check of every serial's hash chain, run in the background and kept as proof."""

    _name = "serial.chain.check"
    _inherit = ["serial.job.mixin"]
    _description = "Chain Check"
    _order = "id desc"
    _rec_name = "create_date"

    state = fields.Selection(
        [("running", "Running"), ("done", "Done"), ("cancelled", "Cancelled")],
        default="running",
        required=True,
        readonly=True,
    )
    total_count = fields.Integer(string="Serials", readonly=True)
    checked_count = fields.Integer(string="Checked", readonly=True)
    event_count = fields.Integer(string="Events", readonly=True)
    last_lot_id = fields.Integer(readonly=True)
    broken_lot_ids = fields.Many2many(
        "stock.lot", string="Broken Chains", readonly=True
    )
    broken_count = fields.Integer(compute="_compute_broken_count", store=True)
    progress = fields.Float(compute="_compute_progress")
    finished_at = fields.Datetime(readonly=True)

    @api.depends("broken_lot_ids")
    def _compute_broken_count(self):
        for check in self:
            check.broken_count = len(check.broken_lot_ids)

    @api.depends("checked_count", "total_count", "state")
    def _compute_progress(self):
        for check in self:
            done = check.checked_count / (check.total_count or 1)
            check.progress = 100 if check.state == "done" else 100 * done

    @api.model
    def action_start(self):
        """Start a check of all serials and open it; who may read checks may run one."""
        self.check_access("read")
        total = self.env["stock.lot"].sudo().search_count([("event_count", ">", 0)])
        check = self.sudo().create({"total_count": total})
        self.env.ref("serial_dossier.ir_cron_serial_chain_check").sudo()._trigger()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": check.id,
            "view_mode": "form",
        }

    def action_cancel(self):
        """Stop the check; what was checked stays on record."""
        if not self.env.user.has_group("serial_dossier.serial_dossier_group_user"):
            raise AccessError(self.env._("Users of Serial Dossier stop chain checks."))
        self.filtered(lambda check: check.state == "running").sudo().write(
            {"state": "cancelled", "finished_at": fields.Datetime.now()}
        )

    @api.model
    def _cron_check(self):
        """Check chunk after chunk, committing each."""
        domain = [("state", "=", "running")]
        while check := self._take_next(domain):
            done = check._run_chunk(check._check_chunk)
            left = check.total_count - check.checked_count
            remaining = max(-(-left // CHUNK), int(check.state == "running"))
            if not self.env["ir.cron"]._commit_progress(done, remaining=remaining):
                break

    def _check_chunk(self):
        """Check the next serials by id; return how many chunks that was (1)."""
        lots = (
            self.env["stock.lot"]
            .sudo()
            .search_fetch(
                [("event_count", ">", 0), ("id", ">", self.last_lot_id)],
                ["event_count"],
                order="id",
                limit=CHUNK,
            )
        )
        if not lots:
            self.write({"state": "done", "finished_at": fields.Datetime.now()})
            return 1
        broken = self.env["serial.event"]._get_broken_chains(lots.ids)
        self.write(
            {
                "last_lot_id": lots[-1].id,
                "checked_count": self.checked_count + len(lots),
                "event_count": self.event_count + sum(lots.mapped("event_count")),
                "broken_lot_ids": [fields.Command.link(lot_id) for lot_id in broken],
            }
        )
        lots.invalidate_recordset(flush=False)
        return 1
