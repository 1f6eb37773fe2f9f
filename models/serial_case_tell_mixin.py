from odoo import api, fields, models


class SerialCaseTellMixin(models.AbstractModel):
    """What a case is about, in words: shortly for a card, fully for its form."""

    _name = "serial.case.tell.mixin"
    _description = "Cases in Words"

    summary = fields.Text(string="What Was Seen", compute="_compute_summary")
    headline = fields.Text(string="In Short", compute="_compute_summary")
    record_text = fields.Text(
        string="The Distributor's Record", compute="_compute_record_text"
    )

    @api.depends("leak_ids.summary", "alert_ids.kind")
    @api.depends_context("lang")
    def _compute_summary(self):
        """Tell the leaks in their own words; a lone alert too; of more, how many."""
        told = self._tell_alerts()
        for case in self:
            leaks = case.leak_ids.filtered(lambda leak: leak.state == "open")
            short, full = told.get(case._origin, ([], []))
            case.summary = "\n".join([*leaks.mapped("summary"), *full])
            case.headline = "\n".join(leaks.mapped("found_text") or short)

    @api.depends("partner_id", "outcome")
    @api.depends_context("lang")
    def _compute_record_text(self):
        """Tell of confirmed cases of the distributor, this one among them."""
        for case in self:
            partner = case.partner_id
            if not (partner and partner.channel_case_confirmed_count):
                case.record_text = False
                continue
            told = self.env._(
                "%(confirmed)s of %(count)s cases confirmed, with %(units)s units",
                confirmed=partner.channel_case_confirmed_count,
                count=partner.channel_case_count,
                units=partner.channel_case_unit_count,
            )
            penalties = partner.channel_penalty_text
            case.record_text = "\n".join(filter(None, (told, penalties)))

    def _tell_alerts(self):
        """Return {case: (short lines, full lines)} of alerts that are of no leak."""
        alerts = self.env["serial.diversion.alert"]
        kinds = dict(alerts._fields["kind"]._description_selection(self.env))
        told = {}
        for case, kind, count, units, first_id in alerts._read_group(
            [("case_id", "in", self.ids), ("kind", "!=", "leak")],
            ["case_id", "kind"],
            ["__count", "lot_id:count_distinct", "id:min"],
        ):
            short, full = told.setdefault(case, ([], []))
            if count == 1:
                alert = alerts.browse(first_id)
                short.append(f"{kinds[kind]}: {alert.lot_id.name}")
                full.append(alert.summary)
                continue
            line = self.env._(
                "%(kind)s: %(count)s units", kind=kinds[kind], count=units
            )
            short.append(line)
            full.append(line)
        return told
