from typing import NamedTuple

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import SQL


class Scrapped(NamedTuple):
    """A serial that scrapping retired: by which event, and from which stage."""

    lot_id: int
    event_id: int
    stage: str


class SerialReinstateMixin(models.AbstractModel):
    """Takes back the retirement of serials that were scrapped by mistake."""

    _name = "serial.reinstate.mixin"
    _description = "Reinstating of Serials"

    def action_reinstate_serials(self):
        """Ask why these serials are to be reinstated."""
        return self._get_wizard("serial_dossier.serial_lot_reinstate_action")

    def _get_scrapped(self):
        """Return {lot id: `Scrapped`} of the serials that a scrap retired; one query.

        Only stock moves leave in their event how the unit stood before.
        """
        self.flush_recordset(["stage"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT lot.id, last.id, last.data #>> '{private,was,stage}'
                  FROM stock_lot lot
            CROSS JOIN LATERAL (
                    SELECT event.id, event.data FROM serial_event event
                     WHERE event.lot_id = lot.id AND event.kind = 'retired'
                  ORDER BY event.sequence DESC LIMIT 1
                  ) AS last
                 WHERE lot.id = ANY(%s) AND lot.stage = 'retired'
                   AND last.data #>> '{private,was,stage}' IS NOT NULL
                """,
                self.ids,
            )
        )
        return {row[0]: Scrapped(*row) for row in rows}

    def _reinstate(self, reason):
        """Give serials the stage back that they had before they were scrapped.

        The caller has seen that the user may. Where the units lie is not touched.
        """
        scrapped = self._get_scrapped()
        others = self.filtered(lambda lot: lot.id not in scrapped)
        if others:
            raise UserError(
                self.env._(
                    "Only serials that a scrap retired can be reinstated. Take these "
                    "out of the list: %(serials)s",
                    serials=self._get_name_list(others),
                )
            )
        for stage, lots in self.grouped(lambda lot: scrapped[lot.id].stage).items():
            lots._move_to_stage(
                stage,
                "reinstated",
                per_lot={
                    lot.id: {"corrects_id": scrapped[lot.id].event_id} for lot in lots
                },
                data={"private": {"reason": reason}},
            )
