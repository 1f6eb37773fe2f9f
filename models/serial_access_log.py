from odoo import api, fields, models

from .window import list_window

# So long it must be possible to say who saw what.
KEEP_MONTHS = 36
MOST_IDS = 1_000


class SerialAccessLog(models.Model):
    """Who read consumers' data unmasked: written by the reading itself."""

    _name = "serial.access.log"
    _description = "Access to Personal Data"
    _order = "id desc"
    _rec_name = "read_at"
    _log_access = False

    read_at = fields.Datetime(required=True, readonly=True, index=True)
    user_id = fields.Many2one(
        "res.users", required=True, readonly=True, index=True, ondelete="restrict"
    )
    model = fields.Char(required=True, readonly=True)
    model_name = fields.Char(string="Records", compute="_compute_model_name")
    field_names = fields.Char(string="Fields", readonly=True)
    field_labels = fields.Char(string="What", compute="_compute_field_labels")
    way = fields.Selection(
        [
            ("read", "Read"),
            ("export", "Exported"),
            ("request", "Personal-data request"),
        ],
        required=True,
        readonly=True,
    )
    record_count = fields.Integer(string="How Many", readonly=True)
    res_ids = fields.Json(readonly=True, help="The first thousand.")
    res_id = fields.Many2oneReference(
        string="Record ID", model_field="model", readonly=True, help="Of one record."
    )
    reason = fields.Char(readonly=True)

    @api.depends("model")
    def _compute_model_name(self):
        for log in self:
            known = log.model in self.env
            log.model_name = (
                self.env["ir.model"]._get(log.model).name if known else log.model
            )

    @api.depends("field_names", "model")
    @api.depends_context("lang")
    def _compute_field_labels(self):
        for log in self:
            log.field_labels = ", ".join(
                log._get_label(name) for name in (log.field_names or "").split(", ")
            )

    def _get_label(self, name):
        """Return what a person calls a field; its name if there is none any more."""
        if name == "*":
            return self.env._("Everything")
        field = self.env[self.model]._fields.get(name) if self.model in self.env else 0
        return field._description_string(self.env) if field else name

    @api.model
    def _note(self, records, names, way, reason=None):
        """Keep who reads which fields of which records."""
        vals = {
            "read_at": fields.Datetime.now(),
            "user_id": self.env.uid,
            "model": records._name,
            "field_names": ", ".join(sorted(names)),
            "way": way,
            "record_count": len(records),
            "res_ids": records.ids[:MOST_IDS],
            "res_id": records.id if len(records) == 1 else False,
            "reason": reason,
        }
        if not self.env.cr.readonly:
            self.sudo().create(vals)
            return
        # Reading may happen on a replica, which cannot be written to.
        with self.env.registry.cursor() as cr:
            self.with_env(self.env(cr=cr, su=True)).create(vals)

    def action_view_records(self):
        """Open what was read."""
        self.ensure_one()
        return list_window(
            self.model, self.model_name, [("id", "in", self.res_ids or [])]
        )

    @api.autovacuum
    def _gc_old(self):
        """Forget who read what long ago: that, too, is data about persons."""
        limit = fields.Datetime.subtract(fields.Datetime.now(), months=KEEP_MONTHS)
        self.sudo().search([("read_at", "<", limit)], limit=10_000).unlink()
