import { Component } from "@odoo/owl";
import { deserializeDateTime, formatDate, formatDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { formatInteger } from "@web/views/fields/formatters";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { useService } from "@web/core/utils/hooks";
import { draw } from "./places_drawing";

const { DateTime } = luxon;
const MOST_LABELS = 6;
const LONGEST_NAME = 20;

/** Where and when a unit was: a lane a place, time from left to right. */
export class SerialPlacesField extends Component {
    static template = "serial_dossier.SerialPlacesField";
    static props = { ...standardFieldProps };

    setup() {
        this.action = useService("action");
    }

    get places() {
        return this.props.record.data[this.props.name];
    }

    get isEmpty() {
        return !this.places || !(this.places.stops.length || this.places.bound.length);
    }

    get drawing() {
        if (this.cached?.places !== this.places) {
            const toTime = (text) => deserializeDateTime(text).toMillis();
            const drawing = draw(this.places, toTime, Date.now());
            this.cached = { places: this.places, drawing };
        }
        return this.cached.drawing;
    }

    get kinds() {
        return {
            scan: _t("Page viewed"),
            activation: _t("Activated"),
            purchase: _t("Test purchase"),
            lead: _t("Seen by a store"),
        };
    }

    get summary() {
        const { stops, lanes } = this.places;
        return _t(
            "Sightings: %(sightings)s. Places: %(places)s. Journeys too fast to be true: %(jumps)s.",
            {
                sightings: formatInteger(stops.reduce((sum, stop) => sum + stop.count, 0)),
                places: lanes.length,
                jumps: formatInteger(this.places.jump_count),
            }
        );
    }

    get hiddenText() {
        return _t("%(count)s older sightings are not drawn.", {
            count: formatInteger(this.places.hidden),
        });
    }

    get labelled() {
        return this.drawing.jumps.slice(0, MOST_LABELS);
    }

    shorten(name) {
        return name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME - 1)}…` : name;
    }

    /** A name in a bar that has room for it. */
    fit(text, width) {
        const room = Math.floor(width / 7.5);
        return room < 3 ? "" : text.length > room ? `${text.slice(0, room - 1)}…` : text;
    }

    formatTick(moment) {
        const date = DateTime.fromMillis(moment);
        return this.drawing.isShort
            ? formatDateTime(date, { showSeconds: false })
            : formatDate(date);
    }

    anchor(index) {
        return index === 0 ? "start" : index === this.drawing.ticks.length - 1 ? "end" : "middle";
    }

    barText(bar) {
        return [bar.region, bar.partner].filter(Boolean).join(": ");
    }

    barHelp(bar) {
        const [from, to] = [this.when(bar.begins), bar.ends ? this.when(bar.ends) : _t("now")];
        return `${this.barText(bar)}\n${from} – ${to}`;
    }

    when(time) {
        return formatDateTime(deserializeDateTime(time), { showSeconds: false });
    }

    span(stop) {
        const [first, last] = [this.when(stop.first), this.when(stop.last)];
        return first === last ? first : `${first} – ${last}`;
    }

    precision(stop) {
        if (stop.kind === "purchase" || stop.kind === "lead") {
            return "";
        }
        if (stop.sure) {
            return _t("sure: position shared, or a store");
        }
        return stop.radius_km
            ? _t("by its address, ± %(km)s km", { km: formatInteger(stop.radius_km) })
            : _t("by its address");
    }

    seenText(stop) {
        return (
            {
                inside: _t("inside its region"),
                outside: _t("outside its region"),
                undecided: _t("undecided"),
            }[stop.seen] || ""
        );
    }

    what(stop) {
        const kind = this.kinds[stop.kind];
        return stop.count > 1 ? `${kind} × ${formatInteger(stop.count)}` : kind;
    }

    describe(stop) {
        const place = this.places.lanes[stop.lane].name;
        return [`${place}: ${this.what(stop)}`, this.span(stop), this.seenText(stop), this.precision(stop)]
            .filter(Boolean)
            .join("\n");
    }

    jumpText(jump) {
        return jump.hours < 0.1
            ? _t("%(km)s km at once", { km: formatInteger(jump.km) })
            : _t("%(km)s km in %(hours)s h", { km: formatInteger(jump.km), hours: jump.hours });
    }

    jumpHelp(jump) {
        return _t("%(jump)s: nothing travels so fast. The code is on two units, or one of the places is wrong.", {
            jump: this.jumpText(jump),
        });
    }

    open(stop) {
        if (stop.kind === "scan") {
            return this.action.doAction({
                type: "ir.actions.act_window",
                name: _t("Scans"),
                res_model: "serial.scan",
                views: [
                    [false, "list"],
                    [false, "form"],
                ],
                domain: [
                    ["lot_id", "=", this.props.record.resId],
                    ["scanned_at", ">=", stop.first],
                    ["scanned_at", "<=", `${stop.last}.999999`],
                ],
            });
        }
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: stop.model,
            res_id: stop.id,
            views: [[false, "form"]],
        });
    }
}

registry.category("fields").add("serial_places", {
    component: SerialPlacesField,
    displayName: _t("Places of a serial"),
    supportedTypes: ["json"],
    isEmpty: () => false,
});
