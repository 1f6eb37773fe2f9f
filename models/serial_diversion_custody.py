from odoo import fields, models


class SerialDiversionCustody(models.Model):
    """One line of a custody log: who had the unit of a test purchase, and what he did.

    Lines are added and never changed: a gap or a correction is a line of its own.
    """

    _name = "serial.diversion.custody"
    _description = "Custody of a Test Purchase"
    _order = "moment, id"
    _rec_name = "action"

    purchase_id = fields.Many2one(
        "serial.diversion.purchase", required=True, index=True, ondelete="restrict"
    )
    moment = fields.Datetime(string="When", required=True, default=fields.Datetime.now)
    holder = fields.Char(
        string="Who", required=True, default=lambda self: self.env.user.name
    )
    action = fields.Selection(
        [
            ("ordered", "Ordered"),
            ("received", "Received"),
            ("photographed", "Photographed"),
            ("opened", "Opened"),
            ("sealed", "Sealed"),
            ("handed", "Handed over"),
            ("stored", "Stored"),
            ("other", "Something else"),
        ],
        string="What",
        required=True,
    )
    note = fields.Char()
    company_id = fields.Many2one(related="purchase_id.company_id", store=True)
