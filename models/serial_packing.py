from odoo import api, models
from odoo.exceptions import AccessError, UserError

from ..core import aggregation, serial_list

GROUPS = ("serial_dossier.serial_dossier_group_user", "stock.group_stock_user")


class SerialPacking(models.AbstractModel):
    """A packing bench with a scanner: units into a carton, cartons onto a pallet.

    Each call answers with all that the screen shows. `bench` says what is in hand and
    how new boxes are made: `carton_id`, `pallet_id`, `carton_type_id`,
    `pallet_type_id`, `carton_full`, `pallet_full`, `is_mixed`. Who works with stock may
    pack, with or without rights to dossiers: that is checked first, then `sudo` acts.
    """

    _name = "serial.packing"
    _inherit = ["serial.packing.state.mixin", "serial.packing.step.mixin"]
    _description = "Packing"

    @api.model
    def get_state(self, bench=None):
        """Return what the screen shows; of a new bench what its user left open."""
        bench_sudo = self._get_bench(bench)
        if not bench_sudo.carton and not bench_sudo.pallet:
            bench_sudo = self._get_left_open(bench_sudo)
        return self._get_state(bench_sudo)

    @api.model
    def scan(self, text, bench=None):
        """Take what was scanned: a unit, a carton or a pallet."""
        bench_sudo = self._get_bench(bench)
        text = (text or "").strip()[: serial_list.MAX_TEXT]
        if not text:
            return self._get_state(bench_sudo)
        name = serial_list.clean(text)
        return self._try(bench_sudo, name, lambda: self._scan(bench_sudo, text))

    def _scan(self, bench_sudo, text):
        box, unit_ids = self._find(text)
        step, reason = aggregation.meaning(
            box and self._get_box(box),
            unit_ids,
            self._get_box(bench_sudo.carton),
            self._get_box(bench_sudo.pallet),
        )
        if step == "refuse":
            name = serial_list.clean(text)
            message = self._say("danger", name, self._get_words(reason))
            return self._get_state(bench_sudo, message)
        return getattr(self, f"_step_{step}")(bench_sudo, box, unit_ids)

    @api.model
    def act(self, action, bench=None, record_id=None):
        """Do what a button says.

        :param action: `new_carton`, `new_pallet`, `close_carton`, `close_pallet`,
            `take_out` (`record_id`: a unit), `take_off` (`record_id`: a carton),
            `unpack`, `reopen`, `put_away` (`record_id`: a box, which stays as it is)
        """
        if action not in self._actions:
            raise UserError(self.env._("There is no such step."))
        bench_sudo = self._get_bench(bench)
        step = getattr(self, f"_act_{action}")
        return self._try(bench_sudo, "", lambda: step(bench_sudo, record_id))

    def _try(self, bench_sudo, text, step):
        """Take a step; tell on the screen why it cannot be taken, if it cannot."""
        try:
            with self.env.cr.savepoint():
                return step()
        except UserError as error:
            message = self._say("danger", text, str(error))
            return self._get_state(bench_sudo, message)

    # === WHO AND WHERE === #

    def _get_bench(self, bench):
        """Return the bench (sudo), after checking that the user may pack there."""
        if not any(map(self.env.user.has_group, GROUPS)):
            raise AccessError(self.env._("Only those who work with stock may pack."))
        bench = self._read_bench(bench or {})
        for package in bench.carton | bench.pallet:
            self._ensure_own(package)
        return bench

    def _ensure_own(self, package_sudo):
        company = package_sudo.company_id or package_sudo.create_uid.company_id
        if package_sudo.company_id and company not in self.env.companies:
            raise AccessError(self.env._("It belongs to another company."))

    def _find(self, text):
        """Return the package (sudo, or None) and the ids of units that a text names.

        A number that only a package can have is not looked up as a unit's.
        """
        package_sudo = self.env["stock.package"].sudo()._find_package(text)
        if package_sudo:
            self._ensure_own(package_sudo)
            return package_sudo, ()
        found = self.env["stock.lot"].sudo()._find_units([text])[text]
        lots = self.env["stock.lot"].sudo().browse(found.lot_ids)
        own = self.env.companies | self.env["res.company"]
        return None, tuple(
            lot.id for lot in lots if not lot.company_id or lot.company_id in own
        )
