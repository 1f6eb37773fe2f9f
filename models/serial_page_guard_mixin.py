import time

from odoo import SUPERUSER_ID, api, models

from ..core.page_guard import PageGuard
from .serial_page_render_mixin import Text

# database -> what this worker remembers of those who try codes out
_guards = {}


class SerialPageGuardMixin(models.AbstractModel):
    """Makes those wait who try codes out on the public page.

    A visitor who waits is told so whatever the code is: nothing is looked up.
    """

    _name = "serial.page.guard.mixin"
    _description = "Guard of the Public Page"

    @api.model
    def _get_wait(self, visit):
        """Return for how many seconds a visitor has to wait; most often 0."""
        guard = _guards.get(self.env.cr.dbname)
        if not guard:
            return 0
        network = self.env["serial.geoip"]._truncate(visit["ip"])
        return guard.get_wait(network, time.monotonic())

    @api.model
    def _get_wait_page(self, visit):
        """Return the page of a visitor who has to wait; the same for every code."""
        self = self._receive(visit)
        row = self._look_up("")
        values = {**self._prepare_brand(row), "title": Text(row["brand"])}
        return self._render("scan_wait", values)

    def _watch(self, network, code, row):
        """Note what a visitor asked for; raise a lead on who tries codes out."""
        guard = _guards.get(self.env.cr.dbname)
        if guard is None:
            guard = _guards[self.env.cr.dbname] = PageGuard()
        is_known = row["stage"] not in (None, "void")
        count = guard.note(network, code, is_known, time.monotonic())
        if count:
            self._raise_lead(network, count)

    def _raise_lead(self, network, count):
        if self.env.cr.readonly:
            self.env.cr.rollback()  # what was read so far is done with
        lead = {
            "ip_prefix": network,
            "count": count,
            "company_id": self._get_company_id(),
        }
        with self.env.registry.cursor() as cursor:
            env = api.Environment(cursor, SUPERUSER_ID, {})
            env["serial.diversion.lead"]._raise("code_guessing", [lead])
