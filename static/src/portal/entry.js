/* The camera of a distributor's pages: each code it sees becomes a line of the list. */
(() => {
    "use strict";
    const READER = "/serial_dossier/static/src/scan/reader.js";
    const FORMATS = ["qr_code", "data_matrix", "code_128", "ean_13"];
    const byId = (id) => document.getElementById(`o_serial_${id}`);
    const list = byId("texts");
    const button = byId("camera");
    if (!button || !navigator.mediaDevices || !navigator.mediaDevices.getUserMedia) {
        return;
    }
    const view = byId("view");
    button.hidden = false;

    /* A label's QR code holds an address; others hold the code alone. */
    function codeOf(text) {
        const found = /\/sn\/([^/?#]+)/.exec(text);
        return (found ? decodeURIComponent(found[1]) : text).trim();
    }

    function add(code) {
        const lines = list.value.split("\n").filter(Boolean);
        if (lines.includes(code)) {
            return;
        }
        list.value = [...lines, code, ""].join("\n");
        byId("scanned").hidden = false;
        byId("scanned").querySelector("b").textContent = `${code} (${lines.length + 1})`;
        if (navigator.vibrate) {
            navigator.vibrate(80);
        }
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
        button.hidden = true;
        await load(READER);
        view.srcObject = await navigator.mediaDevices.getUserMedia({
            video: { facingMode: "environment" },
        });
        view.hidden = false;
        await view.play();
        const read = await window.serialReader(view, FORMATS);
        for (;;) {
            const text = await read();
            if (text) {
                add(codeOf(text));
            }
            await new Promise((resolve) => setTimeout(resolve, 200));
        }
    }

    button.addEventListener("click", () => {
        start().catch(() => {
            view.hidden = true;
            byId("refused").hidden = false;
        });
    });
})();
