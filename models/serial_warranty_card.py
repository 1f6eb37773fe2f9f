from odoo import api, fields, models
from odoo.tools import format_date
from odoo.tools.misc import verify_hash_signed

from ..core.code_scheme import canonical
from ..reports.document import Frame
from ..reports.warranty_card import Card, Section, draw_warranty_card

SCOPE = "serial_dossier.card"


class SerialWarrantyCard(models.AbstractModel):
    """The warranty card: all that China's rules want on one, for any market.

    The rules for phones name the fields: model, IMEI, serials of accessories, origin,
    seller, invoice number, day of sale, buyer, repairer, and a log of repairs with day
    in, fault, cause, action and day out.
    """

    _name = "serial.warranty.card"
    _inherit = ["serial.warranty.card.log.mixin"]
    _description = "Warranty Card"

    @api.model
    def _get_pdf(self, lot_sudo, with_owner=True):
        """Return the card of a unit as the bytes of a PDF, in the user's language.

        :param bool with_owner: name the buyer; not to whoever has the code only
        """
        warranties_sudo = self.env["serial.warranty"].sudo()
        unit = warranties_sudo._get_units(lot_sudo.ids)[0]
        rights = warranties_sudo._judge_unit(unit, fields.Date.context_today(self))
        policy_sudo = warranties_sudo._get_policy_of(unit)
        warranty_sudo = lot_sudo.warranty_id
        return draw_warranty_card(
            Card(
                self._get_frame(lot_sudo),
                self._get_notice(rights),
                (
                    self._get_unit_section(lot_sudo),
                    self._get_purchase_section(lot_sudo, warranty_sudo, with_owner),
                    self._get_right_section(rights, policy_sudo),
                    *self._get_component_sections(rights, policy_sudo),
                    *self._get_part_sections(lot_sudo),
                    self._get_repair_section(lot_sudo),
                    *self._get_exclusion_sections(policy_sudo),
                ),
                (self.env._("Seller, date"), self.env._("Buyer, date")),
            )
        )

    def _get_frame(self, lot):
        company = self._get_company(lot)
        contact = [company.name, company.serial_page_phone, company.website]
        return Frame(
            brand=company.name,
            title=self.env._("Warranty Card"),
            number=lot.scan_code_display or lot.name,
            qr=lot.page_url or "",
            qr_label=self.env._("Scan to check"),
            footer=" · ".join(filter(None, contact)),
        )

    def _get_company(self, lot):
        return (lot.company_id or self.env.company).sudo()

    def _get_notice(self, rights):
        """Return the one sentence that matters most."""
        days = {
            "start": self._day(rights.start),
            "end": self._day(rights.end),
        }
        notices = {
            "running": self.env._("In warranty from %(start)s until %(end)s.", **days),
            "expired": self.env._("The warranty ended on %(end)s.", **days),
            "not_started": self.env._("The warranty has not started yet."),
            "void": self.env._("The warranty does not cover this unit."),
        }
        return notices.get(rights.state) or self.env._("There is no warranty.")

    # === PARTS OF THE CARD === #

    def _get_unit_section(self, lot):
        company = self._get_company(lot)
        origin = [lot.plant, company.country_id.name]
        facts = (
            (self.env._("Model"), lot.product_id.display_name),
            (self.env._("Serial number"), lot.name),
            (self.env._("IMEI"), lot.imei),
            (self.env._("IMEI 2"), lot.imei2),
            (self.env._("MEID"), lot.meid),
            (self.env._("MAC address"), lot.mac),
            (self.env._("Origin"), ", ".join(filter(None, origin))),
            (self.env._("Produced on"), self._day(lot.production_date)),
            (self.env._("Maker"), company.name),
        )
        return Section(self.env._("Unit"), facts=facts)

    def _get_purchase_section(self, lot, warranty, with_owner):
        company = self._get_company(lot)
        seller = warranty.seller_id or lot.channel_partner_id or company.partner_id
        proofs = dict(warranty._fields["proof"]._description_selection(self.env))
        bases = dict(warranty._fields["basis"]._description_selection(self.env))
        buyer = [with_owner and warranty.partner_id.name, warranty.owner_masked]
        centre = company.serial_page_phone
        facts = (
            (self.env._("Seller"), seller.name),
            (self.env._("Invoice number"), warranty.invoice_number or "–"),
            (self.env._("Sold on"), self._day(lot.sale_date) or "–"),
            (self.env._("Activated on"), self._day(lot.activated_at)),
            (self.env._("Counted from"), bases.get(warranty.basis)),
            (self.env._("Proof"), proofs.get(warranty.proof)),
            (self.env._("Buyer"), ", ".join(filter(None, buyer)) or "–"),
            (self.env._("Repairer"), " ".join(filter(None, [company.name, centre]))),
        )
        return Section(self.env._("Proof of Purchase"), facts=facts)

    def _get_right_section(self, rights, policy):
        words = self.env["serial.warranty.text"]
        columns = (
            self.env._("What may be asked for"),
            self.env._("Until"),
            self.env._("When"),
            self.env._("By"),
        )
        notes = words._get_reason_texts(rights.reasons)
        return Section(
            self.env._("What may be asked for today"),
            columns=columns,
            rows=tuple(words._get_right_texts(rights, policy._get_component_names())),
            widths=(40, 24, 44, 72),
            empty=self.env._("Nothing."),
            text="\n".join(filter(None, [" ".join(notes), policy.note])),
        )

    def _get_component_sections(self, rights, policy):
        names = policy._get_component_names()
        states = self.env["serial.warranty"]._fields["term_state"]
        states = dict(states._description_selection(self.env))
        rows = tuple(
            (
                names.get(term.code, term.code),
                self._day(term.start),
                self._day(term.end),
                states.get(term.state, term.state),
            )
            for term in rights.components
        )
        columns = (
            self.env._("Component"),
            self.env._("From"),
            self.env._("Until"),
            self.env._("State"),
        )
        if rows:
            title = self.env._("Components with a term of their own")
            yield Section(title, columns=columns, rows=rows, widths=(60, 40, 40, 40))

    def _get_part_sections(self, lot):
        parts = lot.part_ids.filtered(lambda part: not part.removed_at)
        rows = tuple(
            (part.product_id.display_name or "", part.name, part.component_lot_id.name)
            for part in parts
        )
        columns = (
            self.env._("Accessory or part"),
            self.env._("Serial number"),
            self.env._("Dossier"),
        )
        if rows:
            title = self.env._("Accessories and parts")
            yield Section(title, columns=columns, rows=rows, widths=(80, 60, 40))

    def _get_exclusion_sections(self, policy):
        if policy.exclusion_ids:
            names = policy.exclusion_ids.mapped("name")
            yield Section(self.env._("Not covered"), text=" · ".join(names))

    def _day(self, value):
        if not value:
            return ""
        day = fields.Date.to_date(value)
        return format_date(self.env, day)

    # === LINK === #

    @api.model
    def _get_link(self, code):
        """Return the address of the card of a unit, for whoever holds it."""
        token = self.env["serial.signature"]._sign(SCOPE, [code])
        return f"/sn/{code}/card?token={token}"

    @api.model
    def _open(self, code, token):
        """Return the unit (sudo) whose card a link opens, empty if it is not ours."""
        lots_sudo = self.env["stock.lot"].sudo()
        code = canonical(code or "")
        try:
            signed = verify_hash_signed(self.env(su=True), SCOPE, token or "")
        except (ValueError, IndexError):
            return lots_sudo
        if not code or signed != [code]:
            return lots_sudo
        lot_sudo = lots_sudo._resolve_scan_code(code)
        return lot_sudo.filtered(lambda lot: lot.stage and lot.stage != "void")
