from odoo import api, models

from ..reports.sscc_label import draw_sscc_labels


class SerialLabelSsccMixin(models.AbstractModel):
    """Labels of cartons and pallets: their SSCC, where they go, what is in them."""

    _name = "serial.label.sscc.mixin"
    _description = "Labels of Packages"

    @api.model
    def _draw_sscc(self, packages):
        """Return the PDF of the labels of packages, one a page.

        :param packages: `stock.package`s whose name is an SSCC, readable by the user
        """
        template_sudo = self._get_package_template()
        if template_sudo.lang:
            packages = packages.with_context(lang=template_sudo.lang)
        labels = packages.sudo()._get_sscc_labels()
        size = (100, 150, 300)
        if template_sudo:
            size = (
                template_sudo.label_width,
                template_sudo.label_height,
                template_sudo.dpi,
            )
        return draw_sscc_labels(labels, *size)

    @api.model
    def _get_package_template(self):
        """Return (sudo) the template of package labels, this company's first."""
        return (
            self.sudo()
            .search(
                [
                    ("target", "=", "package"),
                    ("company_id", "in", (False, self.env.company.id)),
                ]
            )
            .sorted(lambda one: (not one.company_id, one.sequence, one.id))[:1]
        )
