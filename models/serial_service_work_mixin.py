from datetime import date, datetime, time

from odoo import api, fields, models
from odoo.exceptions import UserError

ACTIONS = (
    *("take_in", "diagnose", "part", "remove_part", "wait", "arrived"),
    *("finish", "give_back", "message", "photos"),
)


class SerialServiceWorkMixin(models.AbstractModel):
    """What a technician does with a repair, from the diagnosis to the giving back."""

    _name = "serial.service.work.mixin"
    _description = "Work at a Service Centre"

    @api.model
    def _act(self, repair_id, action, form, files=()):
        """Do one of the things a repair's page offers.

        :param str action: one of `ACTIONS`
        :param files: (name, content as bytes) each
        :return: why it was not done, None if it was
        """
        repair_sudo = self._find_repair(repair_id)
        if not repair_sudo:
            raise UserError(self.env._("This repair is not one of yours."))
        actions = {
            "take_in": lambda: self._take_in(repair_sudo),
            "diagnose": lambda: self._diagnose(repair_sudo, form),
            "part": lambda: self._build_in(repair_sudo, form),
            "remove_part": lambda: self._remove_part(repair_sudo, form),
            "wait": repair_sudo.action_wait_for_parts,
            "arrived": repair_sudo.action_parts_arrived,
            "finish": lambda: self._finish(repair_sudo, form),
            "give_back": repair_sudo.action_give_back,
            "message": lambda: self._write(repair_sudo, form, files),
            "photos": lambda: self._add_photos(repair_sudo, files),
        }
        answer = actions[action]()
        return answer if isinstance(answer, str) else None

    def _ensure_working(self, repair_sudo):
        if repair_sudo.serial_stage not in ("taken_in", "waiting_parts", "in_repair"):
            raise UserError(self.env._("Take the unit in first."))
        if repair_sudo.state != "under_repair":
            repair_sudo.action_repair_start()

    # === DIAGNOSIS === #

    def _diagnose(self, repair_sudo, form):
        """Keep what was found, and for when the unit is promised."""
        self._ensure_working(repair_sudo)
        values = {
            f"serial_{kind}_id": self._read_code(kind, form.get(kind)).id
            for kind in ("fault", "cause", "action")
        }
        if promised := self._read_promise(form.get("promised")):
            values["serial_promised_at"] = promised
        repair_sudo.write(values)

    def _read_promise(self, text):
        if not text:
            return None
        try:
            day = date.fromisoformat(str(text))
        except ValueError:
            raise UserError(self.env._("Please give a day.")) from None
        if day < fields.Date.context_today(self.env.user):
            raise UserError(self.env._("The day promised cannot lie in the past."))
        return datetime.combine(day, time(9))

    # === PARTS === #

    def _build_in(self, repair_sudo, form):
        """Note a part that takes another's place, unless it may not be built in.

        One that may not is named here and in the repair's chatter, where the brand
        reads which unit it belongs to.

        :return: why it was refused, None if it was not
        """
        self._ensure_working(repair_sudo)
        new, old = self._read_part(form, "texts"), self._read_part(form, "old")
        product_sudo = self._read_component(repair_sudo, form)
        parts_sudo = self.env["serial.part"].sudo()
        if new:
            judged = parts_sudo._judge([new], repair_sudo.lot_id, product_sudo)[new]
            if judged.stops:
                repair_sudo.message_post(
                    body=self.env._(
                        "The service centre tried to build in a part: %(reason)s",
                        reason=parts_sudo._get_judgement_text(judged),
                    )
                )
                return self.env._(
                    "Stop: this part may not be built in. %(reason)s",
                    reason=parts_sudo._get_judgement_text(judged, with_unit=False),
                )
        if product_sudo.tracking != "none" and not new:
            parts_sudo._replace(repair_sudo.lot_id, old, "", product_sudo, repair_sudo)
        else:
            self._add_line(repair_sudo, product_sudo, old, new)
        return None

    def _read_part(self, form, name):
        """Return the first of the serials scanned or typed into a field."""
        lines = (form.get(name) or "").replace("\0", "").split("\n")
        return next((line.strip()[:64] for line in lines if line.strip()), "")

    def _read_component(self, repair_sudo, form):
        known = [
            product for product, _name in self._prepare_parts(repair_sudo)["components"]
        ]
        product_id = self.env["serial.portal"]._read_id(form.get("component"))
        if product_id not in known:
            raise UserError(self.env._("Please choose which part it is."))
        return self.env["product.product"].sudo().browse(product_id)

    def _add_line(self, repair_sudo, product_sudo, old, new):
        self.env["stock.move"].sudo().create(
            {
                "repair_id": repair_sudo.id,
                "product_id": product_sudo.id,
                "product_uom_qty": 1,
                # Stock would choose a serial by itself.
                "quantity": float(product_sudo.tracking != "serial"),
                "repair_line_type": "add",
                "company_id": repair_sudo.company_id.id,
                "serial_old_part": old or False,
                "serial_new_part": new or False,
            }
        )

    def _remove_part(self, repair_sudo, form):
        line_id = self.env["serial.portal"]._read_id(form.get("line"))
        line_sudo = repair_sudo.move_ids.filtered(
            lambda move: move.id == line_id and move.state != "done"
        )
        line_sudo._action_cancel()
        line_sudo.unlink()

    # === THE END === #

    def _finish(self, repair_sudo, form):
        """End the repair: what came of it, its work and its parts go on record."""
        self._ensure_working(repair_sudo)
        results = [
            code for code, _label in self._prepare_diagnosis(repair_sudo)["results"]
        ]
        result = form.get("result")
        if result not in results:
            raise UserError(self.env._("Please say what came of the repair."))
        action_sudo = self._read_code("action", form.get("action"))
        if action_sudo:
            repair_sudo.serial_action_id = action_sudo
        if result == "repaired" and not repair_sudo.serial_action_id:
            raise UserError(self.env._("Please say what was done."))
        if repair_sudo.serial_stage == "waiting_parts":
            repair_sudo.action_parts_arrived()
        repair_sudo.serial_result = result
        self._add_labour(repair_sudo)
        repair_sudo._use_parts(repair_sudo.move_ids)
        repair_sudo.action_repair_end()
        if repair_sudo.state != "done":
            raise UserError(
                self.env._("The repair could not be ended: a part is not complete.")
            )
        repair_sudo._tell_consumer("ready")

    def _add_labour(self, repair_sudo):
        """Note the work, at the rate agreed with the centre."""
        action_sudo = repair_sudo.serial_action_id
        if not action_sudo or repair_sudo.serial_labour_ids:
            return
        self.env["serial.repair.labour"].sudo().create(
            {"repair_id": repair_sudo.id, "action_id": action_sudo.id}
        )

    # === MESSAGES, PICTURES === #

    def _write(self, repair_sudo, form, files):
        """Write to the consumer; he is told that there is something to read."""
        if repair_sudo.serial_stage in repair_sudo._get_ended():
            raise UserError(self.env._("This repair has ended."))
        if not repair_sudo.serial_requested_at:
            raise UserError(
                self.env._(
                    "Nobody asked for this repair on the page: call the customer."
                )
            )
        messages = self.env["serial.service.message"]
        messages._say(repair_sudo, "centre", form.get("body"), files)
        repair_sudo._tell_consumer("message")

    def _add_photos(self, repair_sudo, files):
        """Keep pictures of the unit with the repair."""
        if not files:
            raise UserError(self.env._("Please choose a picture."))
        if len(repair_sudo.serial_photo_ids) + len(files) > 30:
            raise UserError(self.env._("A repair has 30 pictures at most."))
        self.env["serial.service.message"]._check_files(files)
        repair_sudo._attach_photos(files)
