from odoo import fields, models

from .unchecked_many2one import UncheckedMany2one

REASONS = [
    ("hold", "Legal hold"),
    ("recall", "Recalled"),
    ("blocked", "Blocked"),
    ("case", "Open alert, lead or case"),
    ("claim", "Proof of purchase to be checked"),
    ("repair", "Open repair"),
    ("tradein", "Open trade-in"),
    ("warranty", "Live warranty"),
    ("transfer", "On the way to a partner"),
    ("stock", "In our stock"),
    ("part", "Built into a unit that stays"),
    ("chain", "Its chain of hashes is broken"),
    ("not_due", "Used again since the preview"),
]


class SerialPurgeUnit(models.Model):
    """A dossier whose time was over: what became of it, and what proves it.

    The serial itself stays in the stock, which has its own history to keep; the row
    of one that was purged can neither be changed nor deleted.
    """

    _name = "serial.purge.unit"
    _description = "Dossier of a Purge"
    _order = "id"
    _rec_name = "serial"
    _log_access = False

    purge_id = fields.Many2one(
        "serial.purge", required=True, readonly=True, index=True, ondelete="cascade"
    )
    lot_id = UncheckedMany2one(
        "stock.lot", string="Dossier", required=True, readonly=True, index=True
    )
    serial = fields.Char(required=True, readonly=True)
    product_id = fields.Many2one(
        "product.product", required=True, readonly=True, ondelete="restrict"
    )
    state = fields.Selection(
        [("due", "To Purge"), ("kept", "Kept"), ("purged", "Purged")],
        required=True,
        readonly=True,
    )
    reason = fields.Selection(REASONS, string="Kept Because", readonly=True)
    years = fields.Integer(string="Retention (years)", readonly=True)
    base_on = fields.Date(
        string="Counted From",
        readonly=True,
        help="The last of its expiry, its last event and the end of its warranty.",
    )
    due_on = fields.Date(string="Kept Until", readonly=True)
    event_count = fields.Integer(string="Events", readonly=True)
    last_event_id = fields.Integer(readonly=True)
    head_hash = fields.Char(string="Hash of the Last Event", readonly=True)
    removed = fields.Json(readonly=True)
    proof_id = fields.Many2one(
        "serial.purge.proof",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )

    _lot_uniq = models.UniqueIndex(
        "(purge_id, lot_id)", "The purge has this serial already."
    )

    def _read_dicts(self, domain):
        """Return units as `core.purge_proof` hashes them, in the order of their ids."""
        units = self.search_fetch(
            domain,
            [
                "serial",
                "lot_id",
                "product_id",
                "due_on",
                "event_count",
                "head_hash",
                "removed",
            ],
            order="id",
        )
        return [
            {
                "lot_id": unit.lot_id.id,
                "serial": unit.serial,
                "product_id": unit.product_id.id,
                "due_on": fields.Date.to_string(unit.due_on),
                "events": unit.event_count,
                "head": unit.head_hash,
                "removed": unit.removed or {},
            }
            for unit in units
        ]
