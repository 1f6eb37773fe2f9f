import { Component } from "@odoo/owl";
import { deserializeDateTime, toLocaleDateTimeString } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { useService } from "@web/core/utils/hooks";

// How a kind of step looks: its icon and its tone.
const LOOKS = {
    minted: ["fa-barcode", "secondary"],
    adopted: ["fa-barcode", "secondary"],
    imported: ["fa-file-text-o", "secondary"],
    produced: ["fa-industry", "info"],
    shipped: ["fa-truck", "primary"],
    sold: ["fa-shopping-cart", "primary"],
    received: ["fa-inbox", "primary"],
    returned: ["fa-reply", "warning"],
    rebound: ["fa-random", "warning"],
    corrected: ["fa-pencil", "warning"],
    activated: ["fa-power-off", "success"],
    in_service: ["fa-wrench", "info"],
    out_of_service: ["fa-wrench", "info"],
    repaired: ["fa-wrench", "success"],
    exchanged: ["fa-exchange", "warning"],
    recalled: ["fa-bullhorn", "danger"],
    blocked: ["fa-lock", "danger"],
    unblocked: ["fa-unlock", "success"],
    voided: ["fa-ban", "danger"],
    traded_in: ["fa-exchange", "warning"],
    trade_in_undone: ["fa-undo", "success"],
    purged: ["fa-archive", "secondary"],
    retired: ["fa-archive", "secondary"],
    reinstated: ["fa-undo", "success"],
    assembled: ["fa-puzzle-piece", "info"],
    part_changed: ["fa-puzzle-piece", "warning"],
    marked: ["fa-qrcode", "secondary"],
    packed: ["fa-cube", "info"],
    unpacked: ["fa-dropbox", "info"],
    captured: ["fa-comment-o", "secondary"],
};

/** The life of a serial, newest step first. */
export class SerialTimelineField extends Component {
    static template = "serial_dossier.SerialTimelineField";
    static props = { ...standardFieldProps };

    setup() {
        this.action = useService("action");
    }

    get steps() {
        const steps = this.props.record.data[this.props.name] || [];
        return steps.map((step) => {
            const [icon, tone] = LOOKS[step.kind] || ["fa-circle", "secondary"];
            return { ...step, icon, tone, when: this.format(step.time) };
        });
    }

    get olderCount() {
        return this.props.record.data.event_count - this.steps.length;
    }

    get olderText() {
        return _t("%(count)s older steps", { count: this.olderCount });
    }

    format(time) {
        return toLocaleDateTimeString(deserializeDateTime(time));
    }

    open(resModel, resId) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: resModel,
            res_id: resId,
            views: [[false, "form"]],
        });
    }

    openAll() {
        return this.action.doActionButton({
            type: "object",
            name: "action_view_events",
            resModel: this.props.record.resModel,
            resId: this.props.record.resId,
        });
    }
}

registry.category("fields").add("serial_timeline", {
    component: SerialTimelineField,
    displayName: _t("Timeline of a serial"),
    supportedTypes: ["json"],
    fieldDependencies: [{ name: "event_count", type: "integer", readonly: true }],
});
