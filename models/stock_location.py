from odoo import models


class StockLocation(models.Model):
    _inherit = "stock.location"

    def _ask_putaway(self, lines, line=None, package=None, packaging=None):
        """Return where stock puts a line, or a package, of a group of lines.

        :param lines: the lines that are placed together
        """
        context = {
            "exclude_sml_ids": set(lines.ids),
            "locations": lines.move_id.location_dest_id.child_internal_location_ids,
        }
        if line:
            return self.with_context(**context)._get_putaway_strategy(
                line.product_id, quantity=line.quantity, packaging=packaging
            )
        return self.with_context(
            **context, products=lines.product_id
        )._get_putaway_strategy(self.env["product.product"], package=package)
