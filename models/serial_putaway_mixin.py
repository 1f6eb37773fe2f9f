from collections import defaultdict

from odoo import models
from odoo.tools import groupby

from .stock_own import takes_over


class SerialPutawayMixin(models.AbstractModel):
    """Finds where many lines are to be put, and writes that once a place.

    Stock asks and writes line by line, and every write looks at all lines again.
    """

    _name = "serial.putaway.mixin"
    _description = "Putaway of Many Lines"

    def _apply_putaway_strategy(self):
        if self.env.context.get("avoid_putaway_rules") or not self._has_one_putaway():
            super()._apply_putaway_strategy()
            return
        lines = self.with_context(do_not_unreserve=True)
        for location, line_ids in lines._find_putaway().items():
            lines.browse(line_ids).location_dest_id = location
        # Stock writes lines in packages in any case, and with that looks at each again.
        if loosened := lines.filtered("result_package_id")._get_lines_not_entire_pack():
            loosened.write({"is_entire_pack": False})

    def _has_one_putaway(self):
        """Tell whether a line's place does not depend on what others take up there."""
        ends = self.move_id.location_dest_id
        packages = self.result_package_id.outermost_package_id
        if len(ends) > 1 and packages.package_type_id:
            return False
        if not (
            takes_over(ends, "_get_putaway_strategy", "_check_can_be_used")
            and takes_over(self.env["stock.putaway.rule"], "_get_putaway_location")
        ):
            return False
        rules = ends._check_access_putaway().putaway_rule_ids
        return not rules or not (
            rules.storage_category_id
            or (rules.location_out_id | ends.child_internal_location_ids)
            .sudo()
            .storage_category_id
            or "last_used" in rules.mapped("sublocation")
        )

    def _find_putaway(self):
        """Return {location: ids of the lines that are to go there, but do not yet}."""
        places, answers = defaultdict(list), {}
        for package, group in groupby(
            self, lambda line: line.result_package_id.outermost_package_id
        ):
            lines = self.browse().concat(*group)
            for location, placed in lines._place_group(package, answers):
                places[location] += [
                    line.id for line in placed if line.location_dest_id != location
                ]
        return {location: line_ids for location, line_ids in places.items() if line_ids}

    def _place_group(self, package, answers):
        """Return pairs of a location and the lines in one package that go there."""
        ends = self.move_id.location_dest_id
        key = tuple(ends.ids)
        if package.package_type_id:
            key += ("type", package.package_type_id, self.product_id)
            if key not in answers:
                answers[key] = ends._ask_putaway(self, package=package)
            return [(answers[key], self)]
        found = []
        for line in self:
            packaging = None if package else line.move_id.packaging_uom_id
            own = (*key, line.move_id.location_dest_id, line.product_id, packaging)
            if own not in answers:
                end = line.move_id.location_dest_id
                answers[own] = end._ask_putaway(self, line, packaging=packaging)
            found.append((answers[own], line))
        if package and len({location for location, _line in found}) > 1:
            # A package is not torn apart: it goes where its transfer goes.
            return [
                (move.location_dest_id, lines)
                for move, lines in self.grouped("move_id").items()
            ]
        return found
