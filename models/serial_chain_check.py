from odoo import api, fields, models
from odoo.exceptions import AccessError

from .serial_job_mixin import STATES

CHUNK = 20_000


class SerialChainCheck(models.Model):
    """A check of every serial's hash chain, run in the background and kept as proof."""

    _name = "serial.chain.check"
    _inherit = ["serial.job.mixin"]
    _description = "Chain Check"
    _order = "id desc"
    _rec_name = "create_date"
    _cron = "serial_dossier.ir_cron_serial_chain_check"
    _counts = ("checked_count", "total_count")

    state = fields.Selection(STATES[1:], default="running")
    total_count = fields.Integer(string="Serials", readonly=True)
    checked_count = fields.Integer(string="Checked", readonly=True)
    event_count = fields.Integer(string="Events", readonly=True)
    last_lot_id = fields.Integer(readonly=True)
    broken_lot_ids = fields.Many2many(
        "stock.lot", string="Broken Chains", readonly=True
    )
    broken_count = fields.Integer(compute="_compute_broken_count", store=True)

    @api.depends("broken_lot_ids")
    def _compute_broken_count(self):
        for check in self:
            check.broken_count = len(check.broken_lot_ids)

    @api.model
    def action_start(self):
        """Start a check of all serials and open it; who may read checks may run one."""
        self.check_access("read")
        total = self.env["stock.lot"].sudo().search_count([("event_count", ">", 0)])
        check = self.sudo().create(
            {"total_count": total, "started_at": fields.Datetime.now()}
        )
        check._trigger_cron()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": check.id,
            "view_mode": "form",
        }

    def _ensure_may_run(self):
        if not self.env.user.has_group("serial_dossier.serial_dossier_group_user"):
            raise AccessError(self.env._("Users of Serial Dossier stop chain checks."))

    @api.model
    def _cron_check(self):
        """Go on with the checks under way."""
        self._cron_run()

    def _work(self, memory):
        """Check the next serials by id."""
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
            self.write(self._prepare_end())
            return
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
