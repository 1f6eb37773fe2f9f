from collections import defaultdict
from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..core.leak_board import Share, months_before, others, stands_out, trend
from .serial_dossier_mixin import OPEN_ALERT_STATES

MONTHS = 12
PERIODS = (30, 90, 365)
NOTHING = Share(0, 0)

# A row a distributor and month: units seen outside and those decided at all, of the
# month, of the period and of the one before it.
_COUNTS = """
SELECT seen.partner_id, date_trunc('month', seen.moment) AS month,
       count(*) FILTER (WHERE outside) AS k,
       count(*) AS n,
       count(*) FILTER (WHERE outside AND moment >= %(since)s) AS k_now,
       count(*) FILTER (WHERE moment >= %(since)s) AS n_now,
       count(*) FILTER (
           WHERE outside AND moment >= %(before)s AND moment < %(since)s) AS k_before,
       count(*) FILTER (
           WHERE moment >= %(before)s AND moment < %(since)s) AS n_before
  FROM (%(seen)s) AS seen
 GROUP BY 1, 2
"""


class SerialDiversionBoard(models.AbstractModel):
    """Whose units are seen outside their region, how often, and is it getting worse?

    A few statements, whatever the number of units, with the rights of the user.
    """

    _name = "serial.diversion.board"
    _description = "Leak Board"

    @api.model
    @api.readonly
    def get_board(self, domain, days=90):
        """Return the distributors with what was seen of their units.

        :param list domain: which activations count; periods are the board's own
        :param int days: length of the period, and of the one before it
        :return: `rows`: a dict a distributor; `total`: the same for all together;
            `months`: the first days of the months of the sparklines;
            `since`: from when on units count
        """
        days = days if days in PERIODS else PERIODS[1]
        now = fields.Datetime.now()
        since = now - timedelta(days=days)
        months = months_before(now.year, now.month, MONTHS)
        counts, months_of = self._count(domain, since, since - timedelta(days=days))
        found = self._count_findings()
        partners = self.env["res.partner"].browse(
            sorted({*counts, *(id_ for ids in found.values() for id_ in ids)})
        )
        shares = [now for now, _before in counts.values()]
        rows = []
        for partner in partners:
            share, before = counts.get(partner.id, (NOTHING, NOTHING))
            row = self._describe(share, before, months_of[partner.id], months)
            row["stands_out"] = stands_out(share, others(shares, share))
            row |= {"id": partner.id, "name": partner.display_name}
            row |= {name: ids.get(partner.id, 0) for name, ids in found.items()}
            rows.append(row)
        return {
            "rows": rows,
            "total": self._describe_total(counts, months_of, months),
            "months": [f"{year}-{month:02}-01" for year, month in months],
            "since": fields.Datetime.to_string(since),
        }

    # === COUNT === #

    def _count(self, domain, since, before):
        """Return ({partner id: (Share, Share before)}, {id: {month: Share}})."""
        first = fields.Datetime.now() + relativedelta(
            months=1 - MONTHS, day=1, hour=0, minute=0, second=0, microsecond=0
        )
        rows = self.env.execute_query_dict(
            SQL(
                _COUNTS,
                since=since,
                before=before,
                seen=self._get_seen_query(domain, min(first, before)),
            )
        )
        months_of = defaultdict(dict)
        sums = defaultdict(lambda: [0, 0, 0, 0])
        for row in rows:
            month = row["month"].year, row["month"].month
            months_of[row["partner_id"]][month] = Share(row["k"], row["n"])
            names = ("k_now", "n_now", "k_before", "n_before")
            for at, name in enumerate(names):
                sums[row["partner_id"]][at] += row[name]
        counts = {
            id_: (Share(k, n), Share(k_before, n_before))
            for id_, (k, n, k_before, n_before) in sums.items()
        }
        return counts, months_of

    def _get_seen_query(self, domain, since):
        """Return a query of partner, moment and whether outside, as the user may."""
        activation = self.env["serial.activation"]
        query = activation._search(
            Domain(domain)
            & Domain("verdict", "in", ("inside", "outside"))
            & Domain("partner_id", "!=", False)
            & Domain("activated_at", ">=", since)
        )
        column = {
            name: activation._field_to_sql(query.table, name, query)
            for name in ("partner_id", "activated_at", "verdict")
        }
        return query.select(
            column["partner_id"],
            SQL("%s AS moment", column["activated_at"]),
            SQL("%s = 'outside' AS outside", column["verdict"]),
        )

    def _count_findings(self):
        """Return {what: {partner id: open ones}} of alerts, leaks and cases."""
        asked = {
            "alerts": ("serial.diversion.alert", "in", OPEN_ALERT_STATES),
            "leaks": ("serial.diversion.leak", "in", ("open",)),
            "cases": ("serial.diversion.case", "not in", ("decided",)),
        }
        found = {}
        for what, (model, operator, states) in asked.items():
            found[what] = {}
            if model in self.env:
                domain = [("partner_id", "!=", False), ("state", operator, states)]
                groups = self.env[model]._read_group(
                    domain, ["partner_id"], ["__count"]
                )
                found[what] = {partner.id: count for partner, count in groups}
        return found

    # === DESCRIBE === #

    def _describe(self, share, before, shares_by_month, months):
        """Return what a row shows of one distributor."""
        low, high = share.interval
        monthly = [shares_by_month.get(month, NOTHING) for month in months]
        return {
            "k": share.k,
            "n": share.n,
            "share": share.value,
            "low": low,
            "high": high,
            "k_before": before.k,
            "n_before": before.n,
            "share_before": before.value,
            "trend": trend(share, before),
            "line": [[one.k, one.n] for one in monthly],
        }

    def _describe_total(self, counts, months_of, months):
        """Return the row of all distributors together."""
        together = defaultdict(lambda: NOTHING)
        for by_month in months_of.values():
            for month, one in by_month.items():
                known = together[month]
                together[month] = Share(known.k + one.k, known.n + one.n)
        share, before = (
            Share(sum(pair[at].k for pair in pairs), sum(pair[at].n for pair in pairs))
            for at, pairs in enumerate([list(counts.values())] * 2)
        )
        return self._describe(share, before, together, months)
