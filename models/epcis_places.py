"""Places, parties and documents of steps as the URIs that EPCIS knows them by."""

from urllib.parse import quote

from odoo.tools import SQL

from ..core.territory import place_code

GS1 = "https://id.gs1.org"
# Who a step's party is: the one who has the goods from then on, or had them before.
_RECEIVES = frozenset({"shipped", "rebound", "received"})
_GIVES_BACK = frozenset({"returned"})
# After these a unit is no longer where they were seen.
LEAVES = frozenset({"shipped", "sold", "rebound", "retired", "voided"})
# CBV's types of business transactions; where it has none, the document has no type.
_TYPES = {
    "mrp.production": "prodorder",
    "serial.batch": "prodorder",
    "serial.channel.transfer": "desadv",
    "repair.order": "rma",
    "sale.order": "po",
    "account.move": "inv",
}


class EpcisPlaces:
    """What events name beside serials; each place, party and document is read once."""

    def __init__(self, env):
        self._env = env
        self._base = env["serial.epcis"]._get_base()
        company = env["res.company"].sudo().search([], order="id", limit=1)
        self._main = company
        self._locations = {}
        self._partners = {}
        self._pickings = {}
        self._areas = {}

    def learn(self, rows):
        """Look up what rows name; a query a kind of thing whatever their number."""
        self._learn_locations({r.location_id for r in rows} - {None})
        self._learn_partners({r.partner_id for r in rows} - {None})
        self._learn_pickings(
            {r.document_id for r in rows if r.document_model == "stock.picking"}
        )
        self._learn_areas({(r.country_id, r.state_id) for r in rows})

    # === PLACES === #

    def _learn_locations(self, ids):
        new = self._env["stock.location"].sudo().browse(ids - self._locations.keys())
        for location in new:
            gln = location.warehouse_id.serial_gln
            own = f"{self._base}/epcis/location/{location.id}"
            self._locations[location.id] = (
                f"{GS1}/414/{gln}" if gln else own,
                location.company_id or self._main,
                location.complete_name,
            )

    def get_places(self, row):
        """Return where a step was seen, and where the unit is after it, if known."""
        if not row.location_id:
            return "", ""
        uri = self._locations[row.location_id][0]
        return uri, "" if row.kind in LEAVES else uri

    def get_location_name(self, row):
        """Return the name of the location of a step."""
        return self._locations[row.location_id][2] if row.location_id else ""

    def _get_company(self, row):
        if row.location_id:
            return self._locations[row.location_id][1]
        return self._main

    def _learn_areas(self, pairs):
        new = pairs - self._areas.keys()
        codes = self._env["res.country.state"]._get_iso_codes(
            [state_id for _country, state_id in new if state_id]
        )
        for country_id, state_id in new:
            country = self._env["res.country"].sudo().browse(country_id or ())
            pair = codes.get(state_id) or (country.code, None)
            self._areas[country_id, state_id] = place_code(*pair)

    def get_area(self, row):
        """Return the country or subdivision of a step, in ISO 3166."""
        return self._areas[row.country_id, row.state_id]

    # === PARTIES === #

    def _learn_partners(self, ids):
        new = self._env["res.partner"].sudo().browse(ids - self._partners.keys())
        for partner in new:
            company = partner.commercial_partner_id
            # A person is nobody's business.
            is_told = bool(company.channel_tier or company.is_company)
            self._partners[partner.id] = (
                self._get_party_uri(company) if is_told else "",
                company.name if is_told else "",
            )

    def _get_party_uri(self, partner):
        gln = partner.global_location_number
        return f"{GS1}/417/{gln}" if gln else f"{self._base}/epcis/party/{partner.id}"

    def get_parties(self, row):
        """Return who gave the goods and who got them, as pairs of type and URI."""
        uri = self._partners[row.partner_id][0] if row.partner_id else ""
        if not uri:
            return (), ()
        party = (("possessing_party", uri),)
        ours = self._get_party_uri(self._get_company(row).partner_id)
        own = (("possessing_party", ours),)
        if row.kind in _RECEIVES:
            return (own if row.kind == "shipped" else ()), party
        if row.kind in _GIVES_BACK:
            return party, own
        if row.kind == "sold":
            return (("owning_party", uri),), ()
        return (), ()

    def get_party_name(self, row):
        """Return the name of a step's party unless it is a person."""
        return self._partners[row.partner_id][1] if row.partner_id else ""

    # === DOCUMENTS === #

    def _learn_pickings(self, ids):
        new = ids - self._pickings.keys()
        if not new:
            return
        rows = self._env.execute_query(
            SQL(
                """
                SELECT picking.id, type.code, picking.return_id,
                       coalesce(nullif(sale.client_order_ref, ''), sale.name)
                  FROM stock_picking picking
                  JOIN stock_picking_type type ON type.id = picking.picking_type_id
             LEFT JOIN sale_order sale ON sale.id = picking.sale_id
                 WHERE picking.id = ANY(%s)
                """,
                sorted(new),
            )
        )
        self._pickings.update(dict.fromkeys(new, ("", "")))
        for picking_id, code, return_id, order in rows:
            kind = "recadv" if code == "incoming" else "desadv"
            self._pickings[picking_id] = ("rma" if return_id else kind, order)

    def get_transactions(self, row):
        """Return the documents of a step, as pairs of type and URI."""
        if not row.document_name:
            return ()
        kind, order = _TYPES.get(row.document_model, ""), ""
        if row.document_model == "stock.picking":
            kind, order = self._pickings[row.document_id]
            kind = "rma" if row.kind == "returned" else kind
        gln = self._get_company(row).partner_id.global_location_number
        told = [(kind, self._get_document_uri(gln, row.document_name))]
        if order:
            told.append(("po", self._get_document_uri(gln, order)))
        return tuple(told)

    def _get_document_uri(self, gln, name):
        name = quote(name, safe="")
        if gln:
            return f"urn:epcglobal:cbv:bt:{gln}:{name}"
        return f"{self._base}/epcis/document/{name}"
