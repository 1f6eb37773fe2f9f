import { download } from "@web/core/network/download";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { getReportUrl } from "@web/webclient/actions/reports/utils";

/**
 * Our reports are drawn on the server: unlike Odoo's own they need no wkhtmltopdf, so
 * nobody has to be asked whether it is there.
 */
async function printDrawnReport(action, options, env) {
    if (
        action.report_type !== "qweb-pdf" ||
        !action.report_name?.startsWith("serial_dossier.")
    ) {
        return false;
    }
    env.services.ui.block();
    try {
        await download({
            url: "/report/download",
            data: {
                data: JSON.stringify([getReportUrl(action, "pdf"), "qweb-pdf"]),
                context: JSON.stringify({ ...user.context, ...action.context }),
            },
        });
    } finally {
        env.services.ui.unblock();
    }
    return true;
}

registry
    .category("ir.actions.report handlers")
    .add("serial_dossier_drawn", printDrawnReport);
