from odoo import api, fields, models
from odoo.tools import format_date

from ..core.product_identifier import bracketed, gaps
from ..reports.document import Frame
from ..reports.warranty_card import Card, Section, draw_warranty_card


class SerialCertificate(models.AbstractModel):
    """The certificate of a dossier: what a unit is, all its steps, and that they hold.

    Consumers stay unnamed on it. Times are UTC, as they were hashed.
    """

    _name = "serial.certificate"
    _description = "Dossier Certificate"

    @api.model
    def _get_pdf(self, lot_sudo, shown_sudo=None):
        """Return the certificate of a unit as the bytes of a PDF.

        :param shown_sudo: the events that a partner may see, if it is for him: what is
            the brand's own is left out then
        """
        is_whole = shown_sudo is None
        events_sudo = (
            self.env["serial.event"]
            .sudo()
            .search([("lot_id", "=", lot_sudo.id)], order="sequence")
        )
        broken = bool(self.env["serial.event"]._get_broken_chains(lot_sudo.ids))
        shown_sudo = events_sudo if is_whole else shown_sudo
        card = Card(
            self._get_frame(lot_sudo),
            self._get_notice(lot_sudo, len(events_sudo), broken, is_whole),
            (
                self._get_unit_section(lot_sudo, is_whole),
                self._get_life_section(lot_sudo),
                *self._get_law_sections(lot_sudo),
                *(self._get_part_sections(lot_sudo) if is_whole else ()),
                self._get_event_section(shown_sudo, is_whole),
                self._get_proof_section(events_sudo, broken),
            ),
            (self.env._("Issued by, date"), self.env._("Received by, date")),
        )
        return draw_warranty_card(card)

    def _get_frame(self, lot):
        company = self._get_company(lot)
        return Frame(
            brand=company.name,
            title=self.env._("Dossier Certificate"),
            number=lot.name,
            qr=lot._get_digital_link() or lot.page_url or "",
            qr_label=self.env._("Scan to check"),
            footer=" · ".join(filter(None, [company.name, company.website])),
        )

    def _get_company(self, lot):
        return (lot.company_id or self.env.company).sudo()

    def _get_notice(self, lot, count, broken, is_whole=True):
        if broken:
            return self.env._(
                "The events of this unit do NOT agree with their hashes: somebody "
                "changed them."
            )
        if not is_whole:
            return self.env._(
                "All %(count)s events of this unit agree with their hashes. Those of "
                "the maker and of other partners are not listed.",
                count=count,
            )
        verdicts = dict(lot._fields["dossier_verdict"]._description_selection(self.env))
        return self.env._(
            "%(verdict)s. All %(count)s events of this unit agree with their hashes.",
            verdict=verdicts.get(lot.dossier_verdict, ""),
            count=count,
        )

    # === PARTS === #

    def _get_unit_section(self, lot, is_whole=True):
        company = self._get_company(lot)
        facts = (
            (self.env._("Model"), lot.product_id.display_name),
            (self.env._("Serial number"), lot.name),
            (self.env._("GTIN"), lot.product_id.barcode),
            (self.env._("IMEI"), lot.imei),
            (self.env._("IMEI 2"), lot.imei2),
            (self.env._("MEID"), lot.meid),
            (self.env._("EID"), lot.eid),
            (self.env._("MAC address"), lot.mac),
            (self.env._("Maker"), company.name),
            (self.env._("Plant"), is_whole and lot.plant),
            (self.env._("Line"), is_whole and lot.production_line),
            (self.env._("Lot"), lot._get_lot_number()),
            (self.env._("Produced on"), self._day(lot.production_date)),
            (self.env._("Expires on"), self._day(lot.expiry_date)),
        )
        return Section(self.env._("Unit"), facts=facts)

    def _get_life_section(self, lot):
        stages = dict(lot._fields["stage"]._description_selection(self.env))
        found = self.env["serial.recall"]._get_recalls(lot).get(lot.id, ())
        recalls = ", ".join(recall.display_name for recall in found)
        facts = (
            (self.env._("Stage"), stages.get(lot.stage)),
            (self.env._("Distributor"), lot.channel_partner_id.name),
            (self.env._("Target region"), lot.channel_region_id.name),
            (self.env._("Shipped on"), self._day(lot.shipped_at)),
            (self.env._("Sold on"), self._day(lot.sale_date)),
            (self.env._("Activated on"), self._day(lot.activated_at)),
            (self.env._("Warranty until"), self._day(lot.warranty_end)),
            (self.env._("Recalls"), recalls),
        )
        return Section(self.env._("Life"), facts=facts)

    def _get_law_sections(self, lot):
        """Yield what law or programme wants the unit coded, and whether it is."""
        categories = lot.product_id.product_tmpl_id._get_compliance_categories()
        rows = tuple(
            (category.name, category.source or "", self._get_standing(lot, category))
            for category in categories
        )
        columns = (
            self.env._("Coded category"),
            self.env._("Source"),
            self.env._("This unit"),
        )
        if rows:
            title = self.env._("What the law wants")
            yield Section(title, columns=columns, rows=rows, widths=(48, 74, 58))

    def _get_standing(self, lot, category):
        if not category.is_unit_coded:
            return self.env._("No code of its own is asked for.")
        if category.identifier_rule == "none":
            return self.env._("It bears a code of its own.")
        parts = (
            lot.product_id.barcode,
            lot.name,
            lot._get_lot_number(),
            lot.expiry_date,
        )
        missing = self.env["serial.compliance.export"]._get_gap_texts(gaps(*parts))
        return " ".join(missing) or bracketed(*parts)

    def _get_part_sections(self, lot):
        parts = lot.part_ids.filtered(lambda part: not part.removed_at)
        rows = tuple((part.product_id.display_name or "", part.name) for part in parts)
        columns = (self.env._("Part"), self.env._("Serial number"))
        if rows:
            title = self.env._("Parts built in")
            yield Section(title, columns=columns, rows=rows, widths=(110, 70))

    def _get_event_section(self, events, is_whole=True):
        kinds = dict(events._fields["kind"]._description_selection(self.env))
        return Section(
            self.env._("Events"),
            columns=(
                self.env._("No."),
                self.env._("When (UTC)"),
                self.env._("Step"),
                self.env._("Party or place"),
                self.env._("Document"),
                self.env._("Hash"),
            ),
            rows=tuple(
                self._get_event_cells(event, kinds, is_whole) for event in events
            ),
            widths=(9, 33, 38, 38, 34, 28),
            empty=self.env._("None."),
        )

    def _get_event_cells(self, event, kinds, is_whole=True):
        party = event.partner_id.commercial_partner_id
        name = party.name
        if party and not (party.is_company or party.channel_tier):
            name = self.env._("a consumer")
        place = self.env["stock.lot"]._get_place(event) if is_whole else ""
        return (
            event.sequence,
            f"{event.event_time:%Y-%m-%d %H:%M:%S}",
            kinds[event.kind],
            name or place or "",
            # A partner knows the papers between him and the brand.
            ((is_whole or party) and event.document_name) or "",
            (event.hash or "")[:12],
        )

    def _get_proof_section(self, events, broken):
        head = events[-1:].hash or ""
        text = self.env._(
            "Each event's hash (SHA-256) covers the hash before it: none can be "
            "changed, left out or moved without every later one going wrong. The last "
            "one stands for all of them:\n%(head)s\nAn auditor's file of this unit "
            "holds the events in full and is checked without our database.",
            head=head,
        )
        if broken:
            text = self._get_notice(self.env["stock.lot"], 0, True) + "\n" + text
        return Section(self.env._("Proof"), text=text)

    def _day(self, value):
        return format_date(self.env, fields.Date.to_date(value)) if value else ""
