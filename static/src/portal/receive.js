/** The camera above the shipments: the first code it sees is received at once. */
import { hasCamera, watch } from "../scan/reader.js";

const FORMATS = ["code_128", "qr_code", "data_matrix", "ean_13"];
const byId = (id) => document.getElementById(`o_serial_receive_${id}`);

function take(code) {
    navigator.vibrate?.(80);
    byId("text").value = code;
    byId("form").requestSubmit();
    return true;
}

async function start() {
    const view = byId("view");
    byId("camera").hidden = true;
    try {
        await watch(view, FORMATS, take);
    } catch {
        view.hidden = true;
        byId("camera").hidden = false;
        byId("refused").hidden = false;
    }
}

if (hasCamera && byId("camera")) {
    byId("camera").hidden = false;
    byId("camera").addEventListener("click", start);
}
