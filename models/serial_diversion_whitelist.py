from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError

from ..core.errors import SerialError
from ..core.territory import place_code
from ..core.whitelist import Entry, Whitelist, read_network

# What a person types -> the field that keeps its hash.
TYPED = {"device_id": "device_key", "phone": "phone_key", "account": "account_key"}
# By what an entry is known, and the field that says so.
SIGNS = {
    **TYPED,
    "lot_ids": "lot_ids",
    "ip_prefix": "ip_prefix",
    "state_id": "state_id",
    "country_id": "country_id",
}


class SerialDiversionWhitelist(models.Model):
    """Somebody whose activations say nothing: staff, a fair, an inspector.

    Who hides a diversion would do it here: every change is kept in the chatter, and
    each activation names the entry that excused it.
    """

    _name = "serial.diversion.whitelist"
    _inherit = ["mail.thread"]
    _description = "Whitelist Entry"
    _order = "active desc, id desc"

    name = fields.Char(string="Who or What", required=True, tracking=True)
    kind = fields.Selection(
        [
            ("staff", "Staff"),
            ("fair", "Fair or Event"),
            ("inspector", "Inspector"),
            ("sample", "Samples and Tests"),
            ("other", "Other"),
        ],
        required=True,
        default="staff",
        tracking=True,
    )
    reason = fields.Text(required=True, tracking=True)
    active = fields.Boolean(default=True, tracking=True)
    date_from = fields.Date(
        string="Valid from", tracking=True, help="The first day. Empty: since ever."
    )
    date_to = fields.Date(
        string="Valid until", tracking=True, help="The last day. Empty: without end."
    )
    company_id = fields.Many2one(
        "res.company",
        default=lambda self: self.env.company,
        help="Whose units are excused. Empty: those of every company.",
    )
    lot_ids = fields.Many2many("stock.lot", string="Units", tracking=True)
    device_id = fields.Char(
        compute="_compute_typed",
        readonly=False,
        help="The identifier with which the device reports. Only its hash is kept.",
    )
    phone = fields.Char(
        string="Telephone",
        compute="_compute_typed",
        readonly=False,
        help="With its prefix, such as +86. Only its hash is kept.",
    )
    account = fields.Char(
        compute="_compute_typed",
        readonly=False,
        help="The account at the device cloud. Only its hash is kept.",
    )
    device_key = fields.Char(readonly=True, copy=False, tracking=True)
    phone_key = fields.Char(readonly=True, copy=False, tracking=True)
    account_key = fields.Char(readonly=True, copy=False, tracking=True)
    ip_prefix = fields.Char(
        string="Network",
        tracking=True,
        help="An address or a range of them, such as 203.0.113.0/24.",
    )
    country_id = fields.Many2one("res.country", tracking=True)
    state_id = fields.Many2one(
        "res.country.state",
        string="Subdivision",
        tracking=True,
        domain="[('country_id', '=?', country_id)]",
    )
    signs_text = fields.Char(string="Known by", compute="_compute_signs_text")
    activation_ids = fields.One2many("serial.activation", "whitelist_id")
    activation_count = fields.Integer(compute="_compute_activation_count")

    _dates_check = models.Constraint(
        "CHECK (date_to >= date_from)", "An entry cannot end before it begins."
    )

    # === COMPUTE === #

    def _compute_typed(self):
        """Show nothing: `_take_keys` keeps a hash in place of what was typed."""
        for name in TYPED:
            self[name] = False

    @api.depends_context("lang")
    @api.depends(*SIGNS.values())
    def _compute_signs_text(self):
        """Name the signs an entry has: of a telephone its hash alone is kept."""
        labels = {
            name: self._fields[name]._description_string(self.env) for name in SIGNS
        }
        for entry in self:
            signs = [labels[name] for name, kept in SIGNS.items() if entry[kept]]
            entry.signs_text = ", ".join(signs)

    def _compute_activation_count(self):
        counts = dict(
            self.env["serial.activation"]._read_group(
                [("whitelist_id", "in", self.ids)], ["whitelist_id"], ["__count"]
            )
        )
        for entry in self:
            entry.activation_count = counts.get(entry._origin, 0)

    # === CONSTRAINTS === #

    @api.constrains(
        "name",
        "lot_ids",
        "device_key",
        "phone_key",
        "account_key",
        "ip_prefix",
        "country_id",
        "date_to",
    )
    def _check_signs(self):
        for entry in self:
            signs = entry._prepare_entry({}).signs
            if not signs:
                raise ValidationError(
                    self.env._("Say by what %(name)s is known.", name=entry.name)
                )
            if not entry.date_to and set(signs) == {"places"}:
                raise ValidationError(
                    self.env._(
                        "A whole place is excused for some time only: give %(name)s a "
                        "last day, or another sign.",
                        name=entry.name,
                    )
                )

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create([self._take_keys(vals) for vals in vals_list])

    def write(self, vals):
        self.env.registry.clear_cache()
        return super().write(self._take_keys(vals))

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        used = self.filtered("activation_count")
        if used:
            raise ValidationError(
                self.env._(
                    "%(name)s excused activations and stays on record. Archive it.",
                    name=used[0].name,
                )
            )

    def _take_keys(self, vals):
        """Return values with hashes in place of what identifies a person."""
        vals = {name: value for name, value in vals.items() if name not in TYPED} | {
            key: self._hash(name, vals[name])
            for name, key in TYPED.items()
            if vals.get(name)
        }
        if vals.get("state_id"):
            state = self.env["res.country.state"].browse(vals["state_id"])
            vals["country_id"] = state.country_id.id
        if (vals.get("ip_prefix") or "").strip():
            vals["ip_prefix"] = self._read_network(vals["ip_prefix"])
        return vals

    def _hash(self, name, text):
        activations = self.env["serial.activation"].sudo()
        if name == "phone":
            number = activations._parse_phone(text, None, None)
            if not number:
                raise ValidationError(
                    self.env._("%(phone)s is not a telephone number.", phone=text)
                )
            text = activations._prepare_phone_vals(number)["phone"]
        return activations._make_hash(TYPED[name])(text.strip())

    def _read_network(self, text):
        try:
            return read_network(text)
        except SerialError as error:
            raise ValidationError(
                self.env._("%(network)s is not a network.", network=text)
            ) from error

    # === ACTIONS === #

    def action_forget_keys(self):
        """Take back the device, telephone and account of an entry."""
        self.check_access("write")
        return self.write(dict.fromkeys(TYPED.values(), False))

    def action_view_activations(self):
        """Open the activations this entry excused."""
        self.ensure_one()
        return self.activation_ids._get_records_action(
            name=self.env._("Excused by %(name)s", name=self.name)
        )

    # === BUSINESS === #

    @api.model
    @tools.ormcache()
    def _get_whitelist(self):
        """Return the `core.whitelist.Whitelist` in force; cached in every worker."""
        entries_sudo = self.sudo().search([("active", "=", True)])
        states = entries_sudo.state_id
        codes = states._get_iso_codes(states.ids)
        return Whitelist(entry._prepare_entry(codes) for entry in entries_sudo)

    def _prepare_entry(self, iso_codes):
        """Return this record as a `core.whitelist.Entry`."""
        country, subdivision = iso_codes.get(
            self.state_id.id, (self.country_id.code, None)
        )
        place = place_code(country, subdivision)
        return Entry(
            id=self.id,
            date_from=self.date_from or None,
            date_to=self.date_to or None,
            company_id=self.company_id.id or None,
            lots=frozenset(self.lot_ids.ids),
            device=self.device_key or None,
            phone=self.phone_key or None,
            account=self.account_key or None,
            network=self.ip_prefix or None,
            places=frozenset({place} if place else ()),
        )
