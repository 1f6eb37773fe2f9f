from odoo import api, models

from ..reports.sscc_label import draw_sscc_labels, draw_sscc_zpl


class SerialLabelSsccMixin(models.AbstractModel):
    """Labels of cartons and pallets: their SSCC, where they go, what is in them."""

    _name = "serial.label.sscc.mixin"
    _description = "Labels of Packages"

    @api.model
    def _draw_sscc(self, packages):
        """Return the PDF of the labels of packages, one a page.

        :param packages: `stock.package`s whose name is an SSCC, readable by the user
        """
        return draw_sscc_labels(*self._get_sscc_content(packages))

    @api.model
    def _draw_sscc_zpl(self, packages):
        """Return the ZPL of the labels of packages, for Zebra's printers."""
        return draw_sscc_zpl(*self._get_sscc_content(packages))

    def _get_sscc_content(self, packages):
        """Return what labels say, and width, height and dots of their template."""
        template_sudo = self._get_package_template()
        if template_sudo.lang:
            packages = packages.with_context(lang=template_sudo.lang)
        labels = packages.sudo()._get_sscc_labels()
        if not template_sudo:
            return labels, 100, 150, 300
        return (
            labels,
            template_sudo.label_width,
            template_sudo.label_height,
            template_sudo.dpi,
        )

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
