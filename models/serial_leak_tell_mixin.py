from odoo import api, fields, models
from odoo.tools import LazyTranslate
from odoo.tools.misc import formatLang

from ..core.rounding import RAREST, once_in

_lt = LazyTranslate(__name__)

FOUND = {
    "carton": _lt("%(k)s of %(n)s units of carton %(group)s turned up in %(place)s."),
    "shipment": _lt(
        "%(k)s of %(n)s units of shipment %(group)s turned up in %(place)s."
    ),
    "batch": _lt(
        "%(k)s of %(n)s units of production batch %(group)s turned up in %(place)s."
    ),
    "window": _lt(
        "%(k)s of %(n)s units that %(partner)s received in %(month)s turned up in "
        "%(place)s."
    ),
}
CHANCE = {
    "carton": _lt("Mistakes alone do this in one of %(count)s such cartons."),
    "shipment": _lt("Mistakes alone do this in one of %(count)s such shipments."),
    "batch": _lt("Mistakes alone do this in one of %(count)s such batches."),
    "window": _lt("Mistakes alone do this in one of %(count)s such months."),
}


class SerialLeakTellMixin(models.AbstractModel):
    """What a leak says, in words that need no statistics to be understood."""

    _name = "serial.leak.tell.mixin"
    _description = "Words of a Leak"

    summary = fields.Char(compute="_compute_summary")
    found_text = fields.Char(string="What Was Seen", compute="_compute_summary")
    place_name = fields.Char(string="Place", compute="_compute_summary")
    chance_text = fields.Char(string="By Chance", compute="_compute_texts")
    odds_text = fields.Char(string="Evidence", compute="_compute_texts")
    share_text = fields.Char(string="Share with its Range", compute="_compute_texts")
    source_text = fields.Char(string="Located by", compute="_compute_texts")

    @api.depends("kind", "key", "place", "n", "k", "expected", "p_value")
    @api.depends("sources", "certain")
    @api.depends_context("lang")
    def _compute_summary(self):
        for leak in self:
            leak.place_name = leak._get_place_name()
            leak.found_text = leak._tell_found()
            told = [leak.found_text, leak._tell_bound()]
            told += [leak._tell_expected(), leak._tell_chance()]
            if not leak.certain:
                told.append(leak._tell_doubt())
            sources = leak._tell_sources()
            if sources:
                told.append(self.env._("Located by %(sources)s.", sources=sources))
            leak.summary = " ".join(filter(None, told))

    @api.depends("p_value", "odds", "share_low", "share_high", "sources")
    @api.depends_context("lang")
    def _compute_texts(self):
        for leak in self:
            leak.chance_text = leak._tell_chance()
            leak.odds_text = leak._tell_odds()
            leak.share_text = leak._tell_share()
            leak.source_text = leak._tell_sources()

    def _tell_found(self):
        """Return how many of which units turned up where."""
        text = self.env._(FOUND[self.kind])
        return text % {
            "k": self._format(self.k),
            "n": self._format(self.n),
            "group": self._get_group_name(),
            "partner": self.partner_id.name or "",
            "month": self._format_months(self.window),
            "place": self._get_place_name(),
        }

    def _tell_bound(self):
        """Return whose the units were, and where they were to be sold."""
        if not self.partner_id or not self.region_id:
            return ""
        return self.env._(
            "They were sent to %(partner)s, to be sold in %(region)s.",
            partner=self.partner_id.name,
            region=self.region_id.name,
        )

    def _tell_expected(self):
        """Return how many would be there by mistake."""
        if self.expected < 0.05:
            return self.env._("If none had left, hardly one would seem to be there.")
        if self.expected < 1:
            return self.env._(
                "If none had left, fewer than one would seem to be there by a mistaken "
                "location."
            )
        return self.env._(
            "If none had left, about %(count)s would seem to be there by mistaken "
            "locations.",
            count=self._format(round(self.expected)),
        )

    def _tell_chance(self):
        """Return how often mistakes alone do the like."""
        if self.p_value < RAREST:
            return self.env._(
                "Mistakes alone would do this less than once in a billion times."
            )
        count = self._format(once_in(self.p_value))
        text = self.env._(CHANCE[self.kind])
        return text % {"count": count}

    def _tell_doubt(self):
        """Return what a leak is worth that may well be one, and no more."""
        return self.env._(
            "This is a suspicion: worth a look, but not certain enough to accuse any "
            "unit. Test purchases may tell."
        )

    def _tell_odds(self):
        """Return how sure it is that units of the group left."""
        if self.odds < 1:
            return ""
        count = self._format(once_in(1 / self.odds))
        if self.odds >= 1 / RAREST:
            return self.env._(
                "More than %(count)s to 1 that units of this group left", count=count
            )
        return self.env._("%(count)s to 1 that units of this group left", count=count)

    def _tell_share(self):
        """Return the share seen in the place, and between what it lies."""
        low, share, high = (
            self._format(round(100 * value))
            for value in (self.share_low, self.share, self.share_high)
        )
        return self.env._(
            "%(share)s %% (between %(low)s %% and %(high)s %%, in 19 of 20 cases)",
            share=share,
            low=low,
            high=high,
        )

    def _tell_sources(self):
        """Return what located the units, files with the month they are of."""
        return self.env["serial.source"]._tell(self.sources)

    # === NAMES === #

    def _get_group_name(self):
        """Return what people call the group."""
        self.ensure_one()
        names = {
            "carton": self.package_id.name,
            "shipment": self.picking_id.name,
            "batch": self.batch_id.name,
            "window": f"{self.partner_id.name}, {self._format_months(self.window)}",
        }
        return names[self.kind] or self.key

    def _get_place_name(self):
        """Return the name of the place the units turned up in."""
        state = self.state_id._get_readable_name()
        return state or self.country_id.name or self.place

    def _format(self, number):
        return formatLang(self.env, number, digits=0)

    def _format_months(self, window):
        """Return a month, or the first and the last of several, as people write it."""
        first, _, last = (window or "").partition("/")
        if last and last != first:
            return self.env._(
                "%(first)s to %(last)s",
                first=self._format_month(first),
                last=self._format_month(last),
            )
        return self._format_month(first)

    def _format_month(self, month):
        return self.env["serial.source"]._tell_month(month)
