from odoo import api, models
from odoo.exceptions import UserError

from ..core import code_scheme
from .serial_page_render_mixin import Text

PROOF_SCOPE = "serial_dossier.proof_form"
PROOF_HOURS = 24


class SerialPageProofMixin(models.AbstractModel):
    """The proof of purchase that the public page asks for, where it was asked for."""

    _name = "serial.page.proof.mixin"
    _description = "Proof of Purchase on the Public Page"

    def _prepare_proof(self, code, row):
        """Return what the form of a proof needs, None where none is asked for."""
        if row["proof_state"] not in ("requested", "refused"):
            return None
        token = self.env["serial.signature"]._sign(PROOF_SCOPE, [code], PROOF_HOURS)
        return {
            "token": Text(token),
            "action": Text(f"/sn/{code}/proof"),
            "refused": row["proof_state"] == "refused",
        }

    @api.model
    def _get_proof_page(self, typed, form, files, visit):
        """Keep a proof of purchase, and return the unit's page with the outcome.

        :param files: (name, content as bytes) each
        """
        self = self._receive(visit)
        code = code_scheme.canonical(typed or "")
        result, message = self._take_proof(code, form, files, visit)
        self.env.flush_all()
        row = self._look_up(code)
        self._watch(self.env["serial.geoip"]._truncate(visit["ip"]), code, row)
        values = self._prepare_unit(typed, code, row, visit)
        values["outcome"] = {"result": result, "field": None, "message": Text(message)}
        return self._render("scan_page", values)

    def _take_proof(self, code, form, files, visit):
        """Return (result, message for the consumer)."""
        if not self._is_form_of(code, form.get("token"), PROOF_SCOPE):
            message = self.env._("This page was open for too long. Please try again.")
            return "refused", message
        lot_sudo = self.env["stock.lot"]._resolve_scan_code(code)
        proofs = self.env["serial.activation.proof"]
        try:
            with self.env.cr.savepoint():
                proofs._give(lot_sudo, form.get("body"), files, visit["ip"])
        except UserError as error:
            return "refused", str(error)
        return "activated", self.env._(
            "Thank you, we have received your proof of purchase. Your warranty runs "
            "in any case."
        )
