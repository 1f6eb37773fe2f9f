import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { Domain } from "@web/core/domain";
import { formatInteger, formatPercentage } from "@web/views/fields/formatters";
import { useService } from "@web/core/utils/hooks";
import { MAPS, VERDICTS, bestMap, makeScene, outline } from "./map_scene";

const MOST_ROWS = 12;
const outlines = {};

/** The outlines of a map's places, drawn once. */
function outlinesOf(name) {
    outlines[name] ||= Object.entries(MAPS[name].places).map(([place, { cells }]) => ({
        place,
        path: outline(cells),
    }));
    return outlines[name];
}

/** A map of flows from the region units were bound to, to the place they were seen at. */
export class SerialMap extends Component {
    static template = "serial_dossier.SerialMap";
    static props = {
        data: Object,
        domain: Array,
        resModel: String,
        state: Object,
        remember: Function,
    };

    setup() {
        this.action = useService("action");
        this.verdicts = VERDICTS;
        this.state = useState({
            name: this.props.state.name || null,
            shown: this.props.state.shown || [...VERDICTS],
            hovered: null,
            allRows: false,
        });
    }

    get name() {
        return this.state.name || bestMap(this.props.data);
    }

    /** What is drawn; made again only if something of it changed. */
    get scene() {
        const key = `${this.name} ${this.state.shown.join()}`;
        if (this.cached?.key !== key || this.cached.data !== this.props.data) {
            const shown = new Set(this.state.shown);
            const scene = makeScene(this.name, this.props.data, shown);
            this.cached = { key, data: this.props.data, scene };
        }
        return this.cached.scene;
    }

    get outlines() {
        const scene = this.scene;
        const seen = new Map(scene.places.map((place) => [place.place, place]));
        return outlinesOf(this.name).map((one) => {
            const place = seen.get(one.place);
            const tone = !place ? "" : place.counts.outside > place.counts.inside ? "out" : "in";
            return { ...one, tone, seen: place };
        });
    }

    get viewBox() {
        const { width, height } = MAPS[this.name];
        return `-1 -1 ${width + 2} ${height + 2}`;
    }

    get totals() {
        const totals = { inside: 0, outside: 0, undecided: 0 };
        for (const flow of this.props.data.flows) {
            VERDICTS.forEach((verdict) => (totals[verdict] += flow[verdict]));
        }
        return totals;
    }

    get labels() {
        return { inside: _t("Inside"), outside: _t("Outside"), undecided: _t("Undecided") };
    }

    get rows() {
        const { leaving } = this.scene;
        return this.state.allRows ? leaving : leaving.slice(0, MOST_ROWS);
    }

    get moreText() {
        const count = this.scene.leaving.length - MOST_ROWS;
        return this.state.allRows
            ? _t("Show fewer")
            : _t("Show %(count)s more", { count: formatInteger(count) });
    }

    get hasMore() {
        return this.scene.leaving.length > MOST_ROWS;
    }

    get summary() {
        const { inside, outside, undecided } = this.totals;
        return _t(
            "Map of units: %(inside)s seen inside their region, %(outside)s outside, %(undecided)s undecided. The tables beside it say the same.",
            {
                inside: formatInteger(inside),
                outside: formatInteger(outside),
                undecided: formatInteger(undecided),
            }
        );
    }

    // === TEXTS === //

    format(count) {
        return formatInteger(count);
    }

    share(counts) {
        const decided = counts.inside + counts.outside;
        return decided ? formatPercentage(counts.outside / decided, { digits: [16, 1] }) : "";
    }

    nameOf(place) {
        const beside = {
            abroad: this.name === "china" ? _t("Abroad") : _t("Not on the map"),
            province: _t("China, province unknown"),
            unknown: _t("Place unknown"),
            unbound: _t("Bound to no region"),
        };
        const { places, countries } = this.props.data;
        const named = this.name === "world" ? countries[place] : places[place]?.name;
        return beside[place] || named || place;
    }

    describe(counts) {
        return VERDICTS.filter((verdict) => counts[verdict])
            .map((verdict) => `${this.labels[verdict]}: ${formatInteger(counts[verdict])}`)
            .join("\n");
    }

    describePlace(place) {
        return `${this.nameOf(place.place)}\n${this.describe(place.counts)}`;
    }

    describeArc(arc) {
        return `${this.arcName(arc)}\n${this.describe(arc.counts)}`;
    }

    isHovered(arc) {
        return arc.flows.some((flow) => flow.key === this.state.hovered);
    }

    arcName(arc) {
        if (arc.flows.length === 1) {
            return this.flowName(arc.flows[0]);
        }
        const [count, place] = [arc.flows.length, this.nameOf(arc.place.place)];
        return _t("%(count)s regions → %(place)s", { count, place });
    }

    flowName(flow) {
        const [region, place] = [flow.region.name, this.nameOf(flow.place.place)];
        return `${region} → ${place}`;
    }

    // === ACTIONS === //

    choose(name) {
        this.state.name = name;
        this.props.remember({ name });
    }

    toggle(verdict) {
        const shown = new Set(this.state.shown);
        shown.has(verdict) ? shown.delete(verdict) : shown.add(verdict);
        this.state.shown = VERDICTS.filter((one) => shown.has(one));
        this.props.remember({ shown: this.state.shown });
    }

    openFlow(flow) {
        this.open(this.flowName(flow), [this.flowDomain(flow)]);
    }

    openArc(arc) {
        this.open(this.arcName(arc), [Domain.or(arc.flows.map((flow) => this.flowDomain(flow)))]);
    }

    flowDomain(flow) {
        return Domain.and([this.regionDomain(flow.region), this.placesDomain(flow.codes)]);
    }

    openPlace(place) {
        this.open(this.nameOf(place.place), [this.placesDomain(place.codes)]);
    }

    openOutline(one) {
        if (one.seen) {
            this.openPlace(one.seen);
        }
    }

    openRegion(region, verdict) {
        this.open(region.name, [this.regionDomain(region)], verdict ? [verdict] : undefined);
    }

    regionDomain(region) {
        return [["region_id", "=", region.id || false]];
    }

    placesDomain(codes) {
        return Domain.or([...codes].map((code) => this.props.data.places[code].domain));
    }

    /** What is listed is what was counted: the verdicts shown. */
    verdictDomain(verdicts) {
        if (verdicts.length === VERDICTS.length) {
            return [];
        }
        if (this.props.resModel === "serial.activation") {
            const stored = verdicts.includes("undecided") ? [...verdicts, false] : verdicts;
            return [["verdict", "in", stored]];
        }
        // Alerts hold no verdict: it follows from region and place.
        const flows = this.props.data.flows.filter((flow) => verdicts.some((one) => flow[one]));
        return Domain.or(
            flows.map((flow) =>
                this.flowDomain({ region: { id: flow.region }, codes: [flow.place] })
            )
        );
    }

    open(name, domains, verdicts = this.state.shown) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            name,
            res_model: this.props.resModel,
            views: [
                [false, "list"],
                [false, "form"],
            ],
            domain: Domain.and([
                this.props.domain,
                ...domains,
                this.verdictDomain(verdicts),
            ]).toList(),
        });
    }
}
