import { Component } from "@odoo/owl";
import { CopyButton } from "@web/core/copy_button/copy_button";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** The public code of a serial: to read, to copy, to scan and to follow. */
export class SerialCodeField extends Component {
    static template = "serial_dossier.SerialCodeField";
    static components = { CopyButton };
    static props = { ...standardFieldProps };

    setup() {
        this.copied = _t("Copied");
    }

    get code() {
        return this.props.record.data[this.props.name];
    }

    get url() {
        return this.props.record.data.page_url;
    }

    get qr() {
        return this.props.record.data.scan_qr;
    }

    get alt() {
        return _t("QR code of %(url)s", { url: this.props.record.data.digital_link });
    }
}

registry.category("fields").add("serial_code", {
    component: SerialCodeField,
    displayName: _t("Public code with QR code"),
    supportedTypes: ["char"],
    fieldDependencies: [
        { name: "page_url", type: "char", readonly: true },
        { name: "digital_link", type: "char", readonly: true },
        { name: "scan_qr", type: "char", readonly: true },
    ],
});
