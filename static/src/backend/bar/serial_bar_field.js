import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { formatInteger } from "@web/views/fields/formatters";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/**
 * Units in parts of a whole: a bar, and under it each part with its number. The parts
 * come from the server: `[{count, label, colour}]`.
 */
export class SerialBarField extends Component {
    static template = "serial_dossier.SerialBarField";
    static props = { ...standardFieldProps, compact: { type: Boolean, optional: true } };

    get parts() {
        return this.props.record.data[this.props.name] || [];
    }

    get total() {
        return this.parts.reduce((sum, part) => sum + part.count, 0);
    }

    get filled() {
        return this.parts.filter((part) => part.count);
    }

    get text() {
        return this.parts.map((part) => `${part.label}: ${part.count}`).join(", ");
    }

    format(count) {
        return formatInteger(count);
    }

    width(part) {
        return (100 * part.count) / this.total;
    }
}

registry.category("fields").add("serial_bar", {
    component: SerialBarField,
    displayName: _t("Bar of units"),
    supportedTypes: ["json"],
    isEmpty: () => false,
    supportedOptions: [
        { label: _t("Without numbers"), name: "compact", type: "boolean" },
    ],
    extractProps: ({ options }) => ({ compact: Boolean(options.compact) }),
});
