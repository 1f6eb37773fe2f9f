from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..core import label_content
from ..core.activation import is_clean

# Readings of one call: what an inline camera gathers in a minute.
MOST = 5_000


class SerialMarkStepMixin(models.AbstractModel):
    """The steps of a mark after printing: verified by reading back, or void."""

    _name = "serial.mark.step.mixin"
    _description = "Steps of a Mark"

    # === VERIFIED === #

    @api.model
    def verify(self, texts, job_id=False):
        """Take what was read from labels; return what each reading came to.

        :param texts: readings, as a scanner or a camera sent them
        :param job_id: the job whose labels these should be, or none
        :return: list of dicts `text`, `result`, `type`, `message`, `serial`
        """
        if not self.env.user.has_group("serial_dossier.serial_dossier_group_user"):
            raise AccessError(self.env._("Only those who keep dossiers verify labels."))
        if len(texts) > MOST:
            raise UserError(
                self.env._("At most %(count)s readings at a time.", count=MOST)
            )
        read = [self._get_reading(text) for text in texts]
        found = self._find_marks([content for content in read if content])
        answers, done = [], self.browse()
        for text, content in zip(texts, read, strict=True):
            mark = found.get(content, self.browse())
            result = self._judge(mark, mark in done, job_id)
            if result == "verified":
                done |= mark
            answers.append(self._get_answer(text, mark, result))
        done._record_verified()
        return answers

    @api.model
    def get_progress(self, job_id):
        """Return how many marks of a job are verified, of how many that are valid."""
        self.check_access("read")
        domain = [("job_id", "=", job_id)]
        return {
            "verified": self.search_count([*domain, ("state", "=", "verified")]),
            "total": self.search_count(
                [*domain, ("state", "in", ("printed", "verified"))]
            ),
            "job": self.env["serial.label.job"].browse(job_id).name,
        }

    def _get_reading(self, text):
        """Return what was read, as marks have it; "" for what no mark can say."""
        text = label_content.scanned(str(text))[:512]
        return text if is_clean(text.replace(label_content.gs1.GS, "")) else ""

    def _find_marks(self, contents):
        """Return {content: the mark that says so}, a valid one before others."""
        marks = self.search([("content", "in", list(set(contents)))], order="id")
        marks.fetch(["content", "state", "lot_id", "job_id", "verified_at"])
        found = {}
        for mark in marks.sorted(lambda one: (one._is_valid(), one.id)):
            found[mark.content] = mark
        return found

    def _is_valid(self):
        return self.state in ("printed", "verified")

    def _judge(self, mark, is_read, job_id):
        """Return what a reading comes to: a key of `_get_words`."""
        if not mark:
            return "unknown"
        if mark.lot_id.sudo().stage in ("void", "retired"):
            return "unit_void"
        if mark.state in ("replaced", "void"):
            return mark.state
        if job_id and mark.job_id.id != job_id:
            return "other_job"
        return "again" if is_read or mark.state == "verified" else "verified"

    def _get_answer(self, text, mark, result):
        kind = {"verified": "success", "again": "warning"}.get(result, "danger")
        return {
            "text": str(text)[:120],
            "result": result,
            "type": kind,
            "message": self._get_words(result),
            "serial": mark.lot_id.sudo().name or "",
            "product": mark.lot_id.sudo().product_id.display_name or "",
        }

    def _get_words(self, result):
        return {
            "verified": self.env._("Verified."),
            "again": self.env._("Verified before."),
            "unknown": self.env._("No label of ours says this. Do not use it."),
            "unit_void": self.env._(
                "The code of this unit is void. Destroy the label."
            ),
            "replaced": self.env._(
                "This label was printed again since. Destroy this one."
            ),
            "void": self.env._("This label is void. Destroy it."),
            "other_job": self.env._("This label is of another job."),
        }[result]

    def _record_verified(self):
        """Note that these marks were read back, and record it in their dossiers."""
        if not self:
            return
        rows = self.env.execute_query(
            SQL(
                "UPDATE serial_mark SET state = 'verified', verified_at = %s, "
                "verified_by = %s WHERE id = ANY(%s) AND state = 'printed' "
                "RETURNING lot_id, place, id, symbol",
                fields.Datetime.now(),
                self.env.uid,
                self.ids,
            )
        )
        self.invalidate_recordset(flush=False)
        # A unit's marks at several places are an event each, one statement a place.
        for place in sorted({row[1] for row in rows}):
            per_lot = {
                lot_id: {"data": self._get_event_data(place, *mark)}
                for lot_id, at, *mark in rows
                if at == place
            }
            self.env["serial.event"].sudo()._record(
                list(per_lot), "marked", per_lot=per_lot
            )

    def _get_event_data(self, place, mark_id, symbol):
        return {"private": {"place": place, "mark": mark_id, "symbol": symbol or ""}}

    # === VOID === #

    def _void(self, reason):
        """End these marks, each for a reason: spoilt, lost, on the wrong unit."""
        self.check_access("read")
        ended = self.filtered(lambda mark: not mark._is_valid())
        if ended:
            raise UserError(
                self.env._(
                    "These marks are not valid any more: %(serials)s",
                    serials=", ".join(ended[:10].lot_id.mapped("name")),
                )
            )
        self.sudo().write(
            {"state": "void", "reason": reason, "ended_at": fields.Datetime.now()}
        )
