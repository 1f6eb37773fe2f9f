from collections import defaultdict

from odoo import fields, models

READERS = (
    "serial_dossier.serial_dossier_group_user,"
    "serial_dossier.serial_dossier_group_auditor"
)


class SerialCaseRecordMixin(models.AbstractModel):
    """What a distributor was found to have done: cases, units and penalties."""

    _name = "serial.case.record.mixin"
    _description = "Record of a Distributor"

    channel_case_ids = fields.One2many(
        "serial.diversion.case", "partner_id", string="Cases", groups=READERS
    )
    channel_case_count = fields.Integer(
        string="All Cases", compute="_compute_channel_record", groups=READERS
    )
    channel_case_open_count = fields.Integer(
        string="Open Cases", compute="_compute_channel_record", groups=READERS
    )
    channel_case_confirmed_count = fields.Integer(
        string="Confirmed Cases", compute="_compute_channel_record", groups=READERS
    )
    channel_case_unit_count = fields.Integer(
        string="Units in Confirmed Cases",
        compute="_compute_channel_record",
        groups=READERS,
    )
    channel_penalty_text = fields.Text(
        string="Penalties", compute="_compute_channel_record", groups=READERS
    )

    def _compute_channel_record(self):
        """Three statements, whatever the number of distributors and cases."""
        cases = self.env["serial.diversion.case"]
        states, outcomes = defaultdict(int), defaultdict(int)
        for partner, state, outcome, count in cases._read_group(
            [("partner_id", "in", self.ids)],
            ["partner_id", "state", "outcome"],
            ["__count"],
        ):
            states[partner, state == "decided"] += count
            outcomes[partner, outcome] += count
        confirmed = cases.search(
            [("partner_id", "in", self.ids), ("outcome", "=", "confirmed")]
        ).grouped("partner_id")
        units = self._count_confirmed_units()
        for partner in self:
            origin = partner._origin
            partner.channel_case_open_count = states[origin, False]
            partner.channel_case_count = states[origin, False] + states[origin, True]
            partner.channel_case_confirmed_count = outcomes[origin, "confirmed"]
            partner.channel_case_unit_count = units[origin]
            partner.channel_penalty_text = "\n".join(
                case._tell_penalty()
                for case in confirmed.get(origin, cases)
                if case.penalty and case.penalty != "none"
            )

    def _count_confirmed_units(self):
        """Return {distributor: units of his confirmed cases}."""
        counts = defaultdict(int)
        for case, count in self.env["serial.diversion.alert"]._read_group(
            [
                ("case_id.partner_id", "in", self.ids),
                ("case_id.outcome", "=", "confirmed"),
                ("state", "=", "confirmed"),
            ],
            ["case_id"],
            ["lot_id:count_distinct"],
        ):
            counts[case.partner_id] += count
        return counts

    def action_view_channel_cases(self):
        """Open the cases of this distributor."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "serial_dossier.serial_diversion_case_action"
        )
        return {
            **action,
            "display_name": self.env._("Cases: %(partner)s", partner=self.name),
            "domain": [("partner_id", "=", self.id)],
            "context": {"default_partner_id": self.id},
        }
