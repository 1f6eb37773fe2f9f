from odoo import api, fields, models
from odoo.tools import SQL

from ..core import transfer as rules


class SerialSaleMixin(models.AbstractModel):
    """Retail sales that distributors declare: the warranty counts from that day."""

    _name = "serial.sale.mixin"
    _description = "Declared Sales of Serials"

    @api.model
    def _declare_sale(self, texts, date, by):
        """Record that a distributor sold units to consumers; set-based.

        Whoever calls this has checked that the user may act for `by`.

        :param texts: serials, or texts that name them
        :param date: the day of the sale
        :param by: the distributor who holds the units and sold them
        :return: a row a text: `text`, `lot_id`, `serial`, `result` (sold, already or
            refused), `reason`, `message`
        """
        if isinstance(texts, models.BaseModel):
            texts = texts.mapped("scan_code")
        date = fields.Date.to_date(date)
        holder = by.commercial_partner_id
        found = self._find_units(texts, self._get_held_condition(holder))
        lot_ids = {lot_id for units in found.values() for lot_id in units.lot_ids}
        transfer = self.env["serial.channel.transfer"]
        units, names = transfer._get_units(lot_ids)
        too_early = self._get_shipped_after(lot_ids, date)
        rows, sold = [], set()
        for text in texts:
            for row in self._judge_sale(text, found[text], units, holder.id, sold):
                if row["result"] == "sold":
                    row = self._check_day(row, date, too_early)
                if row["result"] == "sold":
                    sold.add(row["lot_id"])
                rows.append(row)
        self._record_sale(sorted(sold), date, holder)
        return transfer._explain(rows, names)

    def _judge_sale(self, text, found, units, holder_id, sold):
        get_row = self.env["serial.channel.transfer"]._get_row
        if not found.lot_ids:
            yield get_row(text, None, "refused", "not_held")
        elif len(found.lot_ids) > 1 and not found.is_carton:
            yield get_row(text, None, "refused", "ambiguous")
        else:
            for lot_id in found.lot_ids:
                reason = rules.refusal_of_sale(units[lot_id], holder_id)
                result = "refused" if reason else "sold"
                if lot_id in sold:
                    result, reason = "already", "repeated"
                yield get_row(text, lot_id, result, reason)

    def _check_day(self, row, date, too_early):
        reason = ""
        if date > fields.Date.context_today(self):
            reason = "sold_in_future"
        elif row["lot_id"] in too_early:
            reason = "sold_before_delivery"
        return {**row, "result": "refused", "reason": reason} if reason else row

    def _get_held_condition(self, holder):
        return SQL("lot.channel_partner_id = %s", holder.id)

    def _get_shipped_after(self, lot_ids, date):
        """Return those of the units that we delivered later than on a day.

        A day has 24 hours, but not everywhere the same ones: one more is granted.
        """
        self.env["stock.lot"].flush_model(["shipped_at"])
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM stock_lot "
                "WHERE id = ANY(%s) AND shipped_at >= %s::date + 2",
                list(lot_ids),
                date,
            )
        )
        return {lot_id for (lot_id,) in rows}

    def _record_sale(self, lot_ids, date, holder):
        self.env["serial.event"].sudo()._record(
            lot_ids,
            "sold",
            lot_values={"sale_date": date},
            partner_id=holder.id,
            data={"private": {"declared": True, "sale_date": str(date)}},
        )
        self.env["serial.warranty"].sudo()._stamp_declared(lot_ids)

    @api.model
    def _withdraw_sale(self, lots, by):
        """Take back sales that a distributor declared by mistake; return their units.

        What has been activated since was sold indeed.
        """
        holder = by.commercial_partner_id
        self.env["stock.lot"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT lot.id, event.id
                  FROM stock_lot lot
            CROSS JOIN LATERAL (
                    SELECT id, data FROM serial_event
                     WHERE lot_id = lot.id AND kind IN ('sold', 'returned', 'rebound')
                  ORDER BY sequence DESC LIMIT 1
                  ) AS event
                 WHERE lot.id = ANY(%s) AND lot.channel_partner_id = %s
                   AND lot.sale_date IS NOT NULL AND lot.activated_at IS NULL
                   AND event.data->'private'->>'declared' = 'true'
                """,
                lots.ids,
                holder.id,
            )
        )
        event_of = dict(rows)
        self.env["serial.event"].sudo()._record(
            list(event_of),
            "corrected",
            lot_values={"sale_date": None},
            per_lot={lot_id: {"corrects_id": event_id} for lot_id, event_id in rows},
            partner_id=holder.id,
        )
        if event_of:
            warranty_sudo = self.env["serial.warranty"].sudo()
            warranty_sudo._void(list(event_of), "corrected", ["declared"])
        return lots.browse(event_of)
