from odoo import fields, models
from odoo.tools import SQL

from .retention_sql import KEPT_BY

# Serials looked at in a chunk.
CHUNK = 20_000
FLUSHED = (
    "stock.lot",
    "stock.quant",
    "product.template",
    "serial.hold",
    "serial.part",
    "serial.activation",
    "serial.diversion.alert",
    "serial.diversion.case",
    "serial.diversion.purchase",
    "serial.diversion.lead",
    "serial.warranty",
    "serial.tradein",
    "serial.channel.transfer",
    "serial.channel.transfer.line",
    "repair.order",
)


class SerialPurgeListMixin(models.AbstractModel):
    """Which dossiers' time is over, and which of them stay for another reason."""

    _name = "serial.purge.list.mixin"
    _description = "Listing of a Purge"

    def _begin_listing(self):
        self.env["serial.hold"]._end_expired()
        self._flush_rule()
        ((total,),) = self.env.execute_query(
            SQL("SELECT count(*) FROM stock_lot lot WHERE %s", self._get_scope())
        )
        self.write(
            {
                "state": "listing",
                "as_of": fields.Date.context_today(self),
                "job_done": 0,
                "job_total": total,
                "last_lot_id": 0,
                "listed_at": False,
                "due_count": 0,
                "kept_count": 0,
            }
        )

    def _flush_rule(self):
        for name in FLUSHED:
            self.env[name].flush_model()

    def _get_scope(self):
        """Return the condition on `lot` of a coded serial that the purge may look at.

        Codes that never left `minted` are a stock of labels, not dossiers. A serial
        that was purged has one event, of just that.
        """
        return SQL(
            "lot.stage <> 'minted' AND lot.event_count > 0 "
            "AND (lot.purge_id IS NULL OR lot.event_count > 1) "
            "AND (lot.company_id IS NULL OR lot.company_id = %s)%s",
            self.company_id.id,
            SQL(" AND lot.product_id = ANY(%s)", self.product_ids.ids)
            if self.product_ids
            else SQL(),
        )

    def _list_chunk(self):
        """List what is due among the next serials by id."""
        self._flush_rule()
        ((last, count),) = self.env.execute_query(
            SQL(
                "SELECT max(id), count(*) FROM (SELECT lot.id FROM stock_lot lot "
                "WHERE lot.id > %s AND %s ORDER BY lot.id LIMIT %s) AS lot",
                self.last_lot_id,
                self._get_scope(),
                CHUNK,
            )
        )
        if last:
            between = SQL(
                "lot.id > %s AND lot.id <= %s AND %s",
                self.last_lot_id,
                last,
                self._get_scope(),
            )
            self._insert_units(between)
            self.write({"last_lot_id": last, "job_done": self.job_done + count})
        if count < CHUNK:
            self._finish_listing()

    def _insert_units(self, condition):
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO serial_purge_unit (
                    purge_id, lot_id, serial, product_id, years, base_on, due_on,
                    event_count, state, reason
                )
                SELECT %(purge)s, due.lot_id, due.name, due.product_id, due.years,
                       due.base_on, due.due_on, due.event_count,
                       CASE WHEN due.reason IS NULL THEN 'due' ELSE 'kept' END,
                       due.reason
                  FROM (%(due)s) AS due
              ORDER BY due.lot_id
                """,
                purge=self.id,
                due=self._get_due_query(condition),
            )
        )
        self.env["serial.purge.unit"].invalidate_model(flush=False)

    def _get_due_query(self, condition):
        """Return a query of serials whose time is over, with why they stay, if so."""
        return SQL(
            """
            SELECT lot.id AS lot_id, lot.name, lot.product_id, lot.event_count,
                   aged.years, aged.base_on, aged.due_on, %(reason)s AS reason
              FROM stock_lot lot
              JOIN %(years)s AS kept (product_id, years)
                ON kept.product_id = lot.product_id
              JOIN LATERAL (
                    SELECT max(event.event_time)::date AS last_on
                      FROM serial_event event WHERE event.lot_id = lot.id
                   ) AS seen ON true
              JOIN LATERAL (
                    SELECT max(warranty."end") AS until
                      FROM serial_warranty warranty
                     WHERE warranty.lot_id = lot.id AND warranty.state = 'live'
                   ) AS covered ON true
              JOIN LATERAL (
                    SELECT greatest(lot.expiry_date, seen.last_on, covered.until)
                           AS base_on
                   ) AS based ON true
              JOIN LATERAL (
                    SELECT kept.years, based.base_on,
                           (based.base_on + make_interval(years => kept.years))::date
                           AS due_on
                   ) AS aged ON true
             WHERE %(condition)s AND aged.due_on < %(today)s
            """,
            reason=self._get_reason_case(),
            years=self._get_years_table(),
            condition=condition,
            today=self.as_of,
        )

    def _get_reason_case(self):
        """Return the expression of the weightiest reason why `lot` stays, or null."""
        return SQL(
            "CASE %s END",
            SQL(" ").join(
                SQL("WHEN %s THEN %s", SQL(text, today=self.as_of), reason)
                if "%(today)s" in text
                else SQL("WHEN %s THEN %s", SQL(text), reason)
                for reason, text in KEPT_BY.items()
            ),
        )

    def _get_years_table(self):
        """Return a table of (product, years); products kept for good are not in it."""
        years = self.env["product.product"]._get_retention_years(self.company_id)
        kept = {product: count for product, count in years.items() if count > 0}
        return SQL(
            "unnest(%s::integer[], %s::integer[])", list(kept), list(kept.values())
        )

    def _finish_listing(self):
        self.write({"state": "listed", "listed_at": fields.Datetime.now()})
        self._count_units()

    def _count_units(self):
        """Set how many units are in which state."""
        counts = dict(
            self.env["serial.purge.unit"]._read_group(
                [("purge_id", "=", self.id)], ["state"], ["__count"]
            )
        )
        self.write(
            {
                f"{state}_count": counts.get(state, 0)
                for state in ("due", "kept", "purged")
            }
        )
