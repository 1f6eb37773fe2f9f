import { Component, useState } from "@odoo/owl";
import { Domain } from "@web/core/domain";
import { _t } from "@web/core/l10n/translation";
import { deserializeDate } from "@web/core/l10n/dates";
import { formatFloat, formatInteger, formatPercentage } from "@web/views/fields/formatters";
import { useService } from "@web/core/utils/hooks";

const LINE = { width: 120, height: 28 };
const REACH = { width: 150, height: 20 };
const OPEN = {
    alerts: ["serial.diversion.alert", ["state", "in", ["new", "investigating", "confirmed"]]],
    leaks: ["serial.diversion.leak", ["state", "=", "open"]],
    cases: ["serial.diversion.case", ["state", "!=", "decided"]],
};

/** A row a distributor: how many of his units were seen outside, and whether more. */
export class SerialBoard extends Component {
    static template = "serial_dossier.SerialBoard";
    static props = { data: Object, domain: Array, sort: String, ascending: Boolean, remember: Function };

    setup() {
        this.action = useService("action");
        this.state = useState({ sort: this.props.sort, ascending: this.props.ascending });
        this.reach = REACH;
        this.line = LINE;
    }

    get columns() {
        return [
            { name: "name", label: _t("Distributor") },
            { name: "k", label: _t("Seen outside"), end: true },
            { name: "share", label: _t("Share"), end: true },
            {
                name: "low",
                label: _t("Likely range"),
                help: _t(
                    "Between which bounds the true share lies, with 95 % confidence. The dashed line is the share of all distributors together. Single sightings err: the numbers say where to look, not who leaked."
                ),
            },
            {
                name: "change",
                label: _t("Trend"),
                help: _t("Against the period before. An arrow only where chance hardly explains the change."),
            },
            { name: "months", label: _t("12 months") },
            { name: "alerts", label: _t("Alerts"), end: true },
            { name: "leaks", label: _t("Leaks"), end: true },
            { name: "cases", label: _t("Open cases"), end: true },
        ];
    }

    get rows() {
        const { sort, ascending } = this.state;
        const value = (row) => {
            if (sort === "change") {
                return this.change(row) ?? -2;
            }
            if (sort === "months") {
                return row.line.reduce((sum, [k]) => sum + k, 0);
            }
            return sort === "low" && !row.n ? -1 : row[sort] ?? -1;
        };
        const compare = (one, two) =>
            sort === "name" ? one.name.localeCompare(two.name) : value(one) - value(two);
        const rows = [...this.props.data.rows].sort(compare);
        return ascending ? rows : rows.reverse();
    }

    sortBy(name) {
        const { sort, ascending } = this.state;
        this.state.ascending = sort === name ? !ascending : name === "name";
        this.state.sort = name;
        this.props.remember({ sort: name, ascending: this.state.ascending });
    }

    ariaSort(name) {
        if (this.state.sort !== name) {
            return "none";
        }
        return this.state.ascending ? "ascending" : "descending";
    }

    // === NUMBERS === //

    format(count) {
        return formatInteger(count);
    }

    percent(share) {
        return share === null ? "" : formatPercentage(share, { digits: [16, 1] });
    }

    counts(row) {
        const [k, n] = [formatInteger(row.k), formatInteger(row.n)];
        return _t("%(k)s of %(n)s", { k, n });
    }

    bounds(row) {
        const [low, high] = [this.percent(row.low), this.percent(row.high)];
        return _t("between %(low)s and %(high)s", { low, high });
    }

    change(row) {
        return row.share === null || row.share_before === null ? null : row.share - row.share_before;
    }

    changeText(row) {
        const change = this.change(row);
        if (change === null) {
            return "";
        }
        // Percentage points, not per cent of what was before.
        const points = formatFloat(change * 100, { digits: [16, 1] });
        return _t("%(points)s points", { points: change > 0 ? `+${points}` : points });
    }

    changeHelp(row) {
        return _t("Before: %(k)s of %(n)s", {
            k: formatInteger(row.k_before),
            n: formatInteger(row.n_before),
        });
    }

    trendIcon(row) {
        return { up: "fa-arrow-up", down: "fa-arrow-down", same: "fa-minus" }[row.trend];
    }

    trendText(row) {
        const texts = { up: _t("Higher than before"), down: _t("Lower than before") };
        return texts[row.trend] || _t("Not clearly different from before");
    }

    // === DRAWINGS === //

    /** The share at the right end of every interval's drawing. */
    get most() {
        const highs = this.props.data.rows.filter((row) => row.n >= 10).map((row) => row.high);
        return Math.min(1, Math.max(0.02, ...highs) * 1.05);
    }

    at(share) {
        return Math.min(1, share / this.most) * (REACH.width - 8) + 4;
    }

    get mostMonthly() {
        const shares = this.props.data.rows.flatMap((row) =>
            row.line.filter(([, n]) => n >= 10).map(([k, n]) => k / n)
        );
        return Math.max(0.02, ...shares);
    }

    /** A line through the months; where nothing was seen it is broken. */
    drawLine(row) {
        const most = this.mostMonthly;
        const step = (LINE.width - 6) / (row.line.length - 1);
        const points = row.line.map(([k, n], index) => ({
            x: 3 + index * step,
            y: n ? LINE.height - 3 - (LINE.height - 6) * Math.min(1, k / n / most) : null,
        }));
        let path = "";
        points.forEach((point, index) => {
            if (point.y !== null) {
                const isBegin = !index || points[index - 1].y === null;
                path += `${isBegin ? "M" : "L"}${point.x.toFixed(1)} ${point.y.toFixed(1)}`;
                // A month between two without sightings is a dot.
                path += isBegin ? "h0.01" : "";
            }
        });
        return { path, last: points.at(-1).y === null ? null : points.at(-1) };
    }

    lineText(row) {
        return row.line
            .map(([k, n], index) => {
                const month = deserializeDate(this.props.data.months[index]).toFormat("LLL yyyy");
                return `${month}: ${this.counts({ k, n })}`;
            })
            .join("\n");
    }

    // === ACTIONS === //

    openPartner(row) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "res.partner",
            res_id: row.id,
            views: [[false, "form"]],
        });
    }

    openOutside(row) {
        return this.open("serial.activation", `${row.name}: ${_t("seen outside")}`, [
            this.props.domain,
            [
                ["partner_id", "=", row.id],
                ["verdict", "=", "outside"],
                ["activated_at", ">=", this.props.data.since],
            ],
        ]);
    }

    openFound(row, what) {
        const [model, condition] = OPEN[what];
        const label = this.columns.find((column) => column.name === what).label;
        return this.open(model, `${row.name}: ${label}`, [[["partner_id", "=", row.id], condition]]);
    }

    open(resModel, name, domains) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            name,
            res_model: resModel,
            views: [
                [false, "list"],
                [false, "form"],
            ],
            domain: Domain.and(domains).toList(),
        });
    }
}
