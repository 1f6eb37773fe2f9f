import base64

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..core import check_digit
from ..core.label_content import GS1_KINDS
from ..reports.label_pdf import draw_labels
from ..reports.sscc_label import SsccLabel, draw_sscc_labels

# A number of GS1's own range for examples.
SAMPLE_SSCC = "09520123456789012"


class SerialLabelSampleMixin(models.AbstractModel):
    """A sample of a template's labels: real units, nothing recorded."""

    _name = "serial.label.sample.mixin"
    _description = "Sample of Labels"

    sample = fields.Binary(compute="_compute_sample")

    def _compute_sample(self):
        """Draw when the file is asked for."""
        for template in self:
            template.sample = base64.b64encode(template._draw_sample())

    def action_sample(self):
        """Open a sample as PDF."""
        self.ensure_one()
        self._draw_sample()  # what is wrong is said here, not by a broken file
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/sample/sample.pdf",
            "target": "new",
        }

    def _draw_sample(self):
        """Return the PDF of one label, or one sheet, of the newest units."""
        if self.target == "package":
            label = SsccLabel(
                SAMPLE_SSCC + check_digit.mod_10(SAMPLE_SSCC),
                self.env._("Carton"),
                ((self.env._("Sender"), self.env.company.name),),
                ((self.env._("Product"), "40"),),
            )
            size = self.label_width, self.label_height, self.dpi
            return draw_sscc_labels([label], *size)
        lots = self._find_sample_lots()
        if not lots:
            raise UserError(self.env._("There is no coded unit to show yet."))
        lots_sudo = lots.sudo()
        template_sudo = self.sudo()
        contents = template_sudo._get_contents(lots_sudo)
        layouts = template_sudo._lay_out(lots_sudo, contents)
        return draw_labels(self._get_form(), layouts, self.name)

    def _find_sample_lots(self):
        """Return the newest units of one product; of one with a barcode, if needed."""
        domain = Domain("stage", "not in", (False, "void", "retired"))
        if self.symbol in GS1_KINDS:
            domain &= Domain("product_id.barcode", "!=", False)
        lots = self.env["stock.lot"]
        newest = lots.search(domain, order="id desc", limit=1)
        domain &= Domain("product_id", "=", newest.product_id.id)
        return lots.search(domain, order="id desc", limit=self.per_page)
