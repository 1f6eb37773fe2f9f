from odoo import fields, models
from odoo.tools import consteq
from odoo.tools.misc import hmac

from ..core import purge_proof

SCOPE = "serial_dossier.purge"


class SerialPurgeProof(models.Model):
    """The signed proof of a chunk of a purge; without it no event can be deleted."""

    _name = "serial.purge.proof"
    _description = "Proof of a Purge"
    _order = "purge_id, number"
    _rec_name = "hash"
    _log_access = False

    purge_id = fields.Many2one(
        "serial.purge", required=True, readonly=True, ondelete="restrict"
    )
    number = fields.Integer(required=True, readonly=True)
    made_at = fields.Datetime(required=True, readonly=True)
    made_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    unit_count = fields.Integer(string="Units", readonly=True)
    event_count = fields.Integer(string="Events", readonly=True)
    row_count = fields.Integer(string="Other Rows", readonly=True)
    rows = fields.Json(readonly=True, help="How many of each table.")
    hash = fields.Char(required=True, readonly=True)
    signature = fields.Char(required=True, readonly=True)
    unit_ids = fields.One2many("serial.purge.unit", "proof_id", readonly=True)

    _number_uniq = models.UniqueIndex(
        "(purge_id, number)", "This chunk of the purge is proven already."
    )

    def _get_head(self):
        """Return what the hash covers beside the units."""
        self.ensure_one()
        return {
            "format": purge_proof.FORMAT,
            "purge": self.purge_id.name,
            "number": self.number,
            "made_at": fields.Datetime.to_string(self.made_at),
            "units": self.unit_count,
            "events": self.event_count,
            "rows": self.rows or {},
        }

    def _get_unit_dicts(self):
        """Return the units of a proof as they are hashed, in their order."""
        self.ensure_one()
        return self.env["serial.purge.unit"]._read_dicts([("proof_id", "=", self.id)])

    def _sign(self, digest):
        """Return the signature of a hash: only this database can make it."""
        return hmac(self.env(su=True), SCOPE, digest)

    def _is_signed(self):
        self.ensure_one()
        return consteq(self._sign(self.hash), self.signature or "")
