import { Component, onWillStart, useState } from "@odoo/owl";
import { scanBarcode } from "@web/core/barcode/barcode_dialog";
import { isBarcodeScannerSupported } from "@web/core/barcode/barcode_video_scanner";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useAutofocus, useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { beep } from "../scan/scan_field";

const ICONS = {
    success: "fa-check-circle",
    warning: "fa-exclamation-circle",
    danger: "fa-times-circle",
};
// Readings of one call, and how many stay on the screen.
const MOST = 1000;
const SHOWN = 12;
// What scanners send between GS1 elements: the sign itself, or a key that types nothing.
const SEPARATOR = "\x1d";

/** Labels are read back: each reading says at once whether the label may be used. */
export class VerifyLabels extends Component {
    static template = "serial_dossier.VerifyLabels";
    static components = { Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.input = useAutofocus({ refName: "scan" });
        this.jobId = this.props.action.context.serial_job_id || false;
        this.display = { controlPanel: {} };
        this.icons = ICONS;
        this.hasCamera = isBarcodeScannerSupported();
        this.state = useState({ job: false, last: null, readings: [], busy: false });
        this.counts = useState({ success: 0, warning: 0, danger: 0 });
        this.queue = Promise.resolve();
        this.number = 0;
        onWillStart(() => this.loadProgress());
    }

    get placeholder() {
        return _t("Scan a label");
    }

    get progress() {
        const { verified, total } = this.state.job;
        return total ? Math.round((100 * verified) / total) : 0;
    }

    async loadProgress() {
        if (this.jobId) {
            this.state.job = await this.orm.call("serial.mark", "get_progress", [this.jobId]);
        }
    }

    /** A keyboard wedge types control signs as keys: they belong to the reading. */
    onKeydown(ev) {
        if (ev.ctrlKey && (ev.key === "]" || ev.code === "BracketRight")) {
            ev.preventDefault();
            ev.target.setRangeText(
                SEPARATOR,
                ev.target.selectionStart,
                ev.target.selectionEnd,
                "end"
            );
            return;
        }
        if (ev.key !== "Enter") {
            return;
        }
        ev.preventDefault();
        // The field itself is read and emptied: a scanner types faster than is drawn.
        const text = ev.target.value;
        ev.target.value = "";
        if (text.trim()) {
            this.run([text]);
        }
    }

    /** Several lines at once: what a camera on the line has gathered. */
    onPaste(ev) {
        const text = ev.clipboardData.getData("text");
        const lines = text.split(/[\r\n]+/).filter((line) => line.trim());
        if (lines.length < 2) {
            return;
        }
        ev.preventDefault();
        for (let at = 0; at < lines.length; at += MOST) {
            this.run(lines.slice(at, at + MOST));
        }
    }

    /** A phone's camera reads one label. */
    async openCamera() {
        const text = await scanBarcode(this.env).catch(() => "");
        if (text) {
            this.run([text]);
        }
        this.input.el?.focus();
    }

    run(texts) {
        this.state.busy = true;
        this.queue = this.queue
            .catch(() => {})
            .then(() => this.verify(texts))
            .finally(() => (this.state.busy = false));
        return this.queue;
    }

    async verify(texts) {
        const answers = await this.orm.call("serial.mark", "verify", [texts, this.jobId]);
        for (const answer of answers) {
            this.counts[answer.type]++;
            answer.key = ++this.number;
        }
        // What is wrong stays in sight longest.
        const order = { danger: 0, warning: 1, success: 2 };
        const worst = [...answers].sort((a, b) => order[a.type] - order[b.type])[0];
        this.state.last = worst;
        this.state.readings = [...answers.reverse(), ...this.state.readings].slice(0, SHOWN);
        beep(worst.type);
        await this.loadProgress();
    }

    openJob() {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "serial.label.job",
            res_id: this.jobId,
            views: [[false, "form"]],
        });
    }
}

registry.category("actions").add("serial_dossier.verify_labels", VerifyLabels);
