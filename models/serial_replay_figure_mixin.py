from odoo import api, fields, models
from odoo.tools import SQL

from ..core.replay import share

# Units of closed alerts, and what either version finds of them.
MEASURES = (
    "confirmed_count",
    "dismissed_count",
    "confirmed_before",
    "confirmed_after",
    "dismissed_before",
    "dismissed_after",
)
COUNTS = (
    "total_count",
    "judged_count",
    "added_count",
    "dropped_count",
    "alerts_before",
    "alerts_after",
    "leak_units_before",
    "leak_units_after",
    *MEASURES,
)


class SerialReplayFigureMixin(models.AbstractModel):
    """What a replay counted, and how good either version is by closed alerts."""

    _name = "serial.replay.figure.mixin"
    _description = "Figures of a Replay"

    total_count = fields.Integer(string="Activations", readonly=True, copy=False)
    judged_count = fields.Integer(string="Judged", readonly=True, copy=False)
    added_count = fields.Integer(string="Alerts Added", readonly=True, copy=False)
    dropped_count = fields.Integer(string="Alerts Dropped", readonly=True, copy=False)
    confirmed_count = fields.Integer(string="Confirmed", readonly=True, copy=False)
    dismissed_count = fields.Integer(string="Dismissed", readonly=True, copy=False)
    alerts_before = fields.Integer(readonly=True, copy=False)
    alerts_after = fields.Integer(readonly=True, copy=False)
    confirmed_before = fields.Integer(readonly=True, copy=False)
    confirmed_after = fields.Integer(readonly=True, copy=False)
    dismissed_before = fields.Integer(readonly=True, copy=False)
    dismissed_after = fields.Integer(readonly=True, copy=False)
    leak_units_before = fields.Integer(readonly=True, copy=False)
    leak_units_after = fields.Integer(readonly=True, copy=False)
    precision_before = fields.Float(compute="_compute_quality", aggregator=None)
    precision_after = fields.Float(compute="_compute_quality", aggregator=None)
    recall_before = fields.Float(compute="_compute_quality", aggregator=None)
    recall_after = fields.Float(compute="_compute_quality", aggregator=None)
    has_precision_before = fields.Boolean(compute="_compute_quality")
    has_precision_after = fields.Boolean(compute="_compute_quality")
    has_recall = fields.Boolean(compute="_compute_quality")
    summary = fields.Text(compute="_compute_summary")

    # === COMPUTE === #

    @api.depends("confirmed_count", "confirmed_after", "dismissed_after")
    def _compute_quality(self):
        for record in self:
            for side in ("before", "after"):
                found = record[f"confirmed_{side}"]
                decided = found + record[f"dismissed_{side}"]
                record[f"has_precision_{side}"] = bool(decided)
                record[f"precision_{side}"] = share(found, decided) or 0.0
                record[f"recall_{side}"] = share(found, record.confirmed_count) or 0.0
            record.has_recall = bool(record.confirmed_count)

    @api.depends("state", *COUNTS)
    @api.depends_context("lang")
    def _compute_summary(self):
        for record in self:
            record.summary = record.state == "done" and "\n".join(record._tell())

    def _tell(self):
        """Return the outcome in sentences."""
        yield self.env._(
            "Of %(total)s activations these rules raise an alert on %(after)s, the "
            "active ones on %(before)s. In all, %(added)s alerts are added and "
            "%(dropped)s dropped.",
            total=self.judged_count,
            after=self.alerts_after,
            before=self.alerts_before,
            added=self.added_count,
            dropped=self.dropped_count,
        )
        if self.with_leaks:
            yield self.env._(
                "Leaks name %(after)s units by these rules, %(before)s by the active "
                "ones.",
                after=self.leak_units_after,
                before=self.leak_units_before,
            )
        if not self.confirmed_count + self.dismissed_count:
            yield self.env._(
                "No alert on these units was confirmed or dismissed yet: nobody can "
                "tell which rules are better."
            )
            return
        yield self._tell_quality()

    def _tell_quality(self):
        return self.env._(
            "Of %(confirmed)s units whose diversion was confirmed they find %(found)s "
            "(before: %(found_before)s); of %(dismissed)s that were dismissed they "
            "accuse %(accused)s (before: %(accused_before)s).",
            confirmed=self.confirmed_count,
            found=self.confirmed_after,
            found_before=self.confirmed_before,
            dismissed=self.dismissed_count,
            accused=self.dismissed_after,
            accused_before=self.dismissed_before,
        )

    # === MEASURE === #

    def _measure(self):
        """Return how many units of closed alerts either version finds."""
        self.env["serial.diversion.replay.line"].flush_model()
        self.env.cr.execute(
            SQL(
                """
                WITH line AS (
                    SELECT DISTINCT lot_id, truth, side
                      FROM serial_diversion_replay_line
                CROSS JOIN LATERAL (
                           VALUES ('dropped', 'before'), ('kept', 'before'),
                                  ('added', 'after'), ('kept', 'after')
                           ) AS of_side(of_change, side)
                     WHERE replay_id = %s AND truth IS NOT NULL AND of_change = change
                )
                SELECT truth || '_' || side, count(*) FROM line GROUP BY truth, side
                 UNION ALL
                SELECT CASE WHEN closed.truth THEN 'confirmed' ELSE 'dismissed' END
                       || '_count', count(*)
                  FROM (%s) AS closed GROUP BY closed.truth
                """,
                self.id,
                self._get_closed(),
            )
        )
        none = dict.fromkeys(MEASURES, 0)
        return none | dict(self.env.cr.fetchall())

    def _get_closed(self):
        """Return the query of (lot_id, truth) of closed alerts of what was judged."""
        return SQL(
            """
            SELECT alert.lot_id, bool_or(alert.state = 'confirmed') AS truth
              FROM serial_diversion_alert alert
             WHERE alert.state IN ('confirmed', 'dismissed')
               AND EXISTS (
                    SELECT FROM serial_activation activation
                     WHERE activation.lot_id = alert.lot_id
                       AND activation.id <= %s AND %s
                   )
          GROUP BY alert.lot_id
            """,
            self.last_activation_id,
            self._get_condition(),
        )
