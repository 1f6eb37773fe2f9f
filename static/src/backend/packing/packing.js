import { Component, onWillStart, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { beep, ScanField, ScanMessage } from "../scan/scan_field";

const LABELS = {
    pdf: ["qweb-pdf", "serial_dossier.sscc_label"],
    zpl: ["qweb-text", "serial_dossier.sscc_label_zpl"],
};

/** A packing bench: units into a carton, cartons onto a pallet, all by scanning. */
export class SerialPacking extends Component {
    static template = "serial_dossier.SerialPacking";
    static components = { Layout, ScanField, ScanMessage };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.display = { controlPanel: {} };
        this.state = useState({
            carton: false,
            pallet: false,
            message: null,
            busy: 0,
            types: { carton: [], pallet: [] },
            settings: this.readSettings(),
        });
        this.levels = ["carton", "pallet"];
        this.queue = Promise.resolve();
        this.printing = Promise.resolve();
        onWillStart(() => this.start());
    }

    // === SETTINGS OF THE BENCH === //

    get key() {
        return `serial_dossier.packing.${user.userId}`;
    }

    readSettings() {
        const empty = { prints: false, output: "pdf" };
        try {
            return { ...empty, ...JSON.parse(browser.localStorage.getItem(this.key)) };
        } catch {
            return empty;
        }
    }

    set(name, value) {
        this.state.settings[name] = value;
        browser.localStorage.setItem(this.key, JSON.stringify(this.state.settings));
    }

    setType(level, ev) {
        const id = Number(ev.target.value);
        const type = this.state.types[level].find((one) => one.id === id);
        this.set(`${level}_type_id`, id);
        this.set(`${level}_full`, type.full);
        if (level === "carton") {
            this.set("is_mixed", type.is_mixed);
        }
    }

    setFull(level, ev) {
        this.set(`${level}_full`, Math.max(0, parseInt(ev.target.value) || 0));
    }

    /** What a bench has not been told, its types of boxes say. */
    fillSettings() {
        for (const level of ["carton", "pallet"]) {
            const types = this.state.types[level];
            const id = this.state.settings[`${level}_type_id`];
            if (types.length && !types.some((one) => one.id === id)) {
                this.setType(level, { target: { value: types[0].id } });
            }
        }
    }

    get bench() {
        const { prints, output, ...settings } = this.state.settings;
        const { active_id, active_model } = this.props.action.context;
        const bench = {
            ...settings,
            carton_id: this.state.carton && this.state.carton.id,
            pallet_id: this.state.pallet && this.state.pallet.id,
        };
        if (!this.started && active_model === "stock.package" && active_id) {
            bench.carton_id = active_id;
        }
        return bench;
    }

    // === CALLS === //

    async start() {
        await this.call("get_state", []);
        this.started = true;
        this.fillSettings();
    }

    async call(method, args, after = []) {
        const answer = await this.orm.call("serial.packing", method, [
            ...args,
            this.bench,
            ...after,
        ]);
        const { print, ...state } = answer;
        Object.assign(this.state, state);
        if (answer.message) {
            beep(answer.message.type);
        }
        if (print.length && this.state.settings.prints) {
            this.print(print);
        }
    }

    /** Scanners are faster than servers: texts wait for those before them. */
    run(method, args, after) {
        this.state.busy++;
        this.queue = this.queue
            .catch(() => {})
            .then(() => this.call(method, args, after))
            .finally(() => this.state.busy--);
        return this.queue;
    }

    focus() {
        document.querySelector(".o_serial_packing [name=scan]")?.focus();
    }

    act(name, recordId) {
        this.focus();
        return this.run("act", [name], [recordId || false]);
    }

    print(boxes) {
        const [type, name] = LABELS[this.state.settings.output] || LABELS.pdf;
        this.printing = this.printing
            .catch(() => {})
            .then(() =>
                this.action.doAction({
                    type: "ir.actions.report",
                    report_type: type,
                    report_name: name,
                    report_file: name,
                    name: _t("Labels"),
                    context: { active_ids: boxes.map((box) => box.id) },
                })
            )
            .finally(() => this.focus());
    }

    open(box) {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "stock.package",
            res_id: box.id,
            views: [[false, "form"]],
        });
    }

    // === SHOWN === //

    get placeholder() {
        return this.state.carton && this.state.carton.is_open
            ? _t("Scan the next unit")
            : _t("Scan a unit, a carton or a pallet");
    }

    get hint() {
        return _t(
            "Scan units: a carton is opened by itself and closed when it is full. Open a pallet first, and cartons go onto it."
        );
    }

    progress(box) {
        return box.full ? Math.min(100, Math.round((100 * box.count) / box.full)) : 0;
    }
}

registry.category("actions").add("serial_dossier.packing", SerialPacking);
