from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

CHUNK = 5_000


class SerialVoidMixin(models.AbstractModel):
    """Voiding what a batch minted and nobody used: in chunks, in the background.

    Unused is a serial that never left the stage Minted and lies in no location.
    """

    _name = "serial.void.mixin"
    _inherit = ["serial.chunk.mixin"]
    _description = "Voiding of a Batch"

    is_voiding = fields.Boolean(readonly=True, copy=False)
    void_reason = fields.Char(readonly=True, copy=False)
    void_error = fields.Char(readonly=True, copy=False)
    void_total_count = fields.Integer(
        string="Serials to Void", readonly=True, copy=False
    )
    voided_count = fields.Integer(string="Voided", readonly=True, copy=False)
    void_progress = fields.Float(compute="_compute_void_progress")

    @api.depends("voided_count", "void_total_count")
    def _compute_void_progress(self):
        for batch in self:
            total = batch.void_total_count
            batch.void_progress = 100 * batch.voided_count / total if total else 0

    # === ACTIONS === #

    def action_void(self):
        """Ask for the reason; the wizard comes back with `_start_voiding`."""
        self.ensure_one()
        self._ensure_voidable()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Void unused serials"),
            "res_model": "serial.lot.void",
            "view_mode": "form",
            "target": "new",
            "context": {"default_batch_id": self.id},
        }

    # === BUSINESS === #

    def _ensure_voidable(self):
        if self.state in ("draft", "minting"):
            raise UserError(
                self.env._("Cancel %(batch)s before you void it.", batch=self.name)
            )
        if self.is_voiding:
            raise UserError(
                self.env._("%(batch)s is being voided already.", batch=self.name)
            )
        if not self._count_unused():
            raise UserError(
                self.env._("%(batch)s has no unused serials.", batch=self.name)
            )

    def _get_unused_domain(self):
        return (
            Domain("serial_batch_id", "=", self.id)
            & Domain("stage", "=", "minted")
            & Domain("location_id", "=", False)
        )

    def _count_unused(self):
        lots_sudo = self.env["stock.lot"].sudo()
        return lots_sudo.search_count(self._get_unused_domain())

    def _start_voiding(self, reason):
        """Void the unused serials of this batch; few at once, many in the background.

        The caller has seen that the user may.
        """
        self.ensure_one()
        self._ensure_voidable()
        self.sudo().write(
            {
                "is_voiding": True,
                "void_reason": reason,
                "void_error": False,
                "void_total_count": self.voided_count + self._count_unused(),
            }
        )
        self._void_chunk()
        if self.is_voiding:
            self.env.ref("serial_dossier.ir_cron_serial_batch_void").sudo()._trigger()

    @api.model
    def _cron_void(self):
        """Void what is being voided."""

        def attempt(batch, memory):
            return batch._try(batch._void_chunk, batch._prepare_void_failure, memory)

        self._work_off(Domain("is_voiding", "=", True), attempt)

    def _prepare_void_failure(self, error):
        """Return the values of a batch whose voiding stopped; it can be begun anew."""
        return {"is_voiding": False, "void_error": error}

    def _void_chunk(self):
        """Void the next unused serials."""
        self.ensure_one()
        lots_sudo = self.env["stock.lot"].sudo()
        lots = lots_sudo.search(self._get_unused_domain(), limit=CHUNK)
        moved = lots._move_to_stage(
            "void",
            "voided",
            strict=False,
            document=self,
            data={"private": {"reason": self.void_reason}},
        )
        values = {"voided_count": self.voided_count + len(moved)}
        # Nothing moved: what is left is held by someone else's step.
        if len(lots) < CHUNK or not moved:
            values["is_voiding"] = False
        self.sudo().write(values)
