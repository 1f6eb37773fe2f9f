from odoo import fields, models
from odoo.tools import SQL

PERSONAL = "serial_dossier.serial_dossier_group_personal_data"


class SerialRecallOwnerMixin(models.AbstractModel):
    """Who has a recalled unit, for the templates of notices and for those who may."""

    _name = "serial.recall.owner.mixin"
    _description = "Owner of a Recalled Unit"

    owner_phone = fields.Char(compute="_compute_owner", groups=PERSONAL)
    owner_email = fields.Char(compute="_compute_owner", groups=PERSONAL)
    owner_id = fields.Many2one("res.partner", compute="_compute_owner", groups=PERSONAL)

    owner_lang = fields.Char(
        string="Language of the Owner",
        compute="_compute_owner",
        groups=PERSONAL,
        help="Of who bought it from us, else the company's.",
    )

    def _compute_owner(self):
        """Read the owners past all rules: the group of the fields is the right."""
        rows = self.env["serial.recall"]._fetch_contacts(
            SQL("unit.id = ANY(%s)", self.ids)
        )
        found = {row["unit_id"]: row for row in rows}
        for unit in self:
            row = found.get(unit._origin.id, {})
            unit.owner_phone = row.get("phone")
            unit.owner_email = row.get("email")
            unit.owner_id = row.get("buyer_id")
            unit.owner_lang = row.get("lang")
