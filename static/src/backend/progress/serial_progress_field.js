import { Component, onWillUnmount, useEffect, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { browser } from "@web/core/browser/browser";
import { formatInteger } from "@web/views/fields/formatters";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { useService } from "@web/core/utils/hooks";

const EVERY_MS = 2000;

/**
 * How far work in the background has come. While the record's state is one of
 * `running`, the bar asks the server every two seconds; once the state changes, the
 * whole view is read again, so that its buttons and numbers follow.
 */
export class SerialProgressField extends Component {
    static template = "serial_dossier.SerialProgressField";
    static props = {
        ...standardFieldProps,
        current: { type: String },
        total: { type: String },
        stateField: { type: String },
        running: { type: Array },
    };

    setup() {
        this.orm = useService("orm");
        this.live = useState({ values: null });
        useEffect(
            () => {
                this.live.values = null;
                this.plan();
                return () => browser.clearTimeout(this.timer);
            },
            () => [this.props.record.resId, this.stateIn(this.props.record.data)]
        );
        onWillUnmount(() => {
            this.stopped = true;
        });
    }

    stateIn(data) {
        return data[this.props.stateField];
    }

    get values() {
        return this.live.values || this.props.record.data;
    }

    get isRunning() {
        return this.props.running.includes(this.stateIn(this.values));
    }

    get share() {
        const total = this.values[this.props.total];
        return total ? Math.min(1, this.values[this.props.current] / total) : 0;
    }

    get percent() {
        // Not rounded up: 100 % means that all is done.
        return Math.floor(100 * this.share);
    }

    get text() {
        return _t("%(current)s of %(total)s", {
            current: formatInteger(this.values[this.props.current]),
            total: formatInteger(this.values[this.props.total]),
        });
    }

    plan() {
        browser.clearTimeout(this.timer);
        if (!this.stopped && this.isRunning && this.props.record.resId) {
            this.timer = browser.setTimeout(() => this.ask(), EVERY_MS);
        }
    }

    async ask() {
        if (document.hidden) {
            return this.plan();
        }
        const { record, current, total, stateField } = this.props;
        const { resId, resModel } = record;
        let values = null;
        try {
            [values] = await this.orm.silent.read(
                resModel,
                [resId],
                [current, total, stateField]
            );
        } catch {
            return this.plan(); // The next question may get through
        }
        if (this.stopped || !values || record.resId !== resId) {
            return;
        }
        const ended = this.stateIn(values) !== this.stateIn(record.data);
        this.live.values = values;
        if (!ended) {
            this.plan();
        } else if (!(await record.isDirty())) {
            await record.model.root.load();
        }
    }
}

registry.category("fields").add("serial_progress", {
    component: SerialProgressField,
    displayName: _t("Progress of background work"),
    supportedTypes: ["float", "integer"],
    isEmpty: () => false,
    fieldDependencies: ({ options }) => [
        { name: options.current, type: "integer", readonly: true },
        { name: options.total, type: "integer", readonly: true },
    ],
    extractProps: ({ options }) => ({
        current: options.current,
        total: options.total,
        stateField: options.state,
        running: options.running,
    }),
});
