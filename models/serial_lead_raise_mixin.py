import json

from odoo import api, fields, models
from odoo.tools import SQL

COLUMNS = {
    "kind": SQL("varchar"),
    "key": SQL("varchar"),
    "lot_id": SQL("integer"),
    "product_id": SQL("integer"),
    "partner_id": SQL("integer"),
    "store_id": SQL("integer"),
    "listing_id": SQL("integer"),
    "api_key_id": SQL("integer"),
    "ip_prefix": SQL("varchar"),
    "detail": SQL("jsonb"),
    "count": SQL("integer"),
    "first_seen_at": SQL("timestamp"),
    "last_seen_at": SQL("timestamp"),
    "user_id": SQL("integer"),
    "company_id": SQL("integer"),
}
# What a lead is about, by its kind, where the caller gives no key of his own.
KEYS = {
    "unit_surfaced": ("lot_id", "partner_id"),
    "code_guessing": ("api_key_id", "ip_prefix"),
}


class SerialLeadRaiseMixin(models.AbstractModel):
    """Raising of leads: one statement for all, and one open lead a thing seen."""

    _name = "serial.lead.raise.mixin"
    _inherit = ["serial.owner.mixin"]
    _description = "Raising of Leads"

    @api.model
    def _raise(self, kind, rows):
        """Raise leads, or count them where one about the same thing is open.

        :param kind: one of `KINDS`
        :param list rows: dicts with any of `lot_id`, `product_id`, `partner_id`,
            `store_id`, `listing_id`, `api_key_id`, `ip_prefix`, `company_id`, `detail`
            (a dict), `count`, `seen_at` and `key`, which says what the lead is about
        :return: the leads, new ones and those that were open (as superuser)
        """
        if not rows:
            return self.browse()
        leads = self.sudo()
        rows = leads._merge(leads._prepare_row(kind, row) for row in rows)
        owners = leads._get_owners({row["company_id"] for row in rows})
        for row in rows:
            row["user_id"] = owners[row["company_id"]].id or None
        self.flush_model()
        stored = leads._upsert(rows)
        leads._join_cases([lead_id for lead_id, _is_new, _owner in stored])
        new = leads.browse([lead_id for lead_id, is_new, _owner in stored if is_new])
        if new:
            new._schedule_activities()
            leads._notify_owners(owner for _id, is_new, owner in stored if is_new)
        return leads.browse([lead_id for lead_id, _is_new, _owner in stored])

    def _prepare_row(self, kind, row):
        """Return the columns of one lead."""
        seen_at = row.get("seen_at") or fields.Datetime.now()
        return {
            **dict.fromkeys(COLUMNS),
            **{name: value or None for name, value in row.items() if name in COLUMNS},
            "kind": kind,
            "key": row.get("key") or self._get_key(kind, row),
            "detail": json.dumps(row.get("detail") or {}, ensure_ascii=False),
            "count": row.get("count") or 1,
            "first_seen_at": seen_at,
            "last_seen_at": seen_at,
            "company_id": row.get("company_id") or self.env.company.id,
        }

    def _get_key(self, kind, row):
        return ",".join(f"{name}={row.get(name) or ''}" for name in KEYS[kind])

    def _merge(self, rows):
        """Return rows of which no two are about the same thing."""
        merged = {}
        for row in rows:
            same = merged.setdefault((row["company_id"], row["key"]), row)
            if same is row:
                continue
            latest = max(row, same, key=lambda seen: seen["last_seen_at"])
            merged[row["company_id"], row["key"]] = {
                **latest,
                "count": same["count"] + row["count"],
                "first_seen_at": min(same["first_seen_at"], row["first_seen_at"]),
            }
        # in one order, so that two who raise the same leads do not lock each other out
        return sorted(merged.values(), key=lambda row: (row["company_id"], row["key"]))

    def _upsert(self, rows):
        """Store leads; return (id, is it new, id of its owner) a row."""
        return self._insert_numbered(
            rows,
            COLUMNS,
            {"state": "new"},
            SQL(
                """
                (company_id, kind, key) WHERE state IN ('new', 'open')
                DO UPDATE SET count = kept.count + excluded.count,
                              %s,
                              first_seen_at = least(
                                  kept.first_seen_at, excluded.first_seen_at
                              ),
                              last_seen_at = greatest(
                                  kept.last_seen_at, excluded.last_seen_at
                              )
                RETURNING id, (xmax = 0), user_id
                """,
                self._get_latest(),
            ),
        )

    def _join_cases(self, lead_ids):
        """Put leads on units of an open case into that case."""
        self.env["serial.diversion.alert"].flush_model()
        self.env["serial.diversion.case"].flush_model()
        self.env.cr.execute(
            SQL(
                """
                UPDATE serial_diversion_lead lead SET case_id = alert.case_id
                  FROM serial_diversion_alert alert
                  JOIN serial_diversion_case serial_case
                    ON serial_case.id = alert.case_id
                 WHERE lead.id = ANY(%s) AND lead.case_id IS NULL
                   AND alert.lot_id = lead.lot_id
                   AND alert.company_id = lead.company_id
                   AND serial_case.state <> 'decided'
                """,
                lead_ids,
            )
        )

    def _get_latest(self):
        """Return the assignments that keep what was seen last."""
        return SQL(", ").join(
            SQL(
                "%(name)s = CASE WHEN excluded.last_seen_at >= kept.last_seen_at"
                " THEN excluded.%(name)s ELSE kept.%(name)s END",
                name=SQL.identifier(name),
            )
            for name in ("detail", "product_id", "partner_id", "store_id", "listing_id")
        )
