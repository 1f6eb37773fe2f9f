import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useBus, useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { beep, ScanField, ScanMessage } from "../scan/scan_field";

/** Fills a transfer by scanning pallets, cartons and units. */
export class PickingScan extends Component {
    static template = "serial_dossier.PickingScan";
    static components = { ScanField, ScanMessage };
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ message: null, busy: 0 });
        this.queue = Promise.resolve();
        this.placeholder = _t("Scan a pallet, a carton or a unit");
        // A scanner is heard wherever the form is, without a field in focus.
        const barcode = useService("barcode");
        useBus(barcode.bus, "barcode_scanned", (ev) => this.scan(ev.detail.barcode));
    }

    /** Scanners are faster than servers: texts wait for those before them. */
    scan(text) {
        this.state.busy++;
        this.queue = this.queue
            .catch(() => {})
            .then(() => this.send(text))
            .finally(() => this.state.busy--);
        return this.queue;
    }

    async send(text) {
        const { record } = this.props;
        if (!(await record.save())) {
            return;
        }
        this.state.message = await this.orm.call("stock.picking", "serial_scan", [
            [record.resId],
            text,
        ]);
        beep(this.state.message.type);
        await record.load();
    }
}

registry.category("view_widgets").add("serial_picking_scan", {
    component: PickingScan,
    extractProps: () => ({}),
});
