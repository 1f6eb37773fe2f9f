from typing import NamedTuple

from odoo import models
from odoo.tools import SQL

from ..core import epcis_read


class Places(NamedTuple):
    """The places and parties of ours that a chunk names, by GLN."""

    locations: dict
    partners: dict

    def get_location_id(self, report):
        """Return the location where an event was seen, if it is one of ours."""
        return self._get_first(self.locations, report.places)

    def get_partner_id(self, uris):
        """Return the company that is first named, if it is one we know."""
        return self._get_first(self.partners, uris)

    def has_location(self, uri):
        """Tell whether a place is one of ours."""
        return epcis_read.gln_of(uri) in self.locations

    def _get_first(self, known, uris):
        found = (known.get(epcis_read.gln_of(uri)) for uri in uris)
        return next(filter(None, found), None)


class SerialCapturePlaceMixin(models.AbstractModel):
    """Where events were seen and who reported them, by GLN."""

    _name = "serial.capture.place.mixin"
    _description = "Places of Captured Events"

    def _find_places(self, lines):
        """Look up the GLNs of a chunk; three queries whatever their number."""
        glns = {
            gln
            for line in lines
            for uri in (*line.report.places, *(one[2] for one in line.report.parties))
            if (gln := epcis_read.gln_of(uri))
        }
        return Places(*self._find_glns(glns)) if glns else Places({}, {})

    def _find_glns(self, glns):
        """Return ({GLN: location of a warehouse}, {GLN: company}) of known ones."""
        locations = self._search_gln(
            "stock.warehouse", "serial_gln", "lot_stock_id", glns
        )
        partners = {}
        for name in ("global_location_number", "serial_gln"):
            partners |= self._search_gln(
                "res.partner", name, "commercial_partner_id", glns
            )
        return locations, partners

    def _search_gln(self, model, name, target, glns):
        field = self.env[model]._fields.get(name)
        if not field or not field.store:
            return {}
        self.env[model].flush_model([name, target])
        return dict(
            self.env.execute_query(
                SQL(
                    "SELECT %s, %s FROM %s WHERE %s = ANY(%s)",
                    SQL.identifier(name),
                    SQL.identifier(target),
                    SQL.identifier(self.env[model]._table),
                    SQL.identifier(name),
                    sorted(glns),
                )
            )
        )

    def _get_partner_id(self, report, places):
        """Return who reported an event: who is at the place, else the caller."""
        if partner_id := places.get_partner_id(report.places):
            return partner_id
        if not self.env.user.has_group("serial_dossier.serial_dossier_group_user"):
            return self.env.user.partner_id.commercial_partner_id.id
        return places.get_partner_id(
            [uri for role, _type, uri in report.parties if role == "source"]
        )
