from datetime import timedelta

from odoo import fields, models
from odoo.tools import SQL

from ..core.observed import CROWD, Evidence

# Units bound longer ago are past the time in which a leak can be pursued.
WITHIN = timedelta(days=730)
FETCH = 50_000

READS = (
    "serial.activation",
    "serial.diversion.whitelist",
    "serial.channel.assignment",
    "stock.lot",
    "stock.move.line",
)

# One line an occasion, see `core.observed`: each file's source, country, subdivision,
# radius, network and prefix.
ACTIVATIONS = """
SELECT lot_id, coalesce(ip_prefix, 'a' || id) AS occasion, 0 AS rank,
       (SELECT string_agg(
                   concat_ws('|', seen ->> 'source',
                             coalesce(seen ->> 'country', ''),
                             coalesce(seen ->> 'subdivision', ''),
                             coalesce(seen ->> 'radius_km', ''),
                             coalesce(seen ->> 'network', ''),
                             coalesce(seen ->> 'prefix', '')), ';')
          FROM jsonb_array_elements(observations) AS seen) AS told
  FROM serial_activation
 WHERE active AND jsonb_typeof(observations) = 'array' AND observations <> '[]'
   AND whitelist_id IS NULL
"""
# What the files said, or for scans of before that was kept, the place alone.
_SCANS = """
SELECT lot_id, coalesce(ip_prefix, session_key), 1,
       coalesce(
           (SELECT string_agg(
                       concat_ws('|', seen ->> 0,
                                 split_part(coalesce(seen ->> 1, ''), '-', 1),
                                 split_part(coalesce(seen ->> 1, ''), '-', 2),
                                 coalesce(seen ->> 2, ''), coalesce(network, ''),
                                 coalesce(seen ->> 3, '')), ';')
              FROM jsonb_array_elements(
                       CASE WHEN jsonb_typeof(sources) = 'array' THEN sources END
                   ) AS seen),
           concat_ws('|', 'scan', country_id, coalesce(state_id::text, ''),
                     coalesce(radius_km::text, ''), coalesce(network, ''),
                     coalesce(prefix::text, '')))
  FROM serial_scan scan
 WHERE lot_id IS NOT NULL AND country_id IS NOT NULL
   AND is_bot IS NOT TRUE AND is_repeat IS NOT TRUE AND %(not_excused)s
"""
# As `core.whitelist` excuses activations, as far as a scan shows the signs. Days are
# days anywhere on earth.
_NOT_EXCUSED = """
NOT EXISTS (
    SELECT FROM serial_diversion_whitelist entry
     WHERE entry.active
       AND coalesce(entry.device_key, entry.phone_key, entry.account_key) IS NULL
       AND coalesce(entry.company_id = scan.company_id, true)
       AND coalesce(entry.country_id = scan.country_id, true)
       AND coalesce(entry.state_id = scan.state_id, entry.state_id IS NULL)
       AND coalesce(entry.ip_prefix::inet && scan.ip_prefix::inet,
                    entry.ip_prefix IS NULL)
       AND coalesce(scanned_at >= entry.date_from - interval '14 hours', true)
       AND coalesce(scanned_at < entry.date_to + interval '36 hours', true)
       AND (EXISTS (SELECT FROM serial_diversion_whitelist_stock_lot_rel of_entry
                     WHERE of_entry.serial_diversion_whitelist_id = entry.id
                       AND of_entry.stock_lot_id = scan.lot_id)
            OR NOT EXISTS (SELECT FROM serial_diversion_whitelist_stock_lot_rel named
                            WHERE named.serial_diversion_whitelist_id = entry.id))
)
"""
# What one address tells of one unit it tells once, however often it looks: its place
# is wrong each time or never. So what one address tells of many units of a shipment,
# as that of a shop or a company does, is one fact and not many: it is left out, unless
# a device shared where it stood.
ONCE = """
SELECT lot_id, told
  FROM (
    SELECT once.lot_id, once.told,
           count(*) OVER (
               PARTITION BY coalesce(bound.picking_id, -bound.partner_id),
                            once.occasion) AS sharing
      FROM (
        SELECT DISTINCT ON (lot_id, occasion) lot_id, occasion, told
          FROM (%(activations)s UNION ALL %(scans)s) AS occasions
      ORDER BY lot_id, occasion, rank
      ) AS once
      JOIN %(bound)s AS bound ON bound.lot_id = once.lot_id
  ) AS counted
 WHERE sharing < %(crowd)s OR strpos(told, 'gps|') > 0
"""
_EVIDENCE = """
WITH bound AS (
    SELECT lot_id, region_id, partner_id, picking_id,
           to_char(assigned_at, 'YYYY-MM') AS month
      FROM serial_channel_assignment
     WHERE released_at IS NULL AND region_id = ANY(%(regions)s)
       AND assigned_at >= %(since)s
), told AS (
    SELECT lot_id, string_agg(told, E'\\n' ORDER BY told) AS told, count(*) AS count
      FROM (%(once)s) AS once
  GROUP BY lot_id
), carton AS (
    SELECT lot_id, picking_id, max(result_package_id) AS package_id
      FROM stock_move_line
     WHERE lot_id IS NOT NULL AND result_package_id IS NOT NULL AND state = 'done'
       AND picking_id IN (SELECT picking_id FROM bound)
  GROUP BY lot_id, picking_id
)
SELECT bound.lot_id, bound.region_id, bound.partner_id, bound.month,
       bound.picking_id, carton.package_id, lot.serial_batch_id, told.told, told.count
  FROM told
  JOIN bound ON bound.lot_id = told.lot_id
  JOIN stock_lot lot ON lot.id = told.lot_id
  LEFT JOIN carton ON carton.lot_id = bound.lot_id
       AND carton.picking_id = bound.picking_id
"""


class SerialRunCollectMixin(models.AbstractModel):
    """Collecting what was seen of every unit that is bound to a region."""

    _name = "serial.run.collect.mixin"
    _description = "Collecting of Observations"

    def _collect(self, memory):
        """Fill `memory` with the evidence of all units, a stretch of rows at a time."""
        memory["rules"] = self.env["serial.diversion.rule"]._get_active()
        evidence = Evidence(self._get_homes(), *self._get_place_codes())
        for rows in self._fetch_evidence(list(evidence.homes)):
            evidence.add(rows)
        memory["units"] = evidence.units
        return {
            "rule_version": memory["rules"].version,
            "unit_count": len(evidence.units),
            "observation_count": evidence.observation_count,
        }

    def _get_homes(self):
        """Return {region id: place codes} of the regions that are watched."""
        regions = self.env["serial.channel.region"].with_context(active_test=False)
        found = {}
        for region in regions.search_fetch([], ["enforcement"]):
            level, codes = regions._get_territory(region.id)
            if level != "off" and codes:
                found[region.id] = codes
        return found

    def _get_place_codes(self):
        """Return ({country id: code}, {subdivision id: ISO code})."""
        countries = self.env["res.country"].search_fetch([], ["code"])
        states = self.env["res.country.state"].search_fetch([], ["code"])
        iso_codes = states._get_iso_codes(states.ids)
        return (
            {country.id: country.code for country in countries},
            {state_id: code for state_id, (_country, code) in iso_codes.items()},
        )

    def _fetch_evidence(self, region_ids):
        """Yield rows of evidence; the database keeps what was not read yet."""
        for model in READS:
            self.env[model].flush_model()
        execute = self.env.cr.execute
        # The whole result is read: the plan that is fastest to its end, not its start.
        execute("SET LOCAL cursor_tuple_fraction = 1")
        execute("SET LOCAL work_mem = '128MB'")
        execute(
            SQL(
                "DECLARE serial_run_evidence NO SCROLL CURSOR FOR %s",
                self._get_evidence_query(region_ids),
            )
        )
        while True:
            execute(SQL("FETCH %s FROM serial_run_evidence", FETCH))
            rows = self.env.cr.fetchall()
            if not rows:
                break
            yield rows
        execute("CLOSE serial_run_evidence")

    def _get_evidence_query(self, region_ids):
        return SQL(
            _EVIDENCE,
            regions=region_ids,
            since=fields.Datetime.now() - WITHIN,
            once=self._get_once_query(
                SQL(ACTIVATIONS), self._get_scans_query(), SQL("bound")
            ),
        )

    def _get_once_query(self, activations, scans, bound):
        """Return the query of what each address told of each unit.

        :param SQL bound: a relation with the units' `picking_id` and `partner_id`
        """
        return SQL(ONCE, activations=activations, scans=scans, bound=bound, crowd=CROWD)

    def _get_scans_query(self):
        return SQL(_SCANS, not_excused=self._get_not_excused())

    def _get_not_excused(self):
        """Return the condition on scans that nobody on the whitelist made them."""
        if not self.env["serial.diversion.whitelist"]._get_whitelist():
            return SQL("true")
        return SQL(_NOT_EXCUSED)
