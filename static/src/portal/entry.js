/** The camera of a distributor's pages: each code it sees becomes a line of the list. */
import { hasCamera, watch } from "../scan/reader.js";

const FORMATS = ["qr_code", "data_matrix", "code_128", "ean_13"];
const byId = (id) => document.getElementById(`o_serial_${id}`);

function add(code) {
    const list = byId("texts");
    const lines = list.value.split("\n").filter(Boolean);
    if (!lines.includes(code)) {
        list.value = [...lines, code, ""].join("\n");
        byId("scanned").hidden = false;
        byId("scanned").querySelector("b").textContent =
            `${code} (${lines.length + 1})`;
        navigator.vibrate?.(80);
    }
    return false;
}

async function start() {
    const view = byId("view");
    byId("camera").hidden = true;
    try {
        await watch(view, FORMATS, add);
    } catch {
        view.hidden = true;
        byId("refused").hidden = false;
    }
}

if (hasCamera && byId("camera")) {
    byId("camera").hidden = false;
    byId("camera").addEventListener("click", start);
}
