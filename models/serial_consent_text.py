from odoo import api, fields, models, tools
from odoo.exceptions import UserError

PURPOSES = [
    ("activation", "Activation"),
    ("service", "Repair Request"),
    ("tradein", "Trade-in"),
]


class SerialConsentText(models.Model):
    """What consumers agree to, in versions: what was agreed to once cannot change.

    A version is written as a draft, published, and then stays as it is; the next one
    takes its place.
    """

    _name = "serial.consent.text"
    _inherit = ["serial.guarded.mixin"]
    _description = "Consent Text"
    _order = "purpose, version desc, id desc"
    _guarded_fields = frozenset({"state", "version", "published_at", "published_by_id"})

    purpose = fields.Selection(PURPOSES, required=True)
    version = fields.Integer(readonly=True, copy=False)
    state = fields.Selection(
        [("draft", "Draft"), ("published", "In Use"), ("replaced", "Replaced")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
    )
    text = fields.Text(required=True, translate=True)
    note = fields.Text(string="Why It Changed")
    published_at = fields.Datetime(readonly=True, copy=False)
    published_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    given_count = fields.Integer(
        string="Given", compute="_compute_given_count", help="How often."
    )

    _current_uniq = models.UniqueIndex(
        "(purpose) WHERE state = 'published'", "Another text is in use already."
    )
    _version_uniq = models.UniqueIndex(
        "(purpose, version) WHERE version > 0", "There is such a version already."
    )

    # === COMPUTE === #

    @api.depends("purpose", "version")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["purpose"]._description_selection(self.env))
        for text in self:
            version = f" {text.version}" if text.version else ""
            text.display_name = f"{labels.get(text.purpose, '')}{version}"

    def _compute_given_count(self):
        for text in self:
            text.given_count = sum(
                self.env[model].sudo().search_count([(column, "=", text._origin.id)])
                for model, column in self._get_given_columns().items()
            )

    @api.model
    def _get_given_columns(self):
        """Return where it is noted which version was agreed to."""
        return {
            "serial.activation": "consent_id",
            "repair.order": "serial_consent_id",
            "serial.tradein": "consent_id",
        }

    # === CRUD === #

    def write(self, vals):
        if {"text", "purpose"} & set(vals):
            self._ensure_draft(keep_language=vals)
        done = super().write(vals)
        self.env.registry.clear_cache("templates")
        return done

    def update_field_translations(self, field_name, translations, source_lang=""):
        """A text in use may still be translated, but not changed where it was read."""
        if field_name == "text":
            for text in self.filtered(lambda one: one.state != "draft"):
                text._ensure_untranslated(translations)
        done = super().update_field_translations(field_name, translations, source_lang)
        self.env.registry.clear_cache("templates")
        return done

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        if any(text.state != "draft" for text in self):
            raise UserError(self.env._("A text that was in use stays as a record."))

    def _ensure_draft(self, keep_language):
        for text in self.filtered(lambda one: one.state != "draft"):
            if keep_language.get("purpose", text.purpose) != text.purpose or (
                keep_language.get("text", text.text) != text.text
            ):
                raise UserError(text._get_frozen_text())

    def _ensure_untranslated(self, translations):
        known = self._fields["text"]._get_stored_translations(self) or {}
        if any(
            lang in known and known[lang] != value
            for lang, value in translations.items()
        ):
            raise UserError(self._get_frozen_text())

    def _get_frozen_text(self):
        return self.env._(
            "Consumers have agreed to this text. Write a new version in its place."
        )

    # === ACTIONS === #

    def action_publish(self):
        """Put a draft to use, in place of the one before."""
        for text in self:
            text.check_access("write")
            if text.state != "draft":
                raise UserError(self.env._("This text was published already."))
            text.sudo()._publish()
        return True

    def _publish(self):
        others = self.search([("purpose", "=", self.purpose), ("version", ">", 0)])
        others.filtered(lambda one: one.state == "published").state = "replaced"
        others.flush_recordset()
        self.write(
            {
                "state": "published",
                "version": max(others.mapped("version"), default=0) + 1,
                "published_at": fields.Datetime.now(),
                "published_by_id": self.env.uid,
            }
        )

    def action_new_version(self):
        """Open a draft that begins with this text."""
        self.ensure_one()
        return self.copy()._get_records_action()

    # === GIVEN === #

    @api.model
    @tools.ormcache("purpose", "self.env.lang", cache="templates")
    def _get_current(self, purpose):
        """Return (id, text) of what consumers agree to, in the page's language."""
        text_sudo = self.sudo().search(
            [("purpose", "=", purpose), ("state", "=", "published")], limit=1
        )
        return text_sudo.id or None, text_sudo.text or ""
