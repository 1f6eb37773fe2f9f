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
        # Of two transactions that make it at once, the second fails to serialise: it
        # is run again, and finds it then.
        query = SQL(
            "INSERT INTO serial_sscc_series (prefix, extension) VALUES (%s, %s) "
            "ON CONFLICT DO NOTHING RETURNING id",
            prefix,
            extension,
        )
        [(series_id,)] = self.env.execute_query(query)
        series = self.sudo().browse(series_id)
        series._create_sequences()
        return series

    def _take_numbers(self, count):
        """Return `count` numbers in turn; some may be in use still."""
        first, capacity = self._take(count), int(self.capacity)
        return [
            sscc.build(self.extension, self.prefix, number % capacity)
            for number in range(first, first + count)
        ]
