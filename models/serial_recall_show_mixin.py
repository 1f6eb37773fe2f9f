import re

from odoo import api, models
from odoo.tools import SQL, ormcache

_BANNER = """
SELECT recall.name AS recall, recall.reference, recall.information_url AS url,
       recall.remedy_kind, recall.block_sale, recall.block_activation,
       recall.activated_at,
       coalesce(recall.title ->> %(lang)s, recall.title ->> 'en_US') AS title,
       coalesce(recall.hazard ->> %(lang)s, recall.hazard ->> 'en_US') AS hazard,
       coalesce(recall.instructions ->> %(lang)s, recall.instructions ->> 'en_US')
         AS instructions,
       coalesce(recall.remedy ->> %(lang)s, recall.remedy ->> 'en_US') AS remedy
  FROM serial_recall recall
 WHERE recall.id = %(recall_id)s
"""
_WEB = re.compile(r"^https?://", re.IGNORECASE)


class SerialRecallShowMixin(models.AbstractModel):
    """What others ask about the recalls of units: pages, API, repairs, trade-in."""

    _name = "serial.recall.show.mixin"
    _description = "Recalls of Units"

    @api.model
    def _get_recalls(self, lots):
        """Return {lot id: the recalls that hold it (sudo)}; one query for all.

        Whoever holds such a unit has a right to its remedy, whatever its warranty.
        """
        self.flush_model(["state"])
        self.env["serial.recall.unit"].flush_model()
        found = {}
        for lot_id, recall_id in self.env.execute_query(
            self._get_holding_query(lots.ids)
        ):
            found.setdefault(lot_id, []).append(recall_id)
        recalls_sudo = self.sudo().browse(
            {recall_id for recall_ids in found.values() for recall_id in recall_ids}
        )
        return {
            lot_id: recalls_sudo.browse(recall_ids)
            for lot_id, recall_ids in found.items()
        }

    @api.model
    def _get_banners(self, column):
        """Return what people are told of a unit's recalls, the newest first.

        Each is a dict in the language of the context: `recall` (its number), `title`,
        `hazard`, `instructions`, `remedy` (texts), `remedy_kind`, `url`, `reference`,
        `activated_at`, `block_sale`, `block_activation`.

        :param column: what a statement selected by `recall_sql.RECALLS`
        """
        return [
            self._get_banner(recall_id, version)
            for recall_id, version, _blocks in reversed(column or ())
        ]

    @api.model
    def _get_banners_of(self, lots):
        """Return {lot id: banners} as `_get_banners` has them."""
        return {
            lot_id: [
                recall._get_banner(recall.id, str(recall.write_date))
                for recall in recalls.sorted("id", reverse=True)
            ]
            for lot_id, recalls in self._get_recalls(lots).items()
        }

    @api.model
    @ormcache("recall_id", "version", "self.env.lang")
    def _get_banner(self, recall_id, version):
        """Return what people are told of a recall, as of a version of its row."""
        self.env.cr.execute(
            SQL(
                _BANNER,
                lang=self.env.lang or "en_US",
                recall_id=recall_id,
            )
        )
        banner = self.env.cr.dictfetchone()
        if not _WEB.match(banner["url"] or ""):
            banner["url"] = None
        return banner
