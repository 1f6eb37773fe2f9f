from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class SerialPackageFormMixin(models.AbstractModel):
    """What the form of a carton or pallet shows, and its buttons."""

    _name = "serial.package.form.mixin"
    _description = "Form of a Carton or Pallet"

    serial_unit_count = fields.Integer(string="Units", compute="_compute_serial_counts")
    serial_carton_count = fields.Integer(
        string="Cartons", compute="_compute_serial_counts"
    )

    @api.depends("quant_ids", "child_package_ids", "packing_line_ids")
    def _compute_serial_counts(self):
        counts = self._get_unit_counts()
        for package in self:
            package.serial_unit_count = counts.get(package._origin.id, 0) + len(
                package.packing_line_ids
            )
            package.serial_carton_count = len(package.child_package_ids)

    def _get_unit_counts(self):
        """Return {package id: units with a serial in it, and in what it holds}."""
        if not self.ids:
            return {}
        self.env["stock.quant"].flush_model()
        self.flush_model(["parent_package_id", "parent_path"])
        return dict(
            self.env.execute_query(
                SQL(
                    """
                    SELECT box.id, count(DISTINCT quant.lot_id)
                      FROM stock_package box
                      JOIN stock_package inner_box
                        ON inner_box.parent_path LIKE box.parent_path || '%%'
                      JOIN stock_quant quant
                        ON quant.package_id = inner_box.id AND quant.quantity > 0
                     WHERE box.id = ANY(%s)
                  GROUP BY box.id
                    """,
                    self.ids,
                )
            )
        )

    # === ACTIONS === #

    def action_view_serials(self):
        """Open the units in this carton or pallet."""
        self.ensure_one()
        lots = self.contained_quant_ids.lot_id
        return self.env["stock.lot"]._get_dossier_window(
            self.env._("Units in %(package)s", package=self.name),
            [("id", "in", lots.ids)],
        )

    def action_view_cartons(self):
        """Open the cartons on this pallet."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "serial_dossier.serial_carton_action"
        )
        return {
            **action,
            "name": self.env._("Cartons on %(package)s", package=self.name),
            "domain": [("parent_package_id", "=", self.id)],
            "context": {},
        }

    def action_print_serial_label(self):
        """Print the labels of these cartons and pallets."""
        return self._get_label_action("serial_dossier.serial_sscc_label_report")

    def action_print_serial_label_zpl(self):
        """Download the labels of these cartons and pallets for Zebra's printers."""
        return self._get_label_action("serial_dossier.serial_sscc_label_zpl_report")

    def _get_label_action(self, report):
        for package in self:
            if not package.valid_sscc:
                raise UserError(
                    self.env._(
                        "%(package)s is no SSCC, and has no label of its own.",
                        package=package.name,
                    )
                )
        return self.env.ref(report).report_action(self.ids, config=False)

    def _get_sscc_label_pdf(self):
        return self.env["serial.label.template"]._draw_sscc(self)

    def _get_sscc_label_zpl_text(self):
        return self.env["serial.label.template"]._draw_sscc_zpl(self)
