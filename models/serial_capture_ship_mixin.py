from typing import NamedTuple

from odoo import fields, models
from odoo.tools import SQL

from ..core import epcis_read
from ..core.epcis_check import MOST_FINDINGS
from ..core.epcis_rule import Finding
from ..core.movement import Movement, step_of
from .recall_sql import BARS_SALE
from .serial_binding_mixin import STANDING

TOLD = 5  # serials that a note names
NOTED = [("state", "=", "recorded"), ("reason", "!=", False)]
_TO_DISTRIBUTOR = Movement("internal", "customer", to_channel=True)


class Party(NamedTuple):
    """A company that a shipment names: a distributor, one of our own, or neither."""

    id: int
    name: str
    is_channel: bool
    is_own: bool


class Unit(NamedTuple):
    """A serial as a shipment finds it."""

    name: str
    in_service: bool
    is_barred: bool
    stage: str
    channel_partner_id: int
    channel_region_id: int
    shipped_at: object
    sale_date: object
    activated_at: object

    @property
    def step(self):
        """The step that being sent to a distributor is, None if it binds nothing.

        A partner's word binds what is nobody's; what somebody holds he gives back or
        passes on first.
        """
        if self.is_barred:
            return None
        step = step_of(
            _TO_DISTRIBUTOR, self.stage, bool(self.channel_partner_id), self.in_service
        )
        return step if step and step.kind == "shipped" and step.stage else None

    @property
    def standing(self):
        """What a correction of the step gives back."""
        past = {name: getattr(self, name) for name in ("stage", *STANDING)}
        return {
            name: value if isinstance(value, (int, str)) else str(value)
            for name, value in past.items()
            if value
        }


class SerialCaptureShipMixin(models.AbstractModel):
    """Shipments that partners tell bind units to distributors, as deliveries do.

    Stock is not moved: who told it keeps that stock, or a delivery follows.
    """

    _name = "serial.capture.ship.mixin"
    _description = "Shipments of Captured Events"

    note_count = fields.Integer(
        string="Notes",
        compute="_compute_note_count",
        help="Shipments that were told and bound nobody, or not all units.",
    )

    def _compute_note_count(self):
        events = self.env["serial.capture.event"]
        counts = dict(
            events._read_group(
                [("capture_id", "in", self.ids), *NOTED], ["capture_id"], ["__count"]
            )
        )
        for capture in self:
            capture.note_count = counts.get(capture, 0)

    def action_view_notes(self):
        """Open the events that bound nobody, or not all units."""
        return self._get_events_window(NOTED)

    def _get_notes(self):
        """Return what the API tells of events that were recorded with a note."""
        events = self.env["serial.capture.event"].sudo()
        domain = [("capture_id", "=", self.id), *NOTED]
        return [
            {
                "title": event.message,
                "code": event.reason,
                "path": event.path or "",
            }
            for event in events.search(domain, limit=MOST_FINDINGS, order="number")
        ]

    def _ship(self, wave, places):
        """Bind the units of shipments; the number of queries is that of one.

        :return: (row, serial's id) of those that were bound
        """
        sent = [
            entry
            for entry in wave
            if entry.line.report.receivers and not self._is_restored(entry.line.report)
        ]
        if not sent:
            return set()
        receivers, notes = self._find_receivers(sent, places)
        sent = [entry for entry in sent if entry.line.id in receivers]
        units = self._find_units([lot_id for one in sent for lot_id in one.lot_ids])
        bound = self._bind_sent(sent, receivers, units, places)
        for line, lot_ids in sent:
            left = [
                units[lot_id].name
                for lot_id in lot_ids
                if (line.id, lot_id) not in bound
                and units[lot_id].channel_partner_id != receivers[line.id]
            ]
            if left:
                told = ", ".join(left[:TOLD]) + (" …" if len(left) > TOLD else "")
                notes[line.id] = Finding("", "not_bound", {"serials": told})
        self._mark_findings(notes, "recorded")
        return bound

    # === TO WHOM === #

    def _find_receivers(self, sent, places):
        """Return ({row: distributor's id}, {row: Finding} of shipments without one)."""
        parties = self._find_parties(
            {
                partner_id
                for entry in sent
                for uri in entry.line.report.receivers
                if (partner_id := places.get_partner_id([uri]))
            }
        )
        receivers, notes = {}, {}
        for entry in sent:
            found = self._judge_receivers(entry.line.report.receivers, places, parties)
            if isinstance(found, Finding):
                notes[entry.line.id] = found
            elif found:
                receivers[entry.line.id] = found
        return receivers, notes

    def _judge_receivers(self, uris, places, parties):
        """Return the distributor among receivers, or why there is none; None if the
        goods stay with us.
        """
        partner_ids = [places.get_partner_id([uri]) for uri in uris]
        known = [parties[one] for one in partner_ids if one]
        distributor = next((one for one in known if one.is_channel), None)
        if distributor:
            if self._is_told_by_holder():
                return Finding("", "sent_by_holder", {})
            return distributor.id
        if any(one.is_own for one in known) or any(
            places.has_location(uri) for uri in uris
        ):
            return None
        if known:
            return Finding("", "no_distributor", {"party": known[0].name})
        glns = ", ".join(epcis_read.gln_of(uri) or uri for uri in uris)
        return Finding("", "unknown_receiver", {"uris": glns})

    def _is_told_by_holder(self):
        """Tell whether a distributor tells this: what he sends on goes by transfer."""
        group = "serial_dossier.serial_dossier_group_user"
        return not self.env.user.has_group(group)

    def _find_parties(self, partner_ids):
        """Return {company's id: Party}."""
        self.env["res.partner"].flush_model(["name", "channel_tier"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT id, name, channel_tier IS NOT NULL,
                       EXISTS (SELECT FROM res_company WHERE partner_id = party.id)
                  FROM res_partner party
                 WHERE id = ANY(%s)
                """,
                sorted(partner_ids),
            )
        )
        return {row[0]: Party(*row) for row in rows}

    # === WHAT === #

    def _find_units(self, lot_ids):
        """Return {serial's id: Unit}."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT lot.id, lot.name, coalesce(lot.in_service, false),
                       coalesce(lot.blocked, false) OR %s, lot.stage, %s
                  FROM stock_lot lot
                 WHERE lot.id = ANY(%s)
                """,
                SQL(BARS_SALE),
                SQL(", ").join(SQL.identifier("lot", name) for name in STANDING),
                sorted(lot_ids),
            )
        )
        return {row[0]: Unit(*row[1:]) for row in rows}

    # === BIND === #

    def _bind_sent(self, sent, receivers, units, places):
        """Bind what may be bound; return (row, serial's id) of it."""
        binding = self.env["serial.binding"].sudo()
        lines, groups = [], []
        for line, lot_ids in sent:
            group = {
                "lot_ids": [lot_id for lot_id in lot_ids if units[lot_id].step],
                "date": line.report.event_time,
                "partner_id": receivers[line.id],
            }
            if group["lot_ids"]:
                lines.append(line)
                groups.append(binding._prepare_group(group))
        if not groups:
            return set()
        groups = binding._give_regions(groups)
        step = units[groups[0].lot_ids[0]].step
        per_lot, columns = {}, {}
        for line, group in zip(lines, groups, strict=True):
            columns = binding._get_standing(step, group, located=False)
            event = {**self._prepare_event(line.report, places), **columns}
            per_lot.update(self._prepare_sent(event, group, units))
        columns = dict.fromkeys(columns)
        self._record(list(per_lot), step.kind, step.stage, columns, per_lot)
        binding._assign(step, groups)
        return {
            (line.id, lot_id)
            for line, group in zip(lines, groups, strict=True)
            for lot_id in group.lot_ids
        }

    def _prepare_sent(self, event, group, units):
        """Return {serial's id: columns} of the step; its party is the distributor."""
        event = {**event, "partner_id": group.partner_id}
        private = event["data"]["private"]
        return {
            lot_id: {
                **event,
                "data": {
                    "public": {},
                    "private": {**private, "was": units[lot_id].standing},
                },
            }
            for lot_id in group.lot_ids
        }
