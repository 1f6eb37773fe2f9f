from odoo import fields, models


class SerialCasePrintMixin(models.AbstractModel):
    """Printing what a case stands on, as a bundle that can be checked elsewhere."""

    _name = "serial.case.print.mixin"
    _description = "Printing of a Case"

    bundle_ids = fields.One2many(
        "serial.evidence.bundle", "case_id", string="Evidence Bundles", readonly=True
    )

    def action_print_evidence(self):
        """Print the evidence; a large case is printed in the background."""
        self.ensure_one()
        printed = self.env["serial.evidence.bundle"]._print(self)
        if printed.state == "done":
            # The form shows the bundle as soon as it is downloaded.
            url = printed.action_download()["url"]
            return {
                "type": "ir.actions.client",
                "tag": "serial_dossier.download",
                "params": {"url": url},
            }
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "message": self.env._(
                    "This case is large: its evidence is printed in the background "
                    "and then stands in the case's messages."
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
