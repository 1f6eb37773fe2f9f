from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

# What is best known of an observation comes first: a position, else the best address.
_KIND = """
CASE WHEN %(seen)s->0 IS NULL THEN NULL
     WHEN %(seen)s->0->>'source' LIKE 'gps%%' THEN 'position'
     WHEN %(seen)s->0->>'network' IN ('fixed', 'mobile', 'hosting')
     THEN %(seen)s->0->>'network'
     WHEN %(seen)s->0->>'network' = 'vpn' THEN 'hosting'
     ELSE 'unknown' END
"""
NETWORKS = {
    "fixed": "fixed",
    "mobile": "mobile",
    "hosting": "hosting",
    "vpn": "hosting",
}


class SerialPlaceKindMixin(models.AbstractModel):
    """How the place of an activation is known: that says how much it may err."""

    _name = "serial.place.kind.mixin"
    _description = "Kind of Place"

    located_by = fields.Selection(
        [
            ("position", "Shared Position"),
            ("fixed", "Fixed Line"),
            ("mobile", "Mobile Network"),
            ("hosting", "VPN or Data Centre"),
            ("unknown", "Unknown Network"),
        ],
        string="Place Known by",
        compute="_compute_located_by",
        search="_search_located_by",
    )

    @api.depends("observations")
    def _compute_located_by(self):
        for record in self:
            record.located_by = record._get_located_by()

    def _get_located_by(self):
        if not self.observations:
            return False
        seen = self.observations[0]
        if (seen.get("source") or "").startswith("gps"):
            return "position"
        return NETWORKS.get(seen.get("network"), "unknown")

    def _search_located_by(self, operator, value):
        if operator != "in":
            return NotImplemented
        kinds = [kind for kind in value if kind]

        def to_sql(model, alias, query):
            seen = model._field_to_sql(alias, "observations", query)
            kind = SQL(_KIND, seen=seen)
            found = SQL("(%s) = ANY(%s)", kind, kinds)
            return SQL("(%s OR (%s) IS NULL)", found, kind) if False in value else found

        return Domain.custom(to_sql=to_sql)
