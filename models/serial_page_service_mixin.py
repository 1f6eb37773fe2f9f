from math import isfinite

from odoo import api, models
from odoo.tools import ormcache
from odoo.tools.misc import hash_sign

from ..core import code_scheme
from .serial_page_render_mixin import Text, text
from .serial_page_unit_mixin import printable

SERVICE_SCOPE = "serial_dossier.service_form"
SERVICE_HOURS = 24
MAX_WORDS = 2_000
ENDED = ("traded_in", "retired")


class SerialPageServiceMixin(models.AbstractModel):
    """Asking for a repair from the public page: where, what is wrong, who asks.

    A code that does not exist, or no longer, gets the page that it gets everywhere.
    """

    _name = "serial.page.service.mixin"
    _description = "Request for Service on the Public Page"

    # === PAGES === #

    @api.model
    def _get_service_page(self, typed, query, visit):
        """Return the page on which a consumer asks for a repair.

        :param dict query: `lat` and `lon` (shared by the consumer) or `city` (typed)
        """
        self = self._receive(visit)
        code = code_scheme.canonical(typed or "")
        return self._render_service(typed, code, query, visit)

    @api.model
    def _request_service(self, typed, form, files, visit):
        """Ask for a repair as the form says.

        :param files: (name, content as bytes) each
        :return: (path of the ticket, None), or (None, the page with what is wrong)
        """
        self = self._receive(visit)
        code = code_scheme.canonical(typed or "")
        lot_sudo = self.env["stock.lot"]._resolve_scan_code(code)
        outcome = {"message": Text(self._get_too_old_text()), "field": None}
        if lot_sudo and self._is_form_of(code, form.get("token"), SERVICE_SCOPE):
            repair_sudo, outcome = self._create_request(lot_sudo, form, files, visit)
            if repair_sudo:
                return f"/service/ticket/{repair_sudo._get_ticket_token()}", None
        return None, self._render_service(typed, code, form, visit, outcome)

    def _render_service(self, typed, code, form, visit, outcome=None):
        row = self._look_up(code)
        self._watch(self.env["serial.geoip"]._truncate(visit["ip"]), code, row)
        values = self._prepare_unit(typed, code, row, visit)
        if not values["unit"]:
            return self._render("scan_page", values)
        return self._render(
            "service_page",
            {
                **self._prepare_brand(row),
                "title": Text(f"{row['product']} · {row['brand']}"),
                "script": self._get_script_url("service.js"),
                "code": Text(values["code"]),
                "unit": self._prepare_service_unit(values["unit"]),
                "back": Text(f"/sn/{code}"),
                "state": self._get_service_state(row),
                "outcome": outcome,
                **self._prepare_service(code, row, form, visit),
            },
        )

    def _prepare_service_unit(self, unit):
        names = ("product", "variant", "picture")
        return {name: unit[name] for name in names}

    def _get_service_state(self, row):
        """Tell whether a repair may be asked for: `form`, else `open` or `ended`."""
        if row["stage"] in ENDED:
            return "ended"
        lot_sudo = self.env["stock.lot"].sudo().browse(row["lot_id"])
        is_open = self.env["repair.order"]._get_open_repair(lot_sudo)
        return "open" if is_open else "form"

    def _get_too_old_text(self):
        return self.env._("This page was open for too long. Please try again.")

    # === FORM === #

    def _prepare_service(self, code, row, form, visit):
        """Return the centres and the form of a unit, filled in as it was sent."""
        country = visit["seen"].country if visit["seen"] else row["country"]
        if form.get("country") in self._get_countries():
            country = form["country"]
        product_sudo = self.env["product.product"].sudo().browse(row["product_id"])
        token = hash_sign(
            self.env(su=True), SERVICE_SCOPE, [code], expiration_hours=SERVICE_HOURS
        )
        return {
            **self._prepare_centres(product_sudo, form, visit),
            "form": {
                "token": Text(token),
                "country": text(country),
                "country_name": text(self._get_countries().get(country)),
                "phone": text(printable(form.get("phone"))),
                "email": text(printable(form.get("email"))),
                "words": text(self._clean_words(form.get("words"))),
                "faults": self._prepare_faults(product_sudo, form.get("fault")),
                "consent": bool(form.get("consent")),
                "consent_text": Text(self._get_service_consent()["consent_text"]),
            },
        }

    def _get_service_consent(self):
        """Return what a consumer agrees to, and its version."""
        consent_id, text = self.env["serial.consent.text"]._get_current("service")
        return {"consent_id": consent_id, "consent_text": text}

    def _clean_words(self, words):
        return (words or "").replace("\0", "").strip()[:MAX_WORDS]

    def _prepare_faults(self, product_sudo, chosen):
        return [
            {"id": Text(fault_id), "name": Text(name), "on": str(fault_id) == chosen}
            for fault_id, name in self._get_faults(product_sudo.categ_id.parent_path)
        ]

    @ormcache("category_path", "self.env.lang", cache="templates")
    def _get_faults(self, category_path):
        """Return (id, name) of the faults that a product of a category may have."""
        above = {int(part) for part in (category_path or "").split("/") if part}
        codes_sudo = self.env["serial.repair.code"].sudo()
        faults = codes_sudo.search([("kind", "=", "fault")])
        return [
            (fault.id, fault.name)
            for fault in faults
            if not fault.category_ids or above.intersection(fault.category_ids.ids)
        ]

    # === CENTRES === #

    def _prepare_centres(self, product_sudo, form, visit):
        """Return the nearest centres, and by what they were found."""
        position, place, source = self._find_consumer(form, visit)
        found = self.env["res.partner"]._get_nearest(
            *(position or (None, None)), product=product_sudo, place=place
        )
        chosen = str(form.get("centre") or "")
        known = {str(centre.id) for centre, _km in found}
        return {
            "near": {
                "by": source,
                "city": text(printable(form.get("city"))),
                "name": text(self._get_place_name(source, form, visit)),
            },
            "centres": [
                {
                    **self._prepare_centre(centre, km),
                    "on": str(centre.id) == chosen
                    or (not index and chosen not in known),
                }
                for index, (centre, km) in enumerate(found)
            ],
        }

    def _find_consumer(self, form, visit):
        """Return (position or None, (country, subdivision), by what it was found)."""
        seen = visit["seen"]
        place = (seen.country, seen.subdivision) if seen else (None, None)
        position = self._read_position(form)
        if position:
            return position, place, "gps"
        if city := (form.get("city") or "").strip():
            position = self.env["res.partner"]._find_town(city)
            return position, place, "city" if position else "unknown"
        if seen and seen.latitude is not None and seen.longitude is not None:
            return (seen.latitude, seen.longitude), place, "ip"
        return None, place, "none"

    def _read_position(self, form):
        """Return the position that a browser sent, None if it is none."""
        try:
            latitude, longitude = float(form["lat"]), float(form["lon"])
        except (KeyError, TypeError, ValueError):
            return None
        if not (isfinite(latitude) and isfinite(longitude)):
            return None
        is_on_earth = abs(latitude) <= 90 and abs(longitude) <= 180
        return (latitude, longitude) if is_on_earth else None

    def _get_place_name(self, source, form, visit):
        if source == "city":
            return printable(form.get("city"))
        return visit["seen"].city if source == "ip" else None

    def _prepare_centre(self, centre_sudo, km):
        address = [centre_sudo.street, centre_sudo.street2, centre_sudo.city]
        phone = centre_sudo.phone or ""
        return {
            "id": Text(centre_sudo.id),
            "name": Text(centre_sudo.name),
            "address": text(", ".join(filter(None, address))),
            "hours": text(centre_sudo.service_hours),
            "phone": text(phone),
            "distance": text(self._format_distance(km)),
        }

    def _format_distance(self, km):
        if km is None:
            return None
        if km < 1:
            return self.env._("under 1 km")
        return self.env._("%(distance)s km", distance=f"{km:,.0f}")
