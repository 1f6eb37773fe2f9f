import base64
import json

from odoo import fields, models
from odoo.tools import format_date, format_datetime

from ..core import purge_proof
from ..reports import document, layout

# A proof on paper names so many units; the file names all.
MOST_PRINTED = 500


class SerialPurgePrintMixin(models.AbstractModel):
    """The proof of a purge on paper, and as a file that can be checked by itself."""

    _name = "serial.purge.print.mixin"
    _description = "Print of a Purge"

    proof_json = fields.Binary(compute="_compute_proof_json")

    def _compute_proof_json(self):
        for purge in self:
            content = json.dumps(
                purge._get_proof_content(), ensure_ascii=False, indent=1
            )
            purge.proof_json = base64.b64encode(content.encode())

    def action_download_proof(self):
        """Download the proof as a file."""
        self.ensure_one()
        self.check_access("read")
        name = f"{self.name.replace('/', '-')}.json"
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/proof_json/{name}"
            "?download=true",
            "target": "download",
        }

    def _get_proof_content(self):
        """Return all proofs of a purge as `core.purge_proof` checks them."""
        self.ensure_one()
        return {
            "format": purge_proof.FORMAT,
            "purge": self.name,
            "issuer": self.company_id.name,
            "as_of": fields.Date.to_string(self.as_of),
            "started_by": self.started_by_id.name,
            "proofs": [
                {
                    "head": proof._get_head(),
                    "units": proof._get_unit_dicts(),
                    "hash": proof.hash,
                    "signature": proof.signature,
                }
                for proof in self.proof_ids.sorted("number")
            ],
        }

    # === PAPER === #

    def _get_purge_proof_pdf(self):
        """Return the proof as the bytes of a PDF, in the language of the context."""
        self.ensure_one()
        frame = document.Frame(
            brand=self.company_id.name,
            title=self.env._("Proof of Purge"),
            number=self.name,
            footer=self.company_id.name,
        )
        return document.draw_document(frame, self._get_proof_story())

    def _get_proof_story(self):
        return [
            document.twin_facts(self._get_proof_facts(), 38),
            layout.gap(3),
            layout.words(
                self.env._(
                    "The dossiers of the units below were removed after their "
                    "retention. Of each, the hash of its last event stands for the "
                    "whole chain of events that went. Each part is signed over its "
                    "units and the hash of the part before, and names how many other "
                    "rows went. Serial, product and stock history stay."
                )
            ),
            *self._get_part_story(),
            *self._get_kept_story(),
            *self._get_unit_story(),
            layout.gap(6),
            document.signatures([self.env._("For the brand, date")]),
        ]

    def _get_proof_facts(self):
        states = dict(self._fields["state"]._description_selection(self.env))
        holds = {
            "none": self.env._("Nothing was removed."),
            "holds": self.env._("It holds: every hash and signature fits."),
            "broken": self.env._("It does not hold!"),
            "unchecked": "",
        }
        return [
            (self.env._("State"), states[self.state]),
            (self.env._("As of"), format_date(self.env, self.as_of)),
            (self.env._("Started by"), self.started_by_id.name),
            (self.env._("Started"), self._format_moment(self.started_at)),
            (self.env._("Ended"), self._format_moment(self.finished_at)),
            (self.env._("Dossiers removed"), str(self.purged_count)),
            (self.env._("Dossiers kept"), str(self.kept_count)),
            (self.env._("Events removed"), str(self.event_count)),
            (self.env._("Other rows removed"), str(self.row_count)),
            (self.env._("Proof"), holds[self.proof_state]),
        ]

    def _format_moment(self, moment):
        return format_datetime(self.env, moment) if moment else ""

    def _get_part_story(self):
        story = [layout.heading(self.env._("Parts of the Proof"))]
        for proof in self.proof_ids.sorted("number"):
            rows = ", ".join(
                f"{table} {count}"
                for table, count in sorted((proof.rows or {}).items())
            )
            story.append(
                layout.facts(
                    [
                        (
                            self.env._("Part %(number)s", number=proof.number),
                            self.env._(
                                "%(units)s units, %(events)s events",
                                units=proof.unit_count,
                                events=proof.event_count,
                            ),
                        ),
                        (self.env._("Made"), self._format_moment(proof.made_at)),
                        (self.env._("Other rows"), rows),
                        ("SHA-256", proof.hash),
                        (self.env._("Signature"), proof.signature),
                    ]
                )
            )
        return story

    def _get_kept_story(self):
        units = self.env["serial.purge.unit"]
        groups = units._read_group(
            [("purge_id", "=", self.id), ("state", "=", "kept")],
            ["reason"],
            ["__count"],
        )
        if not groups:
            return []
        labels = dict(units._fields["reason"]._description_selection(self.env))
        return [
            layout.heading(self.env._("Kept though their time is over")),
            layout.facts([(labels[reason], str(count)) for reason, count in groups]),
        ]

    def _get_unit_story(self):
        units = self.env["serial.purge.unit"].search(
            [("purge_id", "=", self.id), ("state", "=", "purged")],
            order="id",
            limit=MOST_PRINTED,
        )
        if not units:
            return []
        story = [
            layout.heading(self.env._("Units")),
            layout.table(
                self._get_unit_columns(),
                [self._get_unit_row(unit) for unit in units],
                (30, 32, 18, 11, 88),
                size=6,
            ),
        ]
        if self.purged_count > len(units):
            story.append(
                layout.words(
                    self.env._(
                        "And %(count)s more: the file of the proof names all.",
                        count=self.purged_count - len(units),
                    )
                )
            )
        return story

    def _get_unit_columns(self):
        return [
            self.env._("Serial Number"),
            self.env._("Product"),
            self.env._("Kept Until"),
            self.env._("Events"),
            self.env._("Hash of the Last Event"),
        ]

    def _get_unit_row(self, unit):
        return (
            unit.serial,
            unit.product_id.display_name,
            format_date(self.env, unit.due_on),
            unit.event_count,
            unit.head_hash,
        )
