from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..core import sscc
from ..core.errors import SerialError
from .bulk_sql import audit_columns, names_of

REST = relativedelta(months=12)  # how long a number rests before it is used again
LOOKS = 50  # how often more numbers are taken in place of those that still rest


class SerialSscc(models.Model):
    """Numbers of cartons and pallets that were given out, and when they were last used.

    GS1 wants a number to rest for twelve months after it left. A trigger refuses to
    give it to another package, or to forget it, before that.
    """

    _name = "serial.sscc"
    _description = "SSCC"
    _order = "id desc"

    name = fields.Char(string="SSCC", required=True, readonly=True, size=18)
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    package_id = fields.Many2one(
        "stock.package", readonly=True, index="btree_not_null", ondelete="set null"
    )
    taken_at = fields.Datetime(string="Given out", required=True, readonly=True)
    used_at = fields.Datetime(
        string="Last Used",
        required=True,
        readonly=True,
        help="When it was given out, or its package last left.",
    )
    is_manual = fields.Boolean(
        string="By Hand", readonly=True, help="Somebody entered it as a package's name."
    )

    _name_uniq = models.UniqueIndex("(name)", "This SSCC was given out already.")

    # === GIVE OUT === #

    @api.model
    def _take(self, count=1, company=None, extension="0"):
        """Return `count` new numbers; UserError if the company cannot make so many."""
        company = company or self.env.company
        try:
            prefix = sscc.check_prefix((company.serial_gs1_prefix or "").strip())
            series = self.env["serial.sscc.series"]._get(prefix, extension)
            return self._take_free(series, count, company)
        except SerialError as error:
            raise UserError(self._get_error(error, company)) from error

    def _take_free(self, series, count, company):
        taken, looks = [], 0
        while len(taken) < count:
            # A series that has run round asks for more than it needs at last.
            wanted = (count - len(taken)) * 2 ** min(looks, 7)
            wanted = min(wanted, int(series.capacity))
            free = self._claim(series._take_numbers(wanted), company)
            taken += free
            looks = 0 if free else looks + 1
            if looks > LOOKS:
                raise SerialError(
                    "series_full", prefix=series.prefix, extension=series.extension
                )
        self._give_back(taken[count:])
        return taken[:count]

    def _claim(self, names, company, is_manual=False):
        """Return those of these numbers that may be used now, and note that they are.

        What rests still, and what a package is called by hand, is left out.
        """
        audit, now = audit_columns(self.env), fields.Datetime.now()
        self.flush_model()
        self.env["stock.package"].flush_model(["name"])
        query = SQL(
            """
            INSERT INTO serial_sscc AS known
                   (name, company_id, taken_at, used_at, is_manual, %(audited)s)
            SELECT given.name, %(company)s, %(now)s, %(now)s, %(manual)s, %(audit)s
              FROM unnest(%(names)s::varchar[]) AS given(name)
             WHERE %(manual)s OR NOT EXISTS (
                    SELECT FROM stock_package box
                     WHERE box.name = given.name AND box.create_date > %(rested)s
                       AND NOT EXISTS (
                           SELECT FROM serial_sscc WHERE package_id = box.id))
                ON CONFLICT (name) DO UPDATE
               SET taken_at = excluded.taken_at, used_at = excluded.used_at,
                   company_id = excluded.company_id, package_id = NULL,
                   is_manual = excluded.is_manual
             WHERE known.used_at <= %(rested)s
            RETURNING name
            """,
            audited=names_of(audit),
            audit=SQL(", ").join(audit.values()),
            company=company.id,
            now=now,
            rested=now - REST,
            manual=is_manual,
            names=list(names),
        )
        free = {name for (name,) in self.env.execute_query(query)}
        self.invalidate_model(flush=False)
        return [name for name in names if name in free]

    def _give_back(self, names):
        """Let numbers that were taken too much be taken by the next one."""
        if names:
            self.env.cr.execute(
                SQL(
                    "DELETE FROM serial_sscc WHERE name = ANY(%s) "
                    "AND package_id IS NULL",
                    list(names),
                )
            )

    def _get_error(self, error, company):
        texts = {
            "bad_company_prefix": self.env._(
                "%(company)s has no GS1 company prefix of six to twelve digits. Enter "
                "it in the settings: numbers of cartons and pallets are built on it.",
                company=company.display_name,
            ),
            "bad_extension_digit": self.env._(
                "The extension digit is a digit, 0 to 9."
            ),
            "series_full": self.env._(
                "Every number with the extension digit %(extension)s and the company "
                "prefix %(prefix)s was used within twelve months. Use another "
                "extension digit.",
                prefix=error.values.get("prefix"),
                extension=error.values.get("extension"),
            ),
        }
        return texts[error.reason]

    # === USE === #

    @api.model
    def _attach(self, packages):
        """Note which packages bear these numbers; refuse one that another one bears.

        Numbers of other companies' series are theirs to guard.
        """
        named = {one.name: one for one in packages if sscc.is_valid(one.name)}
        if not named:
            return
        records = self.sudo().search([("name", "in", list(named))])
        prefixes = self._get_prefixes()
        wanted = {name for name in named if self._is_ours(name, prefixes)}
        wanted -= set(records.mapped("name"))
        taken = records.filtered(
            lambda one: one.package_id and one.package_id != named[one.name]
        )
        self._ensure_rested(taken)
        wanted |= set(taken.mapped("name"))
        self.sudo()._claim(wanted, self.env.company, is_manual=True)
        for one in self.sudo().search([("name", "in", list(named))]):
            one.package_id = named[one.name]

    def _ensure_rested(self, records):
        rested = fields.Datetime.now() - REST
        used = records.filtered(lambda one: one.used_at > rested)
        if used:
            raise UserError(
                self.env._(
                    "The number %(sscc)s belongs to another package, or did within the "
                    "last twelve months.",
                    sscc=", ".join(used.mapped("name")),
                )
            )

    def _get_prefixes(self):
        companies = (
            self.env["res.company"].sudo().search([("serial_gs1_prefix", "!=", False)])
        )
        return {one.serial_gs1_prefix for one in companies}

    def _is_ours(self, name, prefixes):
        return any(name[1:].startswith(prefix) for prefix in prefixes)

    @api.model
    def _note_left(self, moves):
        """Let the numbers of packages that have left rest from now on; one statement.

        :param moves: done moves
        """
        if not moves:
            return
        self.flush_model()
        self.env["stock.package"].flush_model(["parent_package_id"])
        rows = self.env.execute_query(
            SQL(
                """
                UPDATE serial_sscc SET used_at = %s
                  FROM stock_move_line line
                  JOIN stock_location target ON target.id = line.location_dest_id
                  JOIN stock_package box ON box.id = line.result_package_id
                 WHERE line.move_id = ANY(%s) AND target.usage <> 'internal'
                   AND serial_sscc.package_id IN (box.id, box.parent_package_id)
             RETURNING serial_sscc.package_id, line.picking_id, line.location_dest_id
                """,
                fields.Datetime.now(),
                moves.ids,
            )
        )
        self.invalidate_model(["used_at"], flush=False)
        self.env["serial.packing.entry"]._note_left({row[0]: row[1:] for row in rows})
