from odoo import api, fields, models

from ..core.randomness import judge


class SerialRandomnessMixin(models.AbstractModel):
    """How likely it is that somebody guesses a serial number of a scheme."""

    _name = "serial.randomness.mixin"
    _description = "Randomness of a Scheme"

    guess_chance = fields.Char(
        string="Chance of a Guess",
        compute="_compute_guess_chance",
        help="That a number somebody makes up, right in form, is one that was given "
        "out. Laws on medicines and tobacco want less than one in ten thousand.",
    )

    @api.depends("kind", "code_length", "counter_ids")
    def _compute_guess_chance(self):
        for scheme in self:
            scheme.guess_chance = scheme._get_chance_text(scheme._judge())

    def _get_chance_text(self, verdict):
        if verdict.reason == "guessable":
            return self.env._("Certain: who has seen one number knows the next")
        if not verdict.chance:
            return self.env._("None: no number was given out")
        return self.env._("One in %(times)s", times=f"{1 / verdict.chance:,.0f}")

    def _judge(self, limit=None, more=0):
        """Return the verdict on the randomness of this scheme (`core.randomness`).

        Every code that was given out counts as one that lives: who guesses does not
        mind of which product it is.

        :param limit: the chance has to be below it; None: as the laws have it
        :param int more: codes that are about to be given out
        """
        self.ensure_one()
        live = int(self.used_count) + more
        given = {"limit": limit} if limit else {}
        return judge(self.kind, live, 32**self.code_length, **given)
