from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

# Units of a chunk: each gets an event.
CHUNK = 10_000
AT_ONCE = 1_000


class SerialRecallStepMixin(models.AbstractModel):
    """What a recall does to its units: flags them, and lifts that again.

    Every step is one statement a chunk, appends an event to each unit, and thereby
    makes those who meet on a unit queue.
    """

    _name = "serial.recall.step.mixin"
    _description = "Steps of a Recall"

    # === ACTIONS === #

    def action_activate(self):
        """Recall the units: from now on pages warn and sale stops."""
        self.ensure_one()
        self._ensure_manager()
        self._ensure_state("computed")
        self._ensure_idle()
        self._ensure_told()
        recall_sudo = self.sudo()
        recall_sudo.write({"state": "active", "activated_at": fields.Datetime.now()})
        recall_sudo._begin("activate", self._count_units)
        self._ask_responsible()
        return recall_sudo._go_on(AT_ONCE)

    def action_close(self):
        """End the campaign; units that were not remedied stay recalled."""
        self._ensure_manager()
        self._ensure_state("active")
        self._ensure_idle()
        self.sudo().write({"state": "closed", "closed_at": fields.Datetime.now()})
        self.activity_unlink(["serial_dossier.mail_activity_type_recall"])
        return True

    def action_reopen(self):
        """Go on with a closed campaign."""
        self._ensure_manager()
        self._ensure_state("closed")
        self.sudo().write({"state": "active", "closed_at": False})
        for recall in self:
            recall._ask_responsible()
        return True

    def action_resume(self):
        """Go on with what failed, or with flagging units where it was stopped."""
        self.ensure_one()
        self._ensure_manager()
        if self.job_error:
            self.sudo().job_error = False
            return self._trigger_cron()
        self._ensure_state("active")
        self._ensure_idle()
        recall_sudo = self.sudo()
        recall_sudo._begin("activate", self._count_units)
        return recall_sudo._go_on(AT_ONCE)

    def _undo(self, reason):
        """Take a recall back that was a mistake: lift it from every unit."""
        self.ensure_one()
        self._ensure_manager()
        self._ensure_state("active", "closed")
        if not (reason or "").strip():
            raise UserError(self.env._("Say why the recall is undone."))
        recall_sudo = self.sudo()
        recall_sudo.write({"state": "undone", "undone_reason": reason})
        recall_sudo._begin("undo", self._count_units)
        self.activity_unlink(["serial_dossier.mail_activity_type_recall"])
        return recall_sudo._go_on(AT_ONCE)

    def _ensure_manager(self):
        self.check_access("write")
        if not self.env.su and not self.env.user.has_group(
            "serial_dossier.serial_dossier_group_manager"
        ):
            raise AccessError(self.env._("Only a manager decides on a recall."))

    def _ensure_told(self):
        """Refuse a recall that tells people nothing or reaches nobody."""
        if not (self.hazard and self.instructions and self.remedy):
            raise UserError(
                self.env._(
                    "Write what may happen, what to do now and what you do about it: "
                    "consumers read it on the page of their unit."
                )
            )
        if not self._count_units():
            raise UserError(self.env._("There are no units on the list."))

    def _ask_responsible(self):
        user = self.user_id or self.env.user
        self.activity_schedule(
            "serial_dossier.mail_activity_type_recall", user_id=user.id
        )

    # === CHUNKS === #

    def _count_units(self):
        rows = self.env.execute_query(
            SQL("SELECT count(*) FROM serial_recall_unit WHERE recall_id = %s", self.id)
        )
        return rows[0][0]

    def _get_next_units(self):
        """Return the ids of the next units on the list."""
        rows = self.env.execute_query(
            SQL(
                "SELECT lot_id FROM serial_recall_unit "
                "WHERE recall_id = %s AND lot_id > %s AND state <> 'remedied' "
                "ORDER BY lot_id LIMIT %s",
                self.id,
                self.last_lot_id,
                CHUNK,
            )
        )
        return [lot_id for (lot_id,) in rows]

    def _note_chunk(self, lot_ids):
        """Write how far the job came; return whether it is done."""
        values = {"job_done": self.job_done + len(lot_ids)}
        if lot_ids:
            values["last_lot_id"] = lot_ids[-1]
        done = len(lot_ids) < CHUNK
        if done:
            values.update(job=False, job_done=self.job_total)
        self.write(values)
        return done

    def _activate_chunk(self):
        lot_ids = self._get_next_units()
        flagged = self._get_flagged(lot_ids)
        self._flag([lot_id for lot_id in lot_ids if lot_id not in flagged])
        if self._note_chunk(lot_ids):
            self._find_dealers()

    def _get_flagged(self, lot_ids):
        """Return those of the units that this recall has flagged before."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT lot_id FROM serial_event
                 WHERE lot_id = ANY(%s) AND kind = 'recalled'
                   AND document_model = %s AND document_id = %s
                """,
                lot_ids,
                self._name,
                self.id,
            )
        )
        return {lot_id for (lot_id,) in rows}

    def _flag(self, lot_ids):
        """Recall units: flag and event in one statement."""
        self._append(lot_ids, "recalled", {"recalled": True})

    def _undo_chunk(self):
        lot_ids = self._get_next_units()
        flagged = sorted(self._get_flagged(lot_ids))
        self._lift(flagged, {"private": {"reason": self.undone_reason}})
        self._note_chunk(lot_ids)

    def _lift(self, lot_ids, data=None, document=None):
        """Append that this recall no longer holds units, and take the flag off those
        that no other recall holds.
        """
        held = {
            lot_id
            for lot_id, _recall in self.env.execute_query(
                self._get_holding_query(lot_ids, other_than=self.id)
            )
        }
        self._append(
            lot_ids,
            "recall_lifted",
            {"recalled": False},
            per_lot={lot_id: {"recalled": True} for lot_id in held},
            data=data or {},
            document=document,
        )

    def _append(self, lot_ids, kind, flags, per_lot=None, data=None, document=None):
        user = self.job_user_id or self.env.user
        data = dict(data or {})
        data["public"] = {"recall": self.name}
        self.env["serial.event"].with_user(user).sudo()._record(
            lot_ids,
            kind,
            lot_values=flags,
            per_lot=per_lot,
            document=document or self,
            data=data,
        )

    # === REMEDIED === #

    @api.model
    def _remedied(self, lots, document=None, recalls=None):
        """Note that units were put right, and lift their recalls.

        Call it where the rights have been checked, such as when a repair is done.

        :param document: the record that did it
        :param recalls: of which recalls; without it of all that hold the units
        :return: {lot id: the recalls that are remedied now (sudo)}
        """
        found = self._get_recalls(lots)
        lots_of = {}
        for lot_id, held_by in found.items():
            for recall in held_by & recalls.sudo() if recalls else held_by:
                lots_of.setdefault(recall, []).append(lot_id)
        remedied = {}
        for recall_sudo, lot_ids in lots_of.items():
            recall_sudo._remedy(sorted(lot_ids), document)
            for lot_id in lot_ids:
                known = remedied.get(lot_id, recall_sudo.browse())
                remedied[lot_id] = known | recall_sudo
        return remedied

    @api.model
    def _remedied_by_repair(self, lots, document):
        """Note what a finished repair put right.

        A unit that is recalled for one of its parts is not right before that part is
        out, whatever else was repaired; other ways are told by hand.
        """
        self.env["serial.part"].flush_model(["removed_at"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT unit.recall_id
                  FROM serial_recall_unit unit
                  JOIN serial_recall recall ON recall.id = unit.recall_id
                  LEFT JOIN serial_part part ON part.id = unit.part_id
                 WHERE unit.lot_id = ANY(%s)
                   AND (part.id IS NULL OR part.removed_at IS NOT NULL
                        OR recall.remedy_kind = 'update')
                """,
                lots.ids,
            )
        )
        recalls = self.browse(recall_id for (recall_id,) in rows)
        if not recalls:
            return {}
        return self._remedied(lots, document, recalls)

    def _remedy(self, lot_ids, document=None):
        """Note that units of this recall were put right; `self` is sudo."""
        self.env["serial.recall.unit"]._set_state(
            self, lot_ids, "remedied", document=document
        )
        self._lift(lot_ids, document=document)
