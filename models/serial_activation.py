from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from odoo.addons.phone_validation.tools import phone_validation

from ..core import activation
from ..core.privacy import mask_phone

MAX_PHONE = 40


class SerialActivation(models.Model):
    """The first use of a unit: when, by which way, and where it was seen."""

    _name = "serial.activation"
    _inherit = ["serial.activation.mixin", "serial.place.kind.mixin"]
    _description = "Activation"
    _order = "activated_at desc, id desc"
    _rec_name = "lot_id"

    lot_id = fields.Many2one(
        "stock.lot",
        string="Serial",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    active = fields.Boolean(
        default=True, help="Archived when the unit physically comes back."
    )
    product_id = fields.Many2one(related="lot_id.product_id", store=True, index=True)
    company_id = fields.Many2one("res.company", readonly=True)
    activated_at = fields.Datetime(required=True, readonly=True, index=True)
    reported_at = fields.Datetime(
        readonly=True, help="The time the caller gave, believed or not."
    )
    source = fields.Selection(
        [
            ("page", "Public Page"),
            ("api", "API"),
            ("portal", "Distributor"),
            ("backend", "Back Office"),
        ],
        required=True,
        readonly=True,
    )
    phone = fields.Char(
        readonly=True,
        help="E.164.",
        groups="serial_dossier.serial_dossier_group_personal_data",
    )
    phone_masked = fields.Char(string="Phone (masked)", readonly=True)
    consent_text = fields.Text(readonly=True)
    consent_id = fields.Many2one(
        "serial.consent.text",
        readonly=True,
        ondelete="restrict",
    )
    consent_at = fields.Datetime(readonly=True)
    account = fields.Char(
        readonly=True, groups="serial_dossier.serial_dossier_group_personal_data"
    )
    device_key = fields.Char(
        readonly=True,
        index="btree_not_null",
        help="Hash of the device's identifier.",
    )
    owner_key = fields.Char(
        readonly=True,
        index="btree_not_null",
        help="Hash of the account or telephone: tells owners apart, not who they are.",
    )
    ip_prefix = fields.Char(readonly=True, string="IP (truncated)")
    country_id = fields.Many2one("res.country", readonly=True)
    state_id = fields.Many2one("res.country.state", string="Subdivision", readonly=True)
    city = fields.Char(readonly=True)
    radius_km = fields.Integer(readonly=True, string="Precision (km)")
    observations = fields.Json(readonly=True)
    partner_id = fields.Many2one(
        "res.partner", string="Distributor", readonly=True, index="btree_not_null"
    )
    region_id = fields.Many2one(
        "serial.channel.region", string="Target Region", readonly=True
    )
    verdict = fields.Selection(
        [
            ("inside", "Inside"),
            ("outside", "Outside"),
            ("undecided", "Undecided"),
        ],
        readonly=True,
    )
    score = fields.Integer(readonly=True, aggregator="avg")
    observation_html = fields.Html(
        string="Sources", compute="_compute_observation_html"
    )
    reasons = fields.Json(readonly=True)
    reason_text = fields.Text(string="Why", compute="_compute_reason_text")
    proof_requested = fields.Boolean(readonly=True)
    proof_state = fields.Selection(
        [
            ("requested", "Requested"),
            ("given", "To Check"),
            ("accepted", "Accepted"),
            ("refused", "Refused"),
        ],
        string="Proof of Purchase",
        readonly=True,
    )
    proof_ids = fields.One2many(
        "serial.activation.proof", "activation_id", readonly=True
    )
    alert_ids = fields.One2many("serial.diversion.alert", "activation_id")
    alert_count = fields.Integer(compute="_compute_alert_count")

    _lot_live_uniq = models.UniqueIndex(
        "(lot_id) WHERE active", "This unit is activated already."
    )

    # === COMPUTE === #

    @api.depends("reasons")
    @api.depends_context("lang")
    def _compute_reason_text(self):
        for record in self:
            texts = self.env["serial.reason"]._get_texts(record.reasons)
            record.reason_text = "\n".join(texts)

    @api.depends("observations")
    @api.depends_context("lang")
    def _compute_observation_html(self):
        row = Markup("<tr><td>%s</td><td>%s</td><td>%s</td></tr>")
        table = Markup('<table class="table table-sm">%s</table>')
        tell = self.env["serial.source"]._tell_observation
        for record in self:
            rows = [row % tell(seen) for seen in record.observations or []]
            record.observation_html = rows and table % Markup("").join(rows)

    def _compute_alert_count(self):
        counts = dict(
            self.env["serial.diversion.alert"]._read_group(
                [("activation_id", "in", self.ids)], ["activation_id"], ["__count"]
            )
        )
        for record in self:
            record.alert_count = counts.get(record._origin, 0)

    # === ACTIONS === #

    def action_view_serial(self):
        """Open the unit's dossier."""
        self.ensure_one()
        return self.lot_id._get_records_action()

    def action_view_alerts(self):
        """Open the alerts that this activation raised."""
        self.ensure_one()
        return self.alert_ids._get_records_action(name=self.env._("Diversion Alerts"))

    # === PUBLIC PAGE === #

    @api.model
    def _get_consent_text(self):
        """Return what a consumer agrees to, in the language of the page."""
        return self.env["serial.consent.text"]._get_current("activation")[1]

    @api.model
    def _activate_from_page(self, lot_sudo, phone, country_code, consent, facts):
        """Activate one unit for a consumer.

        :param lot_sudo: the unit whose code the page shows
        :param str country_code: country of a number typed without its prefix;
            empty: the one of the address, else the company's
        :param dict facts: `ip` and, where the consumer shares it, `latitude` and
            `longitude`
        :return: `result` (activated, already_activated, refused, invalid), a
            `message` for the consumer, `activated_at` (naive UTC), `field` (the one
            to correct, else None) and `proof_requested`
        """
        if not consent:
            return self._prepare_page_answer(
                "invalid",
                self.env._("Please agree to the storage of your data first."),
                field="consent",
            )
        number = self._parse_phone(phone, country_code, facts.get("ip"))
        if not number:
            return self._prepare_page_answer(
                "invalid",
                self.env._(
                    "This is not a telephone number. Please check it; a number of "
                    "another country starts with + and its prefix."
                ),
                field="phone",
            )
        consent_id, consent_text = self.env["serial.consent.text"]._get_current(
            "activation"
        )
        values = {
            **self._prepare_phone_vals(number),
            "consent_id": consent_id,
            "consent_text": consent_text,
            "consent_at": fields.Datetime.now(),
        }
        item = {"code": lot_sudo.scan_code, **self._get_page_facts(facts)}
        answer = self.sudo()._activate([item], "page", values)[0]
        return self._tell(answer)

    def _get_page_facts(self, facts):
        """Return what the page knows of the place; wrong values are left out."""
        known = {
            name: facts[name]
            for name in ("ip", "latitude", "longitude")
            if facts.get(name) is not None
        }
        item = activation.read_item({"code": "", **known}, str, fields.Datetime.now())
        return known if not item.refusal else {}

    def _parse_phone(self, phone, country_code, ip):
        """Return a parsed number, None if it is not one."""
        phone = (phone or "").strip()
        if not phone or len(phone) > MAX_PHONE:
            return None
        country_code = country_code or self._get_country_code(ip)
        try:
            return phone_validation.phone_parse(phone, country_code) or None
        except UserError:
            return None

    def _get_country_code(self, ip):
        located = self.env["serial.geoip"].sudo()._locate(ip) if ip else []
        country = next((seen.country for seen in located if seen.country), None)
        return country or self.env.company.country_id.code

    def _prepare_phone_vals(self, number):
        """Return the number as it is stored and as it is shown."""
        prefix, national = str(number.country_code), str(number.national_number)
        return {
            "phone": f"+{prefix}{national}",
            "phone_masked": mask_phone(prefix, national),
        }

    def _tell(self, answer):
        """Return the answer to a consumer; a diversion is never their concern."""
        result = answer["result"]
        moment = None
        if answer["activated_at"]:
            moment, _offset = activation.parse_time(answer["activated_at"])
        if result == "activated":
            message = self.env._("Your product is activated.")
            if answer["proof_requested"]:
                message = self.env._(
                    "Your product is activated. Please send us your proof of purchase "
                    "below; your warranty is not affected."
                )
        elif result == "already_activated":
            message = self.env._(
                "This product has been activated already, on %(date)s.",
                date=self._format_moment(moment),
            )
        elif answer["reasons"] == ["recalled"]:
            result = "refused"
            message = self.env._(
                "This product is part of a recall. Please read what to do first."
            )
        else:
            result = "refused"
            message = self.env._("This product cannot be activated.")
        return self._prepare_page_answer(
            result, message, moment, proof_requested=answer.get("proof_requested")
        )

    def _format_moment(self, moment):
        if not moment:
            return ""
        date = fields.Datetime.context_timestamp(self, moment).date()
        return format_date(self.env, date)

    def _prepare_page_answer(
        self, result, message, activated_at=None, field=None, proof_requested=False
    ):
        return {
            "result": result,
            "message": message,
            "activated_at": activated_at,
            "field": field,
            "proof_requested": bool(proof_requested),
        }
