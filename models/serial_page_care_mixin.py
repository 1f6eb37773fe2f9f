from odoo import fields, models
from odoo.tools import ormcache

from .serial_page_render_mixin import text

# How many of each are shown; the dossier has all.
MAX_REPAIRS = 10


class SerialPageCareMixin(models.AbstractModel):
    """What was done to a unit and what is due to it: repairs, parts, recalls.

    Dates and kinds of work only: who brought the unit in, what it cost and whom it
    cost is nobody's business but theirs.
    """

    _name = "serial.page.care.mixin"
    _description = "Repairs, Parts and Recalls on the Public Page"

    def _prepare_care(self, row, zone):
        """Return repairs, parts and recalls of a unit."""
        return {
            "repairs": self._prepare_repairs(row, zone),
            "parts": self._prepare_parts(row, zone),
            "recalls": self._prepare_recalls(row),
            **self._prepare_links(row),
        }

    def _prepare_links(self, row):
        """Return where a holder goes on from the page; None leads nowhere."""
        path = f"/sn/{row['scan_code']}"
        ended = row["stage"] in ("traded_in", "retired", "minted", "produced")
        version = row["programs"]
        buys = version and self._takes_in(version, fields.Date.today())
        return {
            "service": text(not ended and f"{path}/service"),
            "tradein": text(buys and f"{path}/tradein"),
        }

    @ormcache("version", "today")
    def _takes_in(self, version, today):
        """Tell whether a trade-in programme runs; it says itself for which units.

        :param str version: changes when a programme does
        """
        programs_sudo = self.env["serial.tradein.program"].sudo()
        return any(
            not program._get_day_refusal(today) for program in programs_sudo.search([])
        )

    # === REPAIRS === #

    def _prepare_repairs(self, row, zone):
        """Return the stays in repair, the newest first."""
        works = self._get_public_data(row, "repaired")
        return [
            {
                "from": self._format(self._local_date(stay[0], zone)),
                "until": self._format(self._local_date(stay[1], zone)),
                "covered": bool(stay[6]),
                "work": text(self._get_work(stay, works)),
            }
            for stay in reversed((row["repairs"] or [])[-MAX_REPAIRS:])
        ]

    def _get_public_data(self, row, kind):
        """Return (time, public data) of the events of a kind."""
        return [
            (event[1], event[4])
            for event in row["events"] or ()
            if event[0] == kind and event[4]
        ]

    def _get_work(self, stay, works):
        """Return what was done during a stay, None if nobody said."""
        taken_in, given_back = stay[0], stay[1] or "9999"
        for moment, public in works:
            if taken_in[:19] <= moment <= given_back[:19]:
                return self._get_work_names(fields.Date.today()).get(public.get("work"))
        return None

    @ormcache("self.env.lang", "today")
    def _get_work_names(self, today):
        """Return code -> name of the kinds of work there are; a day at most."""
        codes_sudo = self.env["serial.repair.code"].sudo()
        found = codes_sudo.with_context(active_test=False).search(
            [("kind", "=", "action")]
        )
        return {code.code: code.name for code in found}

    # === PARTS === #

    def _prepare_parts(self, row, zone):
        """Return the parts that sit in a unit; each is its only unit."""
        return [
            {
                "name": text(name or position),
                "position": text(name and position),
                "serial": text(ending),
                "source": "repair" if source == "repair" else None,
                "date": self._format(self._local_date(moment, zone)),
            }
            for name, position, ending, source, moment in row["parts"] or ()
        ]

    # === RECALLS === #

    def _prepare_recalls(self, row):
        """Return what the holder is told of the recalls of a unit."""
        if not row["recalls"]:
            return []
        return [
            {
                name: text(banner[name])
                for name in (
                    "recall",
                    "title",
                    "hazard",
                    "instructions",
                    "remedy",
                    "url",
                    "reference",
                )
            }
            for banner in self.env["serial.recall"]._get_banners(row["recalls"])
        ]

    def _bars_activation(self, row):
        """Tell whether a recall stops the activation of a unit."""
        return any(blocks for _id, _version, blocks in row.get("recalls") or ())
