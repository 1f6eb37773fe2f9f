from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..core.chain import CHAIN_SQL
from .unchecked_many2one import UncheckedMany2one

KINDS = [
    ("minted", "Code minted"),
    ("adopted", "Code adopted"),
    ("imported", "Factory data recorded"),
    ("produced", "Produced"),
    ("assembled", "Parts built in"),
    ("shipped", "Shipped to a distributor"),
    ("sold", "Sold"),
    ("received", "Received"),
    ("returned", "Returned"),
    ("rebound", "Bound to another distributor"),
    ("corrected", "Corrected"),
    ("activated", "Activated"),
    ("in_service", "In for service"),
    ("out_of_service", "Back from service"),
    ("repaired", "Repaired"),
    ("exchanged", "Exchanged"),
    ("part_changed", "Part changed"),
    ("recalled", "Recalled"),
    ("recall_lifted", "Recall lifted"),
    ("blocked", "Blocked"),
    ("unblocked", "Unblocked"),
    ("voided", "Code voided"),
    ("traded_in", "Traded in"),
    ("trade_in_undone", "Given back after trade-in"),
    ("retired", "Retired"),
    ("reinstated", "Reinstated"),
    ("marked", "Mark verified"),
    ("packed", "Packed"),
    ("unpacked", "Unpacked"),
    ("captured", "Reported by a partner"),
    ("purged", "Older record removed"),
]


class SerialEvent(models.Model):
    """The spine: one append-only row for every step of every serial.

    Rows of a lot are numbered and form a SHA-256 chain; `core.chain` says what is
    hashed. The database refuses UPDATE and DELETE (`serial_event_guard`).
    """

    _name = "serial.event"
    _inherit = ["serial.append.mixin"]
    _description = "Serial Event"
    _order = "lot_id, sequence desc"
    _rec_name = "kind"
    _log_access = False

    # What appends an event writes its lot in the same statement, so the lot is there;
    # when it goes, a trigger takes its events along (serial_guard.py).
    lot_id = UncheckedMany2one(
        "stock.lot", string="Serial", required=True, readonly=True, ondelete="cascade"
    )
    product_id = fields.Many2one(related="lot_id.product_id")
    sequence = fields.Integer(required=True, readonly=True)
    kind = fields.Selection(KINDS, string="Step", required=True, readonly=True)
    biz_step = fields.Char(string="Business Step", readonly=True, help="GS1 CBV 2.0")
    disposition = fields.Char(readonly=True, help="GS1 CBV 2.0")
    event_time = fields.Datetime(required=True, readonly=True)
    event_offset = fields.Char(string="Time Zone Offset", readonly=True)
    record_time = fields.Datetime(required=True, readonly=True)
    actor_id = fields.Many2one(
        "res.users",
        string="Recorded by",
        readonly=True,
        ondelete="restrict",
        help="Empty: no person did, but the system on its own.",
    )
    location_id = fields.Many2one("stock.location", readonly=True, ondelete="restrict")
    partner_id = fields.Many2one(
        "res.partner", string="Party", readonly=True, ondelete="restrict"
    )
    country_id = fields.Many2one("res.country", readonly=True, ondelete="restrict")
    state_id = fields.Many2one(
        "res.country.state", string="Subdivision", readonly=True, ondelete="restrict"
    )
    document_model = fields.Char(readonly=True)
    document_id = fields.Many2oneReference(
        string="Document ID", model_field="document_model", readonly=True
    )
    document_name = fields.Char(string="Document", readonly=True)
    data = fields.Json(
        readonly=True, help="Two parts: what the public page may show, and the rest."
    )
    corrects_id = fields.Many2one(
        "serial.event",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
    )
    prev_hash = fields.Char(string="Previous Hash", readonly=True)
    hash = fields.Char(readonly=True)

    _lot_sequence_uniq = models.UniqueIndex(
        "(lot_id, sequence)", "This event of the serial is recorded already."
    )
    _record_time_idx = models.Index("USING brin (record_time)")

    # === COMPUTE === #

    @api.depends("kind", "sequence")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for event in self:
            event.display_name = f"{event.sequence}. {labels.get(event.kind, '')}"

    # === CRUD === #

    @api.model_create_multi
    # It is refused to everyone, so there is nothing to hand on.
    # pylint: disable-next=method-required-super
    def create(self, vals_list):
        raise UserError(
            self.env._("Events are recorded by the steps of a serial, not by hand.")
        )

    # === VERIFY CHAIN === #

    @api.model
    def _get_broken_chains(self, lot_ids):
        """Return the ids of lots whose chain of hashes does not hold; set-based.

        A chain is broken where a hash does not fit its row, does not follow the one
        before, or where events are missing, at the end too.
        """
        self.env.cr.execute(
            SQL(
                """
                WITH checked AS (
                    SELECT event.lot_id,
                           event.hash IS DISTINCT FROM %(hash)s
                           OR event.prev_hash
                              IS DISTINCT FROM lag(event.hash) OVER chain
                           OR event.sequence <> row_number() OVER chain AS broken
                      FROM serial_event event
                     WHERE event.lot_id = ANY(%(lot_ids)s)
                    WINDOW chain AS (PARTITION BY event.lot_id ORDER BY event.sequence)
                )
                SELECT lot.id
                  FROM stock_lot lot
             LEFT JOIN checked ON checked.lot_id = lot.id
                 WHERE lot.id = ANY(%(lot_ids)s)
              GROUP BY lot.id
                HAVING coalesce(bool_or(checked.broken), false)
                    OR count(checked.lot_id) <> coalesce(lot.event_count, 0)
              ORDER BY lot.id
                """,
                hash=SQL(CHAIN_SQL),
                lot_ids=list(lot_ids),
            )
        )
        return [row[0] for row in self.env.cr.fetchall()]
