from odoo import api, fields, models
from odoo.tools import SQL

from ..core import sscc


class SerialSsccSeries(models.Model):
    """The next serial reference of a company prefix and an extension digit.

    A series runs round: after its last reference comes the first again. Whether a
    number may be used once more, `serial.sscc` decides.
    """

    _name = "serial.sscc.series"
    _inherit = ["serial.counter.mixin"]
    _description = "Series of SSCCs"
    _order = "prefix, extension"
    _rec_name = "prefix"
    _log_access = False

    prefix = fields.Char(string="GS1 Company Prefix", required=True, readonly=True)
    extension = fields.Char(
        string="Extension Digit", required=True, readonly=True, size=1
    )
    capacity = fields.Float(compute="_compute_usage", digits=(16, 0))
    taken_count = fields.Float(
        string="Numbers Taken", compute="_compute_usage", digits=(16, 0)
    )

    _prefix_extension_uniq = models.UniqueIndex(
        "(prefix, extension)", "This series exists already."
    )

    @api.depends("prefix")
    def _compute_usage(self):
        for series in self:
            series.capacity = sscc.capacity(series.prefix)
            series.taken_count = series._get_next()

    @api.model
    def _get(self, prefix, extension):
        """Return a series (sudo), made when it is first needed."""
        domain = [("prefix", "=", prefix), ("extension", "=", extension)]
        found = self.sudo().search(domain, limit=1)
        if found:
            return found
        # Two transactions must not make it twice: the second waits, and finds it when
        # it is run again.
        self.env.cr.execute(
            SQL("SELECT pg_advisory_xact_lock(hashtext(%s))", f"sscc{prefix}")
        )
        return self.sudo().create({"prefix": prefix, "extension": extension})

    def _take_numbers(self, count):
        """Return `count` numbers in turn; some may be in use still."""
        first, capacity = self._take(count), int(self.capacity)
        return [
            sscc.build(self.extension, self.prefix, number % capacity)
            for number in range(first, first + count)
        ]
