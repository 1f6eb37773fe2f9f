from odoo import api, models
from odoo.tools import format_date

# What an alert is about. All but the last are the codes of detectors, which are
# switched on and off by the rules (core/rule_set.py).
KINDS = [
    ("region_mismatch", "Outside its region"),
    ("outside_country", "Outside its country"),
    ("leak", "Part of a leak"),
    ("clone", "Copied code"),
    ("refurbished_as_new", "Used unit sold as new"),
    ("never_shipped", "Never shipped"),
    ("void_code", "Cancelled code"),
    ("recalled_unit", "Recalled unit"),
    ("destroyed_unit", "Destroyed unit"),
    ("traded_in_before", "Traded in before"),
    ("bulk_activation", "Activated in bulk"),
    ("before_sale_date", "Before its sale"),
    ("dealer_stock", "In a dealer's stock"),
    ("no_later_life", "Never seen again"),
    ("unknown_codes", "Codes that do not exist"),
    ("unit_surfaced", "Surfaced elsewhere"),
    ("blocked_unit", "Blocked unit"),
]
# More than so likely is told no closer.
SURE = 0.99


class SerialAlertTellMixin(models.AbstractModel):
    """An alert in one sentence that a person understands without statistics.

    `detail` holds what a kind needs beside the alert's own fields; each is optional:

    - leak: `k` of `n` units, `expected`, `place` (code), `group` (name of the carton or
      shipment), `probability` (0-1) that this unit is one of those that left
    - clone: `places` (two codes), `km`, `hours`
    - refurbished_as_new: `first_activated_at`, `returned_at`
    - traded_in_before, destroyed_unit: `ended_at`
    - bulk_activation: `count`, `by` (device, address or account), `hours`
    - before_sale_date: `sale_date`
    - no_later_life: `count` units, `days`
    - unknown_codes: `count`, `places`
    - unit_surfaced: `store`
    """

    _name = "serial.alert.tell.mixin"
    _description = "Alerts in Words"

    def _tell(self):
        """Return what was seen, in the user's language."""
        self.ensure_one()
        tell = getattr(self, f"_tell_{self.kind}", None)
        return tell(self.detail or {}) if tell else ""

    # === PLACE === #

    def _tell_region_mismatch(self, _detail):
        return self.env._(
            "%(serial)s was meant for %(region)s (%(partner)s) and was first used in "
            "%(place)s. One such report proves little: addresses are often misplaced.",
            **self._get_words(),
        )

    def _tell_outside_country(self, _detail):
        return self.env._(
            "%(serial)s was meant for %(region)s (%(partner)s) and was first used in "
            "another country: %(place)s.",
            **self._get_words(),
        )

    def _tell_leak(self, detail):
        told = self._tell_group(detail)
        chance = detail.get("probability")
        if chance is None:
            return told
        values = {"serial": self.lot_id.name, "percent": f"{100 * chance:.0f}"}
        if chance > SURE:
            values["percent"] = self.env._("more than %s", f"{100 * SURE:.0f}")
        of_group = self.leak_id.sudo().line_ids
        mine = of_group.filtered(lambda line: line.lot_id == self.lot_id)
        if mine and not mine.seen_outside:
            return f"{told} " + self.env._(
                "%(serial)s itself was not seen there; by all that is known, the "
                "chance that it left with the others is %(percent)s %%.",
                **values,
            )
        return f"{told} " + self.env._(
            "%(serial)s was seen there too: the chance that it is one of those that "
            "left is %(percent)s %%.",
            **values,
        )

    def _tell_group(self, detail):
        """Return what was found of the group that a unit belongs to."""
        leak_sudo = self.leak_id.sudo()
        if not leak_sudo and not detail.get("n"):
            return self.env._(
                "%(serial)s belongs to units of %(partner)s that turned up together "
                "in %(place)s.",
                **self._get_words(),
            )
        return leak_sudo.summary or self.env._(
            "%(k)s of %(n)s units of %(group)s were first used in %(place)s; about "
            "%(expected)s would be by mistaken addresses alone.",
            k=detail.get("k"),
            n=detail["n"],
            expected=detail.get("expected"),
            group=detail.get("group") or self.partner_id.display_name,
            place=self.env["serial.source"]._tell_place(detail.get("place"))
            or self.seen_in,
        )

    def _tell_unit_surfaced(self, detail):
        return self.env._(
            "%(serial)s, sent to %(partner)s, turned up at %(store)s, who never "
            "received it.",
            **{**self._get_words(), "store": detail.get("store") or self.seen_in},
        )

    # === COPIES AND USED UNITS === #

    def _tell_clone(self, detail):
        places = [
            self.env["serial.source"]._tell_place(code)
            for code in detail.get("places") or ()
        ]
        if detail.get("visitors") and detail.get("km") is None:
            return self._tell_many_copies(detail, places)
        if len(places) < 2 or detail.get("km") is None:
            return self.env._(
                "The code of %(serial)s was seen where one unit cannot be at a time: "
                "at least one of them is a copy.",
                **self._get_words(),
            )
        return self.env._(
            "The code of %(serial)s was seen in %(one)s and in %(other)s, %(km)s km "
            "apart, within %(hours)s hours. No single unit travels like that: at least "
            "one of them is a copy.",
            serial=self.lot_id.name,
            one=places[0],
            other=places[1],
            km=f"{detail['km']:.0f}",
            hours=f"{detail.get('hours') or 0:.1f}",
        )

    def _tell_many_copies(self, detail, places):
        """Tell of copies that no single journey gives away."""
        values = {
            "serial": self.lot_id.name,
            "visitors": detail["visitors"],
            "count": len(places),
            "places": "; ".join(places[:6]),
            "owners": detail.get("owners") or 1,
        }
        if values["owners"] > 1:
            return self.env._(
                "%(owners)s people claim %(serial)s as theirs; its code was scanned by "
                "at least %(visitors)s visitors in %(count)s places (%(places)s). One "
                "unit has one owner: at least one of them holds a copy.",
                **values,
            )
        return self.env._(
            "The code of %(serial)s was scanned by at least %(visitors)s visitors in "
            "%(count)s places (%(places)s), back and forth. One unit does not travel "
            "like that: at least one of them is a copy.",
            **values,
        )

    def _tell_refurbished_as_new(self, detail):
        if "ended_by" in detail and not detail["ended_by"]:
            return self.env._(
                "%(serial)s was activated%(first)s, and somebody else claims it as a "
                "new unit%(moment)s. It may have been sold second-hand: ask for the "
                "proof of purchase.",
                **self._get_words(),
                first=self._tell_when(detail.get("first_activated_at")),
            )
        return self.env._(
            "%(serial)s was in use already%(first)s, came back%(returned)s and was "
            "activated once more as a new unit%(moment)s: its buyer may not know that "
            "it is used.",
            **self._get_words(),
            first=self._tell_when(detail.get("first_activated_at")),
            returned=self._tell_when(detail.get("returned_at")),
        )

    def _tell_traded_in_before(self, detail):
        return self.env._(
            "%(serial)s was traded in or retired%(ended)s, and was used as a new unit "
            "afterwards.",
            **self._get_words(),
            ended=self._tell_when(detail.get("ended_at")),
        )

    def _tell_destroyed_unit(self, detail):
        return self.env._(
            "%(serial)s was recorded as destroyed%(ended)s, and was seen afterwards.",
            **self._get_words(),
            ended=self._tell_when(detail.get("ended_at")),
        )

    # === OUR OWN RECORDS === #

    def _tell_never_shipped(self, _detail):
        return self.env._(
            "%(serial)s was used%(moment)s, but by our records never left us.",
            **self._get_words(),
        )

    def _tell_void_code(self, _detail):
        return self.env._(
            "The code of %(serial)s was cancelled, and is in use all the same.",
            **self._get_words(),
        )

    def _tell_recalled_unit(self, _detail):
        return self.env._(
            "%(serial)s is part of a recall and was sold or used%(moment)s.",
            **self._get_words(),
        )

    def _tell_blocked_unit(self, _detail):
        return self.env._(
            "%(serial)s is blocked, and was used%(moment)s.", **self._get_words()
        )

    def _tell_unknown_codes(self, detail):
        return self.env._(
            "%(count)s codes that we never made were scanned beside %(serial)s: prints "
            "of a counterfeiter look like this.",
            serial=self.lot_id.name,
            count=detail.get("count") or self.env._("Several"),
        )

    # === ACTIVATIONS WITHOUT A SALE === #

    def _tell_bulk_activation(self, detail):
        by = {
            "device": self.env._("one device"),
            "address": self.env._("one internet address"),
            "account": self.env._("one account"),
        }
        return self.env._(
            "%(serial)s is one of %(count)s units activated from %(by)s within "
            "%(hours)s hours. Consumers activate one unit each.",
            serial=self.lot_id.name,
            count=detail.get("count") or self.env._("many"),
            by=by.get(detail.get("by"), self.env._("one place")),
            hours=detail.get("hours") or 24,
        )

    def _tell_before_sale_date(self, detail):
        date = detail.get("sale_date") or self.lot_id.sale_date
        return self.env._(
            "%(serial)s was activated%(moment)s, before %(partner)s sold it%(sold)s.",
            **self._get_words(),
            sold=self._tell_when(date),
        )

    def _tell_dealer_stock(self, _detail):
        return self.env._(
            "%(serial)s was activated%(moment)s, while %(partner)s still counts it "
            "among the unsold.",
            **self._get_words(),
        )

    def _tell_no_later_life(self, detail):
        return self.env._(
            "%(serial)s is one of %(count)s units that were activated and never seen "
            "again in %(days)s days. Units that people use are seen again.",
            serial=self.lot_id.name,
            count=detail.get("count") or self.env._("many"),
            days=detail.get("days") or 90,
        )

    # === WORDS === #

    def _get_words(self):
        """Return what most sentences name."""
        return {
            "serial": self.lot_id.name,
            "partner": self.partner_id.display_name or self.env._("nobody"),
            "region": self.region_id.name or self.env._("no region"),
            "place": self.seen_in or self.env._("an unknown place"),
            "moment": self._tell_when(self.observed_at),
        }

    def _tell_when(self, moment):
        """Return " on <day>" for a date, a time or a text of either, else nothing."""
        if not moment:
            return ""
        # A text with an hour is taken for the day it is where the reader is.
        text = str(moment)[:19].replace("T", " ")
        day = format_date(self.env, text, date_format="long")
        return self.env._(" on %(day)s", day=day)

    @api.model
    def _tell_place(self, code):
        return self.env["serial.source"]._tell_place(code)
