import { Component, onWillUnmount, useState } from "@odoo/owl";
import { useAutofocus } from "@web/core/utils/hooks";
import { hasCamera, watch } from "../../scan/reader";

const FORMATS = ["code_128", "qr_code", "data_matrix", "ean_13"];
const TONES = { success: [880, 0.06], info: [660, 0.06], warning: [440, 0.15], danger: [180, 0.4] };
const REST = 2500; // milliseconds before the camera may read the same code again

let audio;

/** Lets a worker hear what became of a scan without looking up. */
export function beep(type) {
    const Audio = window.AudioContext;
    if (!Audio || !navigator.userActivation?.hasBeenActive || !TONES[type]) {
        return;
    }
    audio ??= new Audio();
    const [frequency, seconds] = TONES[type];
    const tone = audio.createOscillator();
    tone.frequency.value = frequency;
    tone.connect(audio.destination);
    tone.start();
    tone.stop(audio.currentTime + seconds);
}

/** What became of the last scan; before the first, what to do. */
export class ScanMessage extends Component {
    static template = "serial_dossier.ScanMessage";
    static props = {
        message: { type: [Object, { value: null }] },
        hint: { type: String, optional: true },
    };
}

/** A field for scanners that type, for keyboards and for the camera. */
export class ScanField extends Component {
    static template = "serial_dossier.ScanField";
    static props = {
        onScan: Function,
        placeholder: String,
        busy: { type: Boolean, optional: true },
        autofocus: { type: Boolean, optional: true },
    };
    static defaultProps = { busy: false, autofocus: true };

    setup() {
        if (this.props.autofocus) {
            useAutofocus({ refName: "scan" });
        }
        this.hasCamera = hasCamera;
        this.camera = useState({ on: false, refused: false });
        this.seen = { text: "", at: 0 };
        onWillUnmount(() => this.stopCamera());
    }

    onKeydown(ev) {
        // A scanner ends with Enter or Tab, as it is set.
        if (ev.key !== "Enter" && !(ev.key === "Tab" && ev.target.value)) {
            return;
        }
        ev.preventDefault();
        ev.stopPropagation();
        // The field itself is read and emptied: a scanner types faster than is drawn.
        const text = ev.target.value.trim();
        ev.target.value = "";
        if (text) {
            this.props.onScan(text);
        }
    }

    async toggleCamera(ev) {
        if (this.camera.on) {
            this.stopCamera();
            return;
        }
        this.view = ev.target.closest(".o_serial_scan").querySelector("video");
        this.camera.on = true;
        this.camera.refused = false;
        try {
            await watch(this.view, FORMATS, (text) => this.see(text));
        } catch {
            this.camera.on = false;
            this.camera.refused = true;
        }
    }

    see(text) {
        const now = Date.now();
        if (text !== this.seen.text || now - this.seen.at > REST) {
            navigator.vibrate?.(80);
            this.props.onScan(text);
        }
        this.seen = { text, at: now };
        return !this.camera.on;
    }

    stopCamera() {
        this.camera.on = false;
        this.view?.srcObject?.getTracks().forEach((track) => track.stop());
        if (this.view) {
            this.view.hidden = true;
        }
    }
}
