import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useAutofocus, useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { beep } from "../scan/scan_field";

/** A bench: a scanner (or a keyboard) names a unit, then its parts, then the next. */
export class SerialPairing extends Component {
    static template = "serial_dossier.SerialPairing";
    static components = { Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.input = useAutofocus({ refName: "scan" });
        const { active_id, active_model = "mrp.production" } = this.props.action.context;
        this.orderId = active_model === "mrp.production" && active_id;
        this.display = { controlPanel: {} };
        this.state = useState({ order: false, unit: false, message: null, busy: false });
        this.queue = Promise.resolve();
        onWillStart(() => this.call("get_state", []));
    }

    get progress() {
        const { paired, total } = this.state.order;
        return total ? Math.min(100, Math.round((100 * paired) / total)) : 0;
    }

    get icon() {
        return {
            success: "fa-check-circle",
            warning: "fa-exclamation-circle",
            danger: "fa-times-circle",
        }[this.state.message.type];
    }

    get placeholder() {
        return this.state.unit ? _t("Scan a part, or the next unit") : _t("Scan a unit");
    }

    /** Most messages name what was scanned themselves. */
    get name() {
        const { name, text } = this.state.message;
        return text.includes(name) ? "" : name;
    }

    async call(method, args) {
        const unitId = this.state.unit && this.state.unit.id;
        const answer = await this.orm.call("serial.pairing", method, [
            ...args,
            this.orderId || false,
            unitId,
        ]);
        Object.assign(this.state, answer);
        if (answer.message) {
            beep(answer.message.type);
        }
    }

    /** Scanners are faster than servers: texts wait for those before them. */
    onKeydown(ev) {
        if (ev.key !== "Enter") {
            return;
        }
        ev.preventDefault();
        // The field itself is read and emptied: a scanner types faster than is drawn.
        const text = ev.target.value.trim();
        ev.target.value = "";
        if (text) {
            this.run("scan", [text]);
        }
    }

    takeOut(part) {
        this.run("take_out", [part.id]);
        this.input.el?.focus();
    }

    run(method, args) {
        this.state.busy = true;
        this.queue = this.queue
            .catch(() => {})
            .then(() => this.call(method, args))
            .finally(() => (this.state.busy = false));
        return this.queue;
    }

    openOrder() {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "mrp.production",
            res_id: this.state.order.id,
            views: [[false, "form"]],
        });
    }
}

registry.category("actions").add("serial_dossier.pairing", SerialPairing);
