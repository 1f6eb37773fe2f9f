from odoo import api, models
from odoo.exceptions import UserError

from ..core import code_scheme
from .serial_page_render_mixin import Text, text

MOST_MESSAGES = 50
PICTURES = ("image/jpeg", "image/png", "image/webp")
# Progress -> how many of the ticket's four steps are behind it.
REACHED = {
    "announced": 1,
    "taken_in": 2,
    "waiting_parts": 2,
    "in_repair": 2,
    "ready": 3,
    "closed": 4,
    "cancelled": 0,
}
FREE = ("in_warranty", "recall", "goodwill")


class SerialPageTicketMixin(models.AbstractModel):
    """A repair as its consumer follows it, by a signed link and without a log-in."""

    _name = "serial.page.ticket.mixin"
    _description = "Service Ticket on the Public Page"

    @api.model
    def _get_ticket_page(self, token, visit, outcome=None, is_new=False):
        """Return the page of a ticket; of another link the page that says so.

        :param dict outcome: `good` and `message` of what was done just now
        """
        self = self._receive(visit)
        repair_sudo = self.env["repair.order"]._find_ticket(token)
        code = repair_sudo.lot_id.scan_code or ""
        row = self._look_up(code)
        values = {**self._prepare_brand(row), "title": Text(row["brand"])}
        if not repair_sudo:
            network = self.env["serial.geoip"]._truncate(visit["ip"])
            self._watch(network, f"ticket {token[:64]}", {"stage": None})
            return self._render("service_no_ticket", values)
        zone = self._get_time_zone(visit, row)
        values.update(
            ticket=self._prepare_ticket(repair_sudo, token, row, zone),
            code=Text(code_scheme.grouped(code)),
            back=Text(f"/sn/{code}"),
            is_new=is_new,
            outcome=outcome,
        )
        return self._render("service_ticket", values)

    # === WHAT THE CONSUMER DOES === #

    @api.model
    def _act_on_ticket(self, token, action, form, files, visit):
        """Do what a ticket's page offers.

        :return: (whether it was done, the page with the outcome)
        """
        self = self._receive(visit)
        repair_sudo = self.env["repair.order"]._find_ticket(token)
        if not repair_sudo:
            return False, self._get_ticket_page(token, visit)
        try:
            with self.env.cr.savepoint():
                if action == "cancel":
                    repair_sudo._cancel_by_consumer()
                else:
                    self._write_to_centre(repair_sudo, form, files)
        except UserError as error:
            outcome = {"good": False, "message": Text(error)}
            return False, self._get_ticket_page(token, visit, outcome)
        return True, None

    def _write_to_centre(self, repair_sudo, form, files):
        messages = self.env["serial.service.message"]
        if repair_sudo.serial_stage in repair_sudo._get_ended():
            raise UserError(
                self.env._("This repair has ended. Please ask for a new one.")
            )
        messages._say(repair_sudo, "consumer", form.get("body"), files)
        repair_sudo._tell_centre(self.env._("The consumer has written."))

    @api.model
    def _get_ticket_file(self, token, file_id):
        """Return a picture (attachment, sudo) of a ticket, None if it has none such."""
        repair_sudo = self.env["repair.order"]._find_ticket(token)
        files = repair_sudo.serial_message_ids.attachment_ids
        return files.filtered(lambda file: file.id == file_id) or None

    # === VALUES === #

    def _prepare_ticket(self, repair_sudo, token, row, zone):
        stage = repair_sudo.serial_stage
        path = f"/service/ticket/{token}"
        centre = repair_sudo.serial_centre_id
        return {
            "number": Text(repair_sudo.name),
            "path": Text(path),
            "stage": stage,
            "product": Text(row["product"]),
            "picture": text(row["picture"]),
            "fault": text(repair_sudo.serial_fault_id.name),
            "words": text(repair_sudo.serial_fault_note),
            "coverage": self._get_ticket_coverage(repair_sudo),
            "steps": self._prepare_ticket_steps(repair_sudo, zone),
            "promised": self._format_moment(repair_sudo.serial_promised_at, zone),
            "centre": self._prepare_centre(centre, None) if centre else None,
            "messages": self._prepare_messages(repair_sudo, path, zone),
            "may_cancel": repair_sudo._may_cancel(),
            "may_write": stage not in repair_sudo._get_ended(),
            "report": text(stage in ("ready", "closed") and f"{path}/report.pdf"),
        }

    def _get_ticket_coverage(self, repair_sudo):
        """Return `free`, `paid` or None while nobody has seen the unit."""
        if not repair_sudo.serial_taken_in_at or not repair_sudo.serial_coverage:
            return None
        return "free" if repair_sudo.serial_coverage in FREE else "paid"

    def _prepare_ticket_steps(self, repair_sudo, zone):
        stage = repair_sudo.serial_stage
        reached = REACHED[stage]
        moments = (
            repair_sudo.serial_requested_at,
            repair_sudo.serial_taken_in_at,
            None,
            repair_sudo.serial_given_back_at,
        )
        kinds = ("requested", "taken_in", "ready", "given_back")
        return [
            {
                "kind": kind,
                "done": number < reached,
                "date": self._format_moment(moment, zone),
            }
            for number, (kind, moment) in enumerate(zip(kinds, moments, strict=True))
        ]

    def _prepare_messages(self, repair_sudo, path, zone):
        messages = repair_sudo.serial_message_ids[:MOST_MESSAGES]
        return [
            {
                "side": message.side,
                "body": text(message.body),
                "date": self._format_moment(message.sent_at, zone),
                "files": [
                    {
                        "url": Text(f"{path}/file/{file.id}"),
                        "is_picture": file.mimetype in PICTURES,
                    }
                    for file in message.attachment_ids
                ],
            }
            for message in messages
        ]

    def _format_moment(self, moment, zone):
        return self._format(self._local_date(moment, zone))

    @api.model
    def _get_ticket_report(self, token, visit):
        """Return the repair report of a ticket as a PDF, None if there is none yet."""
        self = self._receive(visit)
        repair_sudo = self.env["repair.order"]._find_ticket(token)
        if repair_sudo.serial_stage not in ("ready", "closed"):
            return None
        return repair_sudo.with_context(lang=self.env.lang)._get_repair_report_pdf()
