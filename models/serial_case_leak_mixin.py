from odoo import api, models

from ..core import case_key


class SerialCaseLeakMixin(models.AbstractModel):
    """Cases of leaks of which no single unit can be named: a drip over months."""

    _name = "serial.case.leak.mixin"
    _description = "Cases of Leaks"

    @api.model
    def _gather_leaks(self, leaks):
        """Put leaks into the open cases they belong to; open those that lack.

        :return: the cases (as superuser)
        """
        cases = self.sudo()
        groups = cases._get_leak_groups(leaks.sudo())
        case_ids = cases._find_open(groups)
        lacking = {key: found for key, found in groups.items() if key not in case_ids}
        case_ids.update(cases._open(lacking))
        for key, found in groups.items():
            found["leaks"].case_id = case_ids.get(key)
        cases.invalidate_model(["leak_ids", "summary"], flush=False)
        return cases.browse(case_ids.values())

    def _get_leak_groups(self, leaks_sudo):
        """Return {(company, key): what a case of it would be}."""
        # Serials that companies share have none: whoever scores looks into it.
        own = self.env.company
        owners = self._get_owners({own.id, *leaks_sudo.company_id.ids})
        groups = {}
        for leak in leaks_sudo:
            company_id = (leak.company_id or own).id
            about = case_key.key_of(
                "leak", 0, leak.product_id.id, leak.partner_id.id, leak.picking_id.id
            )
            group = groups.setdefault(
                (company_id, about.key),
                {
                    "about": about,
                    "user_id": owners[company_id].id or None,
                    "leaks": leaks_sudo.browse(),
                },
            )
            group["leaks"] |= leak
        return groups
