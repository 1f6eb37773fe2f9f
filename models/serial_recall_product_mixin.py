from odoo import fields, models


class SerialRecallProductMixin(models.AbstractModel):
    """The recalls of a product's units on its form."""

    _name = "serial.recall.product.mixin"
    _description = "Recalls of a Product"

    serial_recall_count = fields.Integer(
        string="Recalls",
        compute="_compute_serial_recall_count",
        groups="serial_dossier.serial_dossier_group_user,"
        "serial_dossier.serial_dossier_group_auditor",
    )

    def _compute_serial_recall_count(self):
        for template in self:
            template.serial_recall_count = self.env["serial.recall"].search_count(
                template._get_serial_recall_domain()
            )

    def _get_serial_recall_domain(self):
        """Return the domain of the recalls that have or had units of a product."""
        return [
            ("state", "in", ("active", "closed")),
            ("affected_product_ids", "in", self.product_variant_ids.ids),
        ]

    def action_view_serial_recalls(self):
        """Open the recalls of this product."""
        self.ensure_one()
        recalls = self.env["serial.recall"].search(self._get_serial_recall_domain())
        return recalls._get_records_action(name=self.env._("Recalls"))
