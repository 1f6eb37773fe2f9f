from odoo import api, fields, models
from odoo.tools import SQL

from .unchecked_many2one import UncheckedMany2one

STATES = [
    ("open", "Open"),
    ("notified", "Notified"),
    ("unreachable", "Not Reached"),
    ("remedied", "Remedied"),
]
NOTICES = [
    ("sms", "Text Message"),
    ("mail", "E-mail"),
    ("dealer", "Dealer"),
]


class SerialRecallUnit(models.Model):
    """A unit on the list of a recall, and what has become of it."""

    _name = "serial.recall.unit"
    _inherit = ["serial.recall.owner.mixin", "serial.personal.mixin"]
    _personal_fields = frozenset({"owner_phone", "owner_email"})
    _description = "Unit of a Recall"
    _order = "recall_id desc, lot_id"
    _rec_name = "lot_id"
    # A million rows at once: no columns that nobody asks for.
    _log_access = False

    recall_id = fields.Many2one(
        "serial.recall", required=True, readonly=True, ondelete="cascade"
    )
    # The list is made of serials that left the stage Minted: those cannot be deleted.
    lot_id = UncheckedMany2one(
        "stock.lot", string="Serial", required=True, readonly=True, index=True
    )
    part_id = UncheckedMany2one(
        "serial.part",
        string="Affected Part",
        readonly=True,
        help="The part by which the unit is affected.",
    )
    state = fields.Selection(STATES, required=True, readonly=True, default="open")
    notice = fields.Selection(NOTICES, string="Notified by", readonly=True)
    notified_at = fields.Datetime(readonly=True)
    remedied_at = fields.Datetime(readonly=True)
    document_model = fields.Char(readonly=True)
    document_id = fields.Many2oneReference(
        string="Remedied by", model_field="document_model", readonly=True
    )
    company_id = fields.Many2one(related="recall_id.company_id")
    recall_state = fields.Selection(related="recall_id.state", string="Recall's State")
    product_id = fields.Many2one(related="lot_id.product_id")
    stage = fields.Selection(related="lot_id.stage")
    partner_id = fields.Many2one(
        related="lot_id.channel_partner_id", string="Distributor"
    )
    region_id = fields.Many2one(
        related="lot_id.channel_region_id", string="Target Region"
    )

    _unit_uniq = models.UniqueIndex(
        "(recall_id, lot_id)", "A unit is on the list of a recall once."
    )

    # === ACTIONS === #

    def action_view_serial(self):
        """Open the unit's dossier."""
        self.ensure_one()
        return self.lot_id._get_records_action()

    def action_remedy(self):
        """Note that these units were put right by other means than a repair here."""
        self._ensure_may_work()
        for recall, units in (
            self.filtered(lambda u: u.state != "remedied").grouped("recall_id").items()
        ):
            recall._ensure_state("active", "closed")
            recall.sudo().with_user(self.env.user).sudo()._remedy(
                units.lot_id.ids, None
            )
        return True

    def action_give_up(self):
        """Note that the owners of these units could not be reached."""
        return self._change_by_hand("unreachable")

    def action_reopen(self):
        """Try again to reach the owners of these units."""
        return self._change_by_hand("open")

    def _change_by_hand(self, state):
        self._ensure_may_work()
        units = self.filtered(lambda unit: unit.state not in ("remedied", state))
        for recall, of_recall in units.grouped("recall_id").items():
            recall._ensure_state("active", "closed")
            self._set_state(recall, of_recall.lot_id.ids, state)
        return True

    def _ensure_may_work(self):
        self.recall_id.check_access("write")

    # === BUSINESS === #

    @api.model
    def _set_state(self, recall, lot_ids, state, notice=None, document=None):
        """Write what has become of units of a recall; one statement."""
        now = fields.Datetime.now()
        columns = {"state": state}
        if state == "notified":
            columns.update(notified_at=now, notice=notice)
        if state == "remedied":
            columns.update(
                remedied_at=now,
                document_model=document and document._name,
                document_id=document and document.id,
            )
        self.env.cr.execute(
            SQL(
                """
                UPDATE serial_recall_unit SET %s
                 WHERE recall_id = %s AND lot_id = ANY(%s) AND state <> 'remedied'
                """,
                SQL(", ").join(
                    SQL("%s = %s", SQL.identifier(name), value)
                    for name, value in columns.items()
                ),
                recall.id,
                list(lot_ids),
            )
        )
        self.invalidate_model(flush=False)
