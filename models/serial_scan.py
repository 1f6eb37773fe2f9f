import json
from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..core.device_model import read_model
from .serial_scan_table import DROP, PARTITIONS, TABLE

MONTHS_AHEAD = 2

# Reads from `unit`, the row the page looked up. The upper bound of the search for
# repeats keeps the other months, and the default partition, out of it. Types are
# named, for the page prepares this.
LOG = """
INSERT INTO serial_scan (
    code, scanned_at, session_key, is_bot, ip_prefix, country_id, state_id, city,
    radius_km, user_agent, device_model, network, prefix, sources, lot_id, product_id,
    company_id, result, is_repeat)
SELECT %(typed)s::varchar, %(now)s::timestamp, %(session_key)s::varchar,
       %(is_bot)s::boolean, %(ip_prefix)s::varchar, %(country_id)s::integer,
       %(state_id)s::integer, %(city)s::varchar, %(radius_km)s::integer,
       %(user_agent)s::varchar, %(device_model)s::varchar, %(network)s::varchar,
       %(prefix)s::smallint, %(sources)s::jsonb, unit.lot_id, unit.product_id,
       unit.lot_company_id,
       CASE WHEN unit.stage IS NULL THEN 'unknown'
            WHEN unit.stage = 'void' THEN 'void' ELSE 'known' END,
       EXISTS (SELECT 1 FROM serial_scan
                WHERE session_key = %(session_key)s AND code = %(typed)s
                  AND scanned_at BETWEEN %(since)s::timestamp AND %(now)s)
  FROM unit
"""
REPEAT_WITHIN = timedelta(minutes=30)
MAX_USER_AGENT = 256

# Beside the ones Odoo knows: link previews, monitors, libraries and headless browsers.
BOTS = [
    "axios",
    "feed",
    "fetcher",
    "go-http",
    "headless",
    "http_get",
    "httpclient",
    "java/",
    "libwww",
    "lighthouse",
    "monitor",
    "node-fetch",
    "okhttp",
    "phantomjs",
    "pingdom",
    "python-",
    "scanner",
    "scrapy",
    "uptime",
]


class SerialScan(models.Model):
    """One view of the public page. The table is partitioned by month."""

    _name = "serial.scan"
    _description = "Scan"
    # The sequence follows time, and the primary key gives this order for nothing.
    _order = "id desc"
    _rec_name = "code"
    _log_access = False
    _auto = False

    lot_id = fields.Many2one("stock.lot", string="Serial", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    code = fields.Char(readonly=True, help="What was scanned, at most 64 characters.")
    result = fields.Selection(
        [("known", "Known"), ("void", "Void"), ("unknown", "Unknown")], readonly=True
    )
    scanned_at = fields.Datetime(readonly=True)
    session_key = fields.Char(
        readonly=True, help="Same visitor, same day: tells repeats without a cookie."
    )
    is_bot = fields.Boolean(readonly=True)
    is_repeat = fields.Boolean(
        readonly=True, help="The same session saw the same code shortly before."
    )
    ip_prefix = fields.Char(readonly=True, string="IP (truncated)")
    country_id = fields.Many2one("res.country", readonly=True)
    state_id = fields.Many2one("res.country.state", string="Subdivision", readonly=True)
    city = fields.Char(readonly=True)
    radius_km = fields.Integer(readonly=True, string="Precision (km)", aggregator="avg")
    user_agent = fields.Char(readonly=True)
    device_model = fields.Char(
        readonly=True,
        help="Kind of telephone or computer, as its browser tells: tells how many "
        "people looked, and nobody's name.",
    )
    network = fields.Char(
        readonly=True, help="Kind of network: mobile, fixed, hosting, vpn or unknown."
    )
    prefix = fields.Integer(
        string="Prefix Length",
        readonly=True,
        aggregator="avg",
        help="Of the network that the location file describes: a short one spans "
        "many places.",
    )
    sources = fields.Json(
        readonly=True, help="Each source: name, place, precision (km), prefix length."
    )

    # === LOG === #

    @api.model
    def _prepare_view(self, typed, visit):
        """Return the values of `LOG` for one view of the public page.

        :param dict visit: who looked, see `serial.page`
        """
        now = fields.Datetime.now()
        visitor = self._prepare_visitor(visit, now)
        return {"typed": typed, "now": now, "since": now - REPEAT_WITHIN, **visitor}

    def _prepare_visitor(self, visit, now):
        """Return the columns that tell who looked and from where, as far as kept."""
        geoip, seen = self.env["serial.geoip"], visit["seen"]
        sources = visit.get("sources") or ([seen] if seen else [])
        country_id = state_id = None
        if seen:
            place = (seen.country, seen.subdivision)
            country_id, state_id = geoip._get_place_ids(*place)
        ip_prefix = geoip._truncate(visit["ip"])
        user_agent = visit["user_agent"][:MAX_USER_AGENT]
        return {
            "session_key": self.env["serial.signature"]._hash(
                "serial_dossier.scan", (ip_prefix, user_agent, str(now.date()))
            )[:32],
            "is_bot": self._is_bot(user_agent),
            "ip_prefix": ip_prefix,
            "country_id": country_id,
            "state_id": state_id,
            "city": seen and seen.city,
            "radius_km": seen and seen.radius_km,
            "user_agent": user_agent,
            "device_model": read_model(user_agent) or None,
            "network": seen and seen.network,
            "prefix": seen and seen.prefix,
            "sources": self._dump_sources(sources),
        }

    def _dump_sources(self, sources):
        """Return what each source said, as short as it can be kept for a replay."""
        if not sources:
            return None
        told = [(o.source, o.place, o.radius_km, o.prefix) for o in sources]
        return json.dumps(told, separators=(",", ":"))

    def _is_bot(self, user_agent):
        """Tell whether a program looked: browsers name themselves, few bots do not."""
        name = user_agent.lower()
        return not name or any(
            bot in name for bots in (self.env["ir.http"].bots, BOTS) for bot in bots
        )

    # === TABLE === #

    @property
    def _table_query(self):
        """Read the table as if it were a query: Odoo knows no partitioned tables."""
        return SQL("SELECT * FROM serial_scan")

    def init(self):
        """Create the partitioned table, which Odoo itself cannot."""
        self.env.cr.execute(TABLE)
        self._create_partitions(fields.Date.today())

    def _drop(self):
        """Drop the table, which Odoo would only warn of, before the app goes."""
        self.env.cr.execute(DROP)

    def _get_partitions(self):
        """Return month -> name of each partition; the default one is left out."""
        self.env.cr.execute(PARTITIONS)
        names = [row[0] for row in self.env.cr.fetchall()]
        return {
            fields.Date.to_date(f"{name[-7:-3]}-{name[-2:]}-01"): name
            for name in names
            if name != "serial_scan_default"
        }

    def _create_partitions(self, today):
        """Create the partitions from the month of `today` on, as far as missing."""
        existing = self._get_partitions()
        for ahead in range(MONTHS_AHEAD + 1):
            month = today + relativedelta(day=1, months=ahead)
            if month not in existing:
                self._create_partition(month)

    def _create_partition(self, month):
        """Create one month; rows of it that fell into the default partition move.

        A partition that overlaps rows of the default one is refused, so those are
        taken out first: the cron may have stood still.
        """
        values = {
            "name": SQL.identifier(f"serial_scan_{month:%Y_%m}"),
            "start": month,
            "end": month + relativedelta(months=1),
        }
        for query in (
            "CREATE TABLE %(name)s (LIKE serial_scan INCLUDING DEFAULTS)",
            "WITH moved AS (DELETE FROM serial_scan_default WHERE scanned_at >= "
            "%(start)s AND scanned_at < %(end)s RETURNING *) "
            "INSERT INTO %(name)s SELECT * FROM moved",
            "ALTER TABLE serial_scan ATTACH PARTITION %(name)s "
            "FOR VALUES FROM (%(start)s) TO (%(end)s)",
        ):
            self.env.cr.execute(SQL(query, **values))

    def _cron_partitions(self):
        """Create coming months, drop those that every company wants forgotten."""
        today = fields.Date.context_today(self)
        self._create_partitions(today)
        self._drop_expired(today)

    def _drop_expired(self, today):
        """Drop months that no company keeps, then what single companies keep less.

        Scans of unknown codes belong to no company: the longest time holds for them.
        """
        kept = self.env["res.company"]._read_group(
            [], ["serial_scan_retention_months"], ["id:array_agg"]
        )
        if min(months for months, _ids in kept) <= 0:
            return  # 0 keeps for ever, and the partitions are shared
        longest = today + relativedelta(day=1, months=-max(kept)[0])
        for month, name in self._get_partitions().items():
            if month < longest:
                self.env.cr.execute(SQL("DROP TABLE %s", SQL.identifier(name)))
        for months, company_ids in kept:
            since = today + relativedelta(day=1, months=-months)
            if since > longest:
                self.env.cr.execute(
                    SQL(
                        "DELETE FROM serial_scan "
                        "WHERE company_id = ANY(%s) AND scanned_at < %s",
                        company_ids,
                        since,
                    )
                )
        self.env.cr.execute(
            SQL("DELETE FROM serial_scan_default WHERE scanned_at < %s", longest)
        )
        self.invalidate_model(flush=False)
