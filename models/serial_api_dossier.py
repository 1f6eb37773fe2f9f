from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from ..core import verify
from ..core.activation import format_time
from ..core.lifecycle import Stage
from .serial_page_source_mixin import PUBLIC_KINDS

MAX_EVENTS = 200


class SerialApiDossier(models.AbstractModel):
    """The dossier of one unit for a machine: a public part, and one for the brand."""

    _name = "serial.api.dossier"
    _inherit = "serial.api.care.mixin"
    _description = "Dossier by API"

    @api.model
    def _get_dossier(self, text):
        """Return what the current user may know of the unit a number names.

        A distributor finds the units he and those below him hold, and is told what
        the public is told and who of them holds it; the brand is told everything.

        :return: a dict; "ambiguous" if several units have the number, None if none has
        """
        caller = self.env["serial.verify"]._get_caller(self.env.uid)
        lots_sudo = self._find(text, caller)
        if len(lots_sudo) != 1:
            return "ambiguous" if lots_sudo else None
        dossier = {
            **self._prepare_public(lots_sudo, caller),
            "channel": self._prepare_channel(lots_sudo),
        }
        if caller.is_internal:
            dossier["private"] = self._prepare_private(lots_sudo)
        return dossier

    def _find(self, text, caller):
        """Return the coded units (sudo) that a number names and the caller may see."""
        lots = self.env["stock.lot"]
        domain = Domain("stage", "not in", [False, Stage.VOID])
        if caller.is_internal:
            # with the user's own rights and the rules of companies
            return lots._resolve_identifier(text, domain).sudo()
        partner_sudo = self.env.user._get_channel_partner()
        if not partner_sudo:
            raise AccessError(
                self.env._("Only distributors and users of Serial Dossier see serials.")
            )
        holder_ids = partner_sudo._get_channel_subtree_ids()
        domain &= Domain("channel_partner_id", "in", holder_ids)
        return lots.sudo()._resolve_identifier(text, domain)

    # === PUBLIC === #

    def _prepare_public(self, lot_sudo, caller):
        verdict = verify.status_of(lot_sudo.stage, lot_sudo.recalled, lot_sudo.blocked)
        product_sudo = lot_sudo.product_id.with_context(lang=caller.lang)
        return {
            "code": lot_sudo.scan_code,
            "serial": lot_sudo.name,
            "status": verdict.status,
            "reasons": list(verdict.reasons),
            "stage": lot_sudo.stage,
            "in_service": lot_sudo.in_service,
            "product": {
                "gtin": product_sudo.barcode or None,
                "name": product_sudo.name,
            },
            "production_date": self._day(lot_sudo.production_date),
            "sale_date": self._day(lot_sudo.sale_date),
            "activated_at": format_time(lot_sudo.activated_at),
            **self._prepare_care(lot_sudo, caller),
            "events": [
                {"kind": event.kind, "time": format_time(event.event_time)}
                for event in self._get_events(lot_sudo)
                if event.kind in PUBLIC_KINDS
            ],
        }

    def _get_events(self, lot_sudo):
        """Return the steps of a unit, the newest first, without corrected ones."""
        events_sudo = self.env["serial.event"].sudo()
        found = events_sudo.search([("lot_id", "=", lot_sudo.id)], limit=MAX_EVENTS)
        return found - found.corrects_id

    # === OF THE CHANNEL AND THE BRAND === #

    def _prepare_channel(self, lot_sudo):
        """Return who holds a unit and where it is meant to be sold."""
        return {
            "distributor": lot_sudo.channel_partner_id.name or None,
            "region": lot_sudo.channel_region_id.name or None,
            "shipped_at": format_time(lot_sudo.shipped_at),
        }

    def _prepare_private(self, lot_sudo):
        """Return what only the brand knows; nothing of it is personal."""
        names = ("plant", "production_line", "machine")
        numbers = ("imei", "imei2", "meid", "eid", "mac")
        return {
            "identifiers": {name: lot_sudo[name] or None for name in numbers},
            **{name: lot_sudo[name] or None for name in names},
            "expiry_date": self._day(lot_sudo.expiry_date),
            "recalled": lot_sudo.recalled,
            "blocked": lot_sudo.blocked,
            "parts": [
                {
                    "serial": part.name or None,
                    "batch": part.component_lot or None,
                    "product": part.product_id.display_name or None,
                    "position": part.position or None,
                    "source": part.source,
                    "built_in_at": format_time(part.installed_at),
                    "removed_at": format_time(part.removed_at),
                }
                for part in lot_sudo.part_ids
            ],
            "events": [
                self._prepare_event(event)
                for event in self.env["serial.event"]
                .sudo()
                .search([("lot_id", "=", lot_sudo.id)], limit=MAX_EVENTS)
            ],
        }

    def _prepare_event(self, event_sudo):
        """Return a step; a party who is no distributor may be a person: not told."""
        party = event_sudo.partner_id
        return {
            "sequence": event_sudo.sequence,
            "kind": event_sudo.kind,
            "biz_step": event_sudo.biz_step or None,
            "disposition": event_sudo.disposition or None,
            "time": format_time(event_sudo.event_time),
            "offset": event_sudo.event_offset or None,
            "recorded_at": format_time(event_sudo.record_time),
            "location": event_sudo.location_id.complete_name or None,
            "party": (party.channel_tier and party.name) or None,
            "country": event_sudo.country_id.code or None,
            "subdivision": event_sudo.state_id.code or None,
            "document": event_sudo.document_name or None,
            "data": event_sudo.data or {},
            "corrects": event_sudo.corrects_id.sequence or None,
            "hash": event_sudo.hash or None,
        }

    def _day(self, day):
        return day.isoformat() if day else None
