from functools import lru_cache

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL, file_open

from ..core.town import TownNames

MOST_CENTRES = 5

# The same as `core.territory.haversine_km`, which the tests hold it to.
_DISTANCE = """
12742.0176 * asin(least(1, sqrt(
    sin(radians(centre.partner_latitude - %(latitude)s) / 2) ^ 2
    + cos(radians(%(latitude)s)) * cos(radians(centre.partner_latitude))
    * sin(radians(centre.partner_longitude - %(longitude)s) / 2) ^ 2)))
"""

# A centre without skills repairs everything; one without coordinates comes last.
_NEAREST = """
SELECT centre.id, CASE WHEN centre.partner_latitude <> 0
                         OR centre.partner_longitude <> 0 THEN %(distance)s END AS km
  FROM res_partner centre
 WHERE centre.is_service_centre AND centre.active
   AND (centre.company_id IS NULL OR centre.company_id = %(company_id)s)
   AND (%(category_path)s IS NULL
        OR NOT EXISTS (SELECT FROM serial_service_skill_rel skill
                        WHERE skill.partner_id = centre.id)
        OR EXISTS (SELECT FROM serial_service_skill_rel skill
                     JOIN product_category category ON category.id = skill.category_id
                    WHERE skill.partner_id = centre.id
                      AND %(category_path)s LIKE category.parent_path || '%%'))
 ORDER BY km NULLS LAST,
          EXISTS (SELECT FROM serial_service_region_rel serves
                   WHERE serves.partner_id = centre.id
                     AND serves.region_id = ANY(%(region_ids)s)) DESC,
          centre.name, centre.id
 LIMIT %(limit)s
"""


@lru_cache(maxsize=1)
def _get_towns():
    """Return the towns by name, read once a process."""
    with file_open("serial_dossier/core/towns.txt") as lines:
        return TownNames(lines)


class SerialServiceCentreMixin(models.AbstractModel):
    """A partner who repairs: what, where and when."""

    _name = "serial.service.centre.mixin"
    _description = "Service Centre"

    is_service_centre = fields.Boolean(
        string="Service Centre",
        help="Consumers find it on the page of their product; its portal users take "
        "units in and repair them.",
    )
    service_skill_ids = fields.Many2many(
        "product.category",
        "serial_service_skill_rel",
        "partner_id",
        "category_id",
        string="Repairs",
        help="Categories of products, with those below them. Empty: every product.",
    )
    service_hours = fields.Char(
        string="Opening Hours",
        translate=True,
        help="As consumers read it, such as: Mon-Sat 9:00-18:00.",
    )
    service_region_ids = fields.Many2many(
        "serial.channel.region",
        "serial_service_region_rel",
        "partner_id",
        "region_id",
        string="Serves",
        help="Of centres whose distance is not known, those that serve the consumer's "
        "region come first.",
    )

    service_own_parts = fields.Boolean(
        string="Buys Parts Itself",
        help="It is paid for covered parts; else they are the brand's.",
    )
    service_rate_ids = fields.One2many("serial.service.rate", "centre_id")

    _service_centre_idx = models.Index("(id) WHERE is_service_centre")

    @api.constrains("partner_latitude", "partner_longitude")
    def _check_position(self):
        for partner in self:
            if abs(partner.partner_latitude) > 90 or (
                abs(partner.partner_longitude) > 180
            ):
                raise ValidationError(
                    self.env._(
                        "A latitude lies between -90 and 90 degrees, a longitude "
                        "between -180 and 180."
                    )
                )

    @api.onchange("city", "is_service_centre")
    def _onchange_service_city(self):
        """Propose the middle of the town, where no position was given."""
        known = self.partner_latitude or self.partner_longitude
        if not self.is_service_centre or known:
            return
        if position := self._find_town(self.city):
            self.partner_latitude, self.partner_longitude = position

    # === NEAREST === #

    @api.model
    def _find_town(self, typed):
        """Return (latitude, longitude) of a town that was typed, None if unknown."""
        return _get_towns().find(typed or "")

    @api.model
    def _get_nearest(
        self, latitude, longitude, product=None, limit=MOST_CENTRES, place=(None, None)
    ):
        """Return (centre with all rights, distance in km or None), the nearest first.

        One query, whatever the number of centres. Without a position, centres that
        serve the place come first.

        :param product: which the centres have to be able to repair
        :param place: ISO codes (country, subdivision) of the consumer
        """
        self.env["product.category"].flush_model(["parent_path"])
        self.flush_model()
        distance = SQL("NULL::float")
        if latitude is not None and longitude is not None:
            distance = SQL(_DISTANCE, latitude=latitude, longitude=longitude)
        rows = self.env.execute_query(
            SQL(
                _NEAREST,
                distance=distance,
                company_id=((product and product.company_id) or self.env.company).id,
                category_path=(product and product.sudo().categ_id.parent_path) or None,
                region_ids=self._get_serving_region_ids(*place),
                limit=limit,
            )
        )
        centres_sudo = self.sudo().browse([centre_id for centre_id, _km in rows])
        return list(zip(centres_sudo, (km for _id, km in rows), strict=True))

    @api.model
    def _get_serving_region_ids(self, country, subdivision):
        """Return the ids of the regions that a place lies in."""
        if not country:
            return []
        country_id, state_id = self.env["serial.geoip"]._get_place_ids(
            country, subdivision
        )
        regions_sudo = self.env["serial.channel.region"].sudo()
        found = regions_sudo.search(
            ["|", ("state_ids", "=", state_id or 0), ("country_ids", "=", country_id)]
        )
        return [
            int(part)
            for path in found.mapped("parent_path")
            for part in path.split("/")
            if part
        ]
