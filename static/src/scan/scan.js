/** The camera of /sn. Without it, or without this script, the typed code does it all. */
import { hasCamera, watch } from "./reader.js";

const FORMATS = ["qr_code", "data_matrix"];
const byId = (id) => document.getElementById(id);

function open(code) {
    const lang = new URLSearchParams(location.search).get("lang");
    const query = new URLSearchParams(lang ? { lang } : {});
    let path = `/sn/${code}`;
    if (!/^[\w-]{1,26}$/.test(code)) {
        path = "/sn"; // more than a code: what it means is found out there
        query.set("code", code.slice(0, 512));
    }
    location.href = query.size ? `${path}?${query}` : path;
    return true;
}

async function start() {
    const view = byId("camera-view");
    byId("camera-start").hidden = true;
    byId("camera-searching").hidden = false;
    try {
        await watch(view, FORMATS, open);
    } catch {
        view.hidden = true;
        byId("camera-searching").hidden = true;
        byId("camera-refused").hidden = false;
    }
}

if (hasCamera && byId("camera")) {
    byId("camera").hidden = false;
    byId("camera-start").addEventListener("click", start);
}
