import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";

/**
 * Downloads a file that a button has made, and reloads the form the button is on: a plain
 * action with an address would leave it as it was before.
 */
export function download(env, action) {
    browser.location.assign(action.params.url);
    return { type: "ir.actions.act_window_close" };
}

registry.category("actions").add("serial_dossier.download", download);
