/* The camera of /sn. Without it, or without this script, the typed code does it all. */
(() => {
    "use strict";
    const READER = "/serial_dossier/static/src/scan/reader.js";
    const FORMATS = ["qr_code", "data_matrix"];
    const byId = (id) => document.getElementById(id);
    const box = byId("camera");
    if (!box || !navigator.mediaDevices || !navigator.mediaDevices.getUserMedia) {
        return;
    }
    const view = byId("camera-view");
    box.hidden = false;

    /* A label's QR code holds an address; others hold the code alone. */
    function codeOf(text) {
        const found = /\/sn\/([^/?#]+)/.exec(text);
        return found ? decodeURIComponent(found[1]) : text.trim();
    }

    function open(text) {
        const lang = new URLSearchParams(location.search).get("lang");
        const code = encodeURIComponent(codeOf(text).slice(0, 64));
        location.href = `/sn/${code}` + (lang ? `?lang=${encodeURIComponent(lang)}` : "");
    }

    function load(url) {
        return new Promise((resolve, reject) => {
            const script = document.createElement("script");
            script.src = url;
            script.onload = resolve;
            script.onerror = reject;
            document.head.append(script);
        });
    }

    async function start() {
        byId("camera-start").hidden = true;
        view.srcObject = await navigator.mediaDevices.getUserMedia({
            video: { facingMode: "environment" },
        });
        view.hidden = false;
        await view.play();
        byId("camera-searching").hidden = false;
        await load(READER);
        const read = await window.serialReader(view, FORMATS);
        for (;;) {
            const text = await read();
            if (text) {
                view.srcObject.getTracks().forEach((track) => track.stop());
                return open(text);
            }
            await new Promise((resolve) => setTimeout(resolve, 150));
        }
    }

    byId("camera-start").addEventListener("click", () => {
        start().catch(() => {
            view.hidden = true;
            byId("camera-searching").hidden = true;
            byId("camera-refused").hidden = false;
        });
    });
})();
