from odoo import api, fields, models
from odoo.tools import SQL, LazyTranslate

from .serial_dossier_mixin import OPEN_ALERT_STATES

_lt = LazyTranslate(__name__)

READERS = (
    "serial_dossier.serial_dossier_group_user,"
    "serial_dossier.serial_dossier_group_auditor"
)
# What became of the units in a distributor's hands: label and colour of the bar.
FATES = {
    "stock": (_lt("In stock"), "info"),
    "sold": (_lt("Sold, not activated"), "warning"),
    "activated": (_lt("Activated"), "success"),
    "ended": (_lt("Traded in or retired"), "secondary"),
}
# Days in stock up to which a unit counts, its label and colour.
AGES = {
    "fresh": (30, _lt("0-30 days"), "success"),
    "settled": (90, _lt("31-90 days"), "info"),
    "slow": (180, _lt("91-180 days"), "warning"),
    "stale": (None, _lt("over 180 days"), "danger"),
}
FIGURES = (
    "received",
    *FATES,
    *AGES,
    "age_average",
    "age_median",
)


class SerialChannelFiguresMixin(models.AbstractModel):
    """How a distributor does, with all whom he supplies: for his form and for lists.

    Four statements, whatever the number of distributors and units.
    """

    _name = "serial.channel.figures.mixin"
    _description = "Figures of a Distributor"

    channel_received_count = fields.Integer(
        string="Received",
        compute="_compute_channel_figures",
        groups=READERS,
        help="Units that were ever bound to him or to whom he supplies, but for those "
        "that came back.",
    )
    channel_stock_count = fields.Integer(
        string="In Stock", compute="_compute_channel_figures", groups=READERS
    )
    channel_unit_count = fields.Integer(
        string="Units in his Channel",
        compute="_compute_channel_figures",
        groups=READERS,
    )
    channel_sell_through = fields.Float(
        string="Sell-through",
        compute="_compute_channel_figures",
        groups=READERS,
        help="Units sold or activated, of those received.",
    )
    channel_activation_rate = fields.Float(
        string="Activation Rate",
        compute="_compute_channel_figures",
        groups=READERS,
        help="Units activated, of those received.",
    )
    channel_age_median = fields.Integer(
        string="Stock Age (median days)",
        compute="_compute_channel_figures",
        groups=READERS,
        help="Half of the units in stock have been with their holder for longer.",
    )
    channel_age_average = fields.Integer(
        string="Stock Age (average days)",
        compute="_compute_channel_figures",
        groups=READERS,
    )
    channel_fates = fields.Json(
        string="Units", compute="_compute_channel_figures", groups=READERS
    )
    channel_ages = fields.Json(
        string="Stock Age", compute="_compute_channel_figures", groups=READERS
    )
    channel_alert_count = fields.Integer(
        string="Alerts", compute="_compute_channel_figures", groups=READERS
    )
    channel_transfer_count = fields.Integer(
        string="Open Transfers", compute="_compute_channel_figures", groups=READERS
    )

    # === COMPUTE === #

    def _compute_channel_figures(self):
        """Sum up what lies below each of these companies."""
        companies = self.commercial_partner_id._origin
        tree = self._get_channel_tree(companies.ids)
        units = self._get_channel_units(tree)
        alerts = self._count_channel_alerts(tree)
        transfers = self._count_channel_transfers(tree)
        for partner in self:
            company_id = partner.commercial_partner_id._origin.id
            found = units.get(company_id) or dict.fromkeys(FIGURES, 0)
            received = found["received"] or 1
            sold = found["sold"] + found["activated"] + found["ended"]
            partner.channel_received_count = found["received"]
            partner.channel_stock_count = found["stock"]
            partner.channel_unit_count = sold + found["stock"]
            partner.channel_sell_through = sold / received
            partner.channel_activation_rate = (sold - found["sold"]) / received
            partner.channel_age_median = found["age_median"]
            partner.channel_age_average = found["age_average"]
            partner.channel_fates = self._get_bar(
                (found[key], label, colour) for key, (label, colour) in FATES.items()
            )
            partner.channel_ages = self._get_bar(
                (found[key], label, colour)
                for key, (_days, label, colour) in AGES.items()
            )
            partner.channel_alert_count = alerts.get(company_id, 0)
            partner.channel_transfer_count = transfers.get(company_id, 0)

    def _get_bar(self, parts):
        """Return what the bar widget draws: its segments, those without units too."""
        return [
            {"count": count, "label": self.env._(label), "colour": colour}
            for count, label, colour in parts
        ]

    # === QUERIES === #

    @api.model
    def _get_channel_tree(self, partner_ids):
        """Return a query of root and id: companies and all they supply.

        As values: of a recursive query the planner cannot tell that it finds few, and
        would read all units of everyone.
        """
        rows = self.env.execute_query(self._get_channel_subtree_query(partner_ids))
        return SQL(
            "SELECT * FROM unnest(%s::integer[], %s::integer[]) AS pairs(root, id)",
            [root for root, _partner_id, _depth in rows],
            [partner_id for _root, partner_id, _depth in rows],
        )

    @api.model
    def _get_channel_units(self, tree):
        """Return {partner id: figures of the units below it}, see `FIGURES`."""
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT root,
                       count(DISTINCT lot_id) AS received,
                       count(*) FILTER (WHERE fate = 'stock') AS stock,
                       count(*) FILTER (WHERE fate = 'sold') AS sold,
                       count(*) FILTER (WHERE fate = 'activated') AS activated,
                       count(*) FILTER (WHERE fate = 'ended') AS ended,
                       %(buckets)s,
                       coalesce(avg(age) FILTER (WHERE fate = 'stock'), 0)::integer
                       AS age_average,
                       coalesce(percentile_cont(0.5) WITHIN GROUP (ORDER BY age)
                                FILTER (WHERE fate = 'stock'), 0)::integer AS age_median
                  FROM (%(units)s) AS units
              GROUP BY root
                """,
                buckets=self._get_age_buckets(),
                units=self._get_channel_units_query(tree),
            )
        )
        return {row["root"]: row for row in rows}

    @api.model
    def _get_age_buckets(self):
        begins, columns = -1, []
        for key, (days, _label, _colour) in AGES.items():
            within = SQL("age > %s", begins)
            if days:
                within = SQL("%s AND age <= %s", within, days)
            columns.append(
                SQL(
                    "count(*) FILTER (WHERE fate = 'stock' AND %s) AS %s",
                    within,
                    SQL.identifier(key),
                )
            )
            begins = days
        return SQL(", ").join(columns)

    @api.model
    def _get_channel_units_query(self, tree):
        """Return a query of root, unit, fate (NULL: passed on) and days in hand."""
        self.env["stock.lot"].flush_model(
            ["stage", "sale_date", "activated_at", "company_id"]
        )
        return SQL(
            """
            SELECT tree.root, lot.id AS lot_id,
                   extract(day FROM %(now)s::timestamp - bound.assigned_at) AS age,
                   CASE WHEN bound.released_at IS NOT NULL THEN NULL
                        WHEN lot.stage IN ('traded_in', 'retired') THEN 'ended'
                        WHEN lot.stage = 'activated' OR lot.activated_at IS NOT NULL
                        THEN 'activated'
                        WHEN lot.sale_date IS NOT NULL THEN 'sold'
                        WHEN lot.stage = 'shipped' THEN 'stock' END AS fate
              FROM (%(tree)s) AS tree
              JOIN serial_channel_assignment bound ON bound.partner_id = tree.id
              JOIN stock_lot lot ON lot.id = bound.lot_id
             WHERE coalesce(bound.release_reason NOT IN ('returned', 'corrected'), true)
               AND coalesce(lot.company_id = ANY(%(companies)s), true)
            """,
            now=fields.Datetime.now(),
            tree=tree,
            companies=self.env.companies.ids,
        )

    @api.model
    def _count_channel_alerts(self, tree):
        """Return {partner id: open alerts on units bound below it}."""
        self.env["serial.diversion.alert"].flush_model(
            ["partner_id", "state", "company_id"]
        )
        rows = self.env.execute_query(
            SQL(
                """
                SELECT tree.root, count(*)
                  FROM (%s) AS tree
                  JOIN serial_diversion_alert alert ON alert.partner_id = tree.id
                 WHERE alert.state = ANY(%s)
                   AND coalesce(alert.company_id = ANY(%s), true)
              GROUP BY tree.root
                """,
                tree,
                list(OPEN_ALERT_STATES),
                self.env.companies.ids,
            )
        )
        return dict(rows)

    @api.model
    def _count_channel_transfers(self, tree):
        """Return {partner id: transfers from, to or below it that are not finished}."""
        self.env["serial.channel.transfer"].flush_model(
            ["sender_id", "receiver_id", "state", "company_id"]
        )
        rows = self.env.execute_query(
            SQL(
                """
                SELECT tree.root, count(DISTINCT part.id)
                  FROM (%(tree)s) AS tree
            CROSS JOIN LATERAL (
                    SELECT id, state, company_id FROM serial_channel_transfer
                     WHERE sender_id = tree.id
                     UNION ALL
                    SELECT id, state, company_id FROM serial_channel_transfer
                     WHERE receiver_id = tree.id
                 ) AS part
                 WHERE part.state IN ('sent', 'disputed')
                   AND part.company_id = ANY(%(companies)s)
              GROUP BY tree.root
                """,
                tree=tree,
                companies=self.env.companies.ids,
            )
        )
        return dict(rows)
