import base64

import qrcode
from qrcode.image.svg import SvgPathImage

from odoo import api, fields, models

from .window import list_window

TIMELINE_LENGTH = 100
# What a stage alone says of a unit; all others are genuine.
VERDICTS = {
    "minted": "not_on_sale",
    "produced": "not_on_sale",
    "traded_in": "ended",
    "retired": "ended",
    "void": "void",
}
OPEN_ALERT_STATES = ("new", "investigating", "confirmed")


class SerialDossierMixin(models.AbstractModel):
    """What the dossier's screen shows beside the fields: verdict, code and timeline."""

    _name = "serial.dossier.mixin"
    _description = "Dossier of a Serial"

    dossier_verdict = fields.Selection(
        [
            ("genuine", "Genuine"),
            ("not_on_sale", "Not on sale yet"),
            ("suspect", "Suspect"),
            ("recalled", "Recalled"),
            ("blocked", "Blocked"),
            ("ended", "Out of use"),
            ("void", "Void"),
        ],
        string="Verdict",
        compute="_compute_dossier_verdict",
    )
    page_url = fields.Char(string="Public Page", compute="_compute_page_url")
    scan_qr = fields.Char(string="QR Code", compute="_compute_scan_qr")
    dossier_timeline = fields.Json(
        string="Timeline", compute="_compute_dossier_timeline"
    )

    # === COMPUTE === #

    @api.depends("stage", "blocked", "recalled", "alert_ids.state")
    def _compute_dossier_verdict(self):
        suspects = self._get_suspects()
        for lot in self:
            lot.dossier_verdict = lot._get_verdict(lot in suspects)

    def _get_verdict(self, is_suspect):
        """Return what the brand thinks of this unit: the worst that is true of it."""
        if not self.stage:
            return False
        if self.stage == "void":
            return "void"
        for flag in ("recalled", "blocked"):
            if self[flag]:
                return flag
        if is_suspect:
            return "suspect"
        return VERDICTS.get(self.stage, "genuine")

    def _get_suspects(self):
        """Return those of these serials that an open alert casts doubt on."""
        groups = (
            self.env["serial.diversion.alert"]
            .sudo()
            ._read_group(
                [("lot_id", "in", self.ids), ("state", "in", OPEN_ALERT_STATES)],
                ["lot_id"],
            )
        )
        return self.browse([lot.id for (lot,) in groups])

    @api.depends("scan_code")
    def _compute_page_url(self):
        base_url = self[:1].get_base_url() if self else ""
        for lot in self:
            lot.page_url = lot.scan_code and f"{base_url}/sn/{lot.scan_code}"

    @api.depends("digital_link", "scan_code")
    def _compute_scan_qr(self):
        for lot in self:
            shown = lot.scan_code and lot.digital_link
            lot.scan_qr = shown and self._draw_qr(shown)

    @api.model
    def _draw_qr(self, text):
        """Return a QR code of a text as the data URI of an SVG drawing."""
        image = qrcode.make(text, image_factory=SvgPathImage, border=2)
        drawing = base64.b64encode(image.to_string()).decode()
        return f"data:image/svg+xml;base64,{drawing}"

    @api.depends("event_count")
    def _compute_dossier_timeline(self):
        for lot in self:
            lot.dossier_timeline = lot._get_timeline() if lot.stage else []

    # === TIMELINE === #

    def _get_timeline(self):
        """Return the newest steps of this serial, as the timeline widget draws them."""
        self.check_access("read")
        events_sudo = (
            self.env["serial.event"]
            .sudo()
            .search(
                [("lot_id", "=", self._origin.id)],
                order="sequence desc",
                limit=TIMELINE_LENGTH,
            )
        )
        readable = self._get_readable_documents(events_sudo)
        kinds = dict(events_sudo._fields["kind"]._description_selection(self.env))
        return [
            self._prepare_step(event_sudo, kinds, readable)
            for event_sudo in events_sudo
        ]

    def _prepare_step(self, event, kinds, readable):
        """Return a step as the timeline widget draws it.

        :param kinds: kind -> its name
        :param readable: the documents that the user may open
        """
        document = event.document_model, event.document_id
        return {
            "id": event.id,
            "number": event.sequence,
            "kind": event.kind,
            "title": kinds[event.kind],
            "time": fields.Datetime.to_string(event.event_time),
            "party": event.partner_id.display_name,
            "place": self._get_place(event),
            "actor": event.actor_id.name,
            "document": event.document_name,
            "document_model": event.document_model,
            "document_id": event.document_id if document in readable else False,
            "note": self._get_note(event),
            "hash": (event.hash or "")[:12],
        }

    def _get_readable_documents(self, events_sudo):
        """Return the documents of events that the user may open: {(model, id)}."""
        readable = set()
        documents = events_sudo.filtered("document_id")
        for model, events in documents.grouped("document_model").items():
            if model in self.env:
                records = self.env[model].browse(set(events.mapped("document_id")))
                readable |= {
                    (model, record.id)
                    for record in records.exists()._filtered_access("read")
                }
        return readable

    @api.model
    def _get_place(self, event):
        """Return where an event happened, as exactly as it says."""
        places = [event.state_id._get_readable_name(), event.country_id.name]
        return ", ".join(filter(None, places)) or event.location_id.complete_name

    @api.model
    def _get_note(self, event):
        """Return why a step was taken, or what was found at it, in words."""
        data = event.data or {}
        values = {**(data.get("private") or {}), **(data.get("public") or {})}
        texts = self.env["serial.reason"]._get_texts(values.get("reasons"))
        return " ".join(filter(None, [values.get("reason"), *texts]))

    # === CERTIFICATE === #

    def _get_dossier_certificate_pdf(self):
        """Return the certificate of this dossier as the bytes of a PDF."""
        self.ensure_one()
        return self.env["serial.certificate"]._get_pdf(self.sudo())

    def _get_lot_number(self):
        """Return what stands for the unit's lot (AI 10), "" if nothing does."""
        return self.ref or self.serial_batch_id.sudo().name or ""

    # === ACTIONS === #

    def action_open_page(self):
        """Open the public page of this serial."""
        self.ensure_one()
        return {"type": "ir.actions.act_url", "url": f"/sn/{self.scan_code}"}

    def action_void_serials(self):
        """Ask why these serials are void."""
        return self._get_wizard("serial_dossier.serial_lot_void_action")

    def _get_wizard(self, xml_id):
        """Return the action of a wizard on these serials."""
        action = self.env["ir.actions.act_window"]._for_xml_id(xml_id)
        context = {"active_model": "stock.lot", "active_ids": self.ids}
        return {**action, "context": context}

    def action_view_events(self):
        """Open every step of this serial."""
        return self._get_window("serial.event", self.env._("Events"))

    def action_view_scans(self):
        """Open what was seen of this serial's public page, bots and all."""
        return self._get_window("serial.scan", self.env._("Scans"))

    def action_view_transfers(self):
        """Open the transfers of this serial between distributors."""
        return self._get_window("serial.channel.transfer.line", self.env._("Transfers"))

    def action_view_tradeins(self):
        """Open the trade-ins of this serial."""
        return self._get_window("serial.tradein", self.env._("Trade-ins"))

    def action_view_alerts(self):
        """Open the diversion alerts of this serial."""
        return self._get_window("serial.diversion.alert", self.env._("Alerts"))

    @api.model
    def _get_dossier_window(self, name, domain):
        """Return an action that shows some serials with the dossiers' own views."""
        views = {
            "list": "serial_dossier.serial_dossier_view_list",
            "kanban": "serial_dossier.serial_dossier_view_kanban",
            "form": "stock.view_production_lot_form",
            "graph": "serial_dossier.serial_dossier_view_graph",
            "pivot": "serial_dossier.serial_dossier_view_pivot",
        }
        search = self.env.ref("serial_dossier.serial_dossier_view_search")
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "stock.lot",
            "views": [(self.env.ref(view).id, kind) for kind, view in views.items()],
            "view_mode": ",".join(views),
            "search_view_id": [search.id],
            "domain": domain,
            "context": {"create": False, "display_complete": True},
        }

    def _get_window(self, model, name):
        self.ensure_one()
        return list_window(model, f"{name}: {self.name}", [("lot_id", "=", self.id)])
