from odoo import api, fields, models
from odoo.tools import SQL

from .retention_sql import HELD

CHUNK = 2_000


class SerialPersonalForgetMixin(models.AbstractModel):
    """Consumers' data is forgotten after a while, without anybody asking for it."""

    _name = "serial.personal.forget.mixin"
    _description = "Retention of Personal Data"

    @api.model
    def _cron_forget(self):
        """Forget chunk after chunk, committing each."""
        for model in ("serial.activation", "repair.order", "serial.warranty"):
            while records_sudo := self._find_overdue(model):
                self._erase_columns(records_sudo)
                self._erase_files(records_sudo)
                full = len(records_sudo) == CHUNK
                if not self.env["ir.cron"]._commit_progress(
                    len(records_sudo), remaining=int(full)
                ):
                    return
                if not full:
                    break

    def _find_overdue(self, model):
        """Return the next records (sudo) that may no longer tell about persons."""
        self.env["serial.hold"]._end_expired()
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT entry.id
                  FROM %(table)s entry
                  JOIN stock_lot lot ON lot.id = entry.lot_id
                  JOIN res_company company ON company.id = coalesce(
                           entry.company_id, lot.company_id, %(company)s)
                 WHERE company.serial_personal_months > 0
                   AND %(condition)s
                   AND NOT coalesce(lot.recalled, false) AND NOT %(held)s
                   AND NOT EXISTS (
                       SELECT 1 FROM serial_warranty warranty
                        WHERE warranty.lot_id = lot.id AND warranty.state = 'live'
                          AND warranty."end" >= %(limit)s)
              ORDER BY entry.id LIMIT %(chunk)s
                """,
                table=SQL.identifier(self.env[model]._table),
                company=self.env.company.id,
                condition=self._get_overdue_condition(model),
                held=SQL(HELD),
                limit=self._get_limit(),
                chunk=CHUNK,
            )
        )
        return self.env[model].sudo().browse(row[0] for row in rows)

    def _get_limit(self):
        """Return the expression of the moment before which data is overdue."""
        return SQL(
            "(%s - make_interval(months => company.serial_personal_months))",
            fields.Datetime.now(),
        )

    def _get_overdue_condition(self, model):
        limit = self._get_limit()
        if model == "serial.activation":
            return SQL(
                "entry.activated_at < %s AND (entry.phone IS NOT NULL "
                "OR entry.account IS NOT NULL OR entry.owner_key IS NOT NULL)",
                limit,
            )
        if model == "repair.order":
            return SQL(
                "entry.state IN ('done', 'cancel') AND entry.write_date < %s "
                "AND coalesce(entry.serial_phone, entry.serial_email) IS NOT NULL",
                limit,
            )
        return SQL(
            'coalesce(entry."end", entry.start) < %s AND entry.owner_key IS NOT NULL',
            limit,
        )
