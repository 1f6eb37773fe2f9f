import { CHINA, WORLD } from "./shapes";

export const MAPS = { china: CHINA, world: WORLD };
export const VERDICTS = ["outside", "undecided", "inside"];
// Where a map has no room for what was seen, a circle beside it stands for it.
export const BESIDE = ["abroad", "province", "unknown", "unbound"];
const ROW = Math.sqrt(3) / 2;
const HEXAGON = "l.47-.27 .47 .27v.54l-.47 .27-.47-.27z";
const MOST_ARCS = 30;

const total = (counts) => VERDICTS.reduce((sum, verdict) => sum + counts[verdict], 0);
const add = (counts, more) => VERDICTS.forEach((verdict) => (counts[verdict] += more[verdict]));
const nothing = () => ({ inside: 0, outside: 0, undecided: 0 });

/** The outline of a place: a hexagon a cell. */
export function outline(runs) {
    const parts = [];
    for (let at = 0; at < runs.length; at += 3) {
        const [row, first, length] = runs.slice(at, at + 3);
        for (let column = first; column < first + length; column++) {
            const x = column + (row % 2) / 2;
            parts.push(`M${(x + 0.03).toFixed(2)} ${(row * ROW + 0.31).toFixed(2)}${HEXAGON}`);
        }
    }
    return parts.join("");
}

/** A slice of a circle, from one share of the turn to another. */
export function slice({ x, y, r }, from, to) {
    if (to - from > 0.9999) {
        return `M${x - r} ${y}a${r} ${r} 0 1 1 ${2 * r} 0a${r} ${r} 0 1 1 ${-2 * r} 0z`;
    }
    const at = (share) => {
        const turn = 2 * Math.PI * share - Math.PI / 2;
        return `${x + r * Math.cos(turn)} ${y + r * Math.sin(turn)}`;
    };
    return `M${x} ${y}L${at(from)}A${r} ${r} 0 ${to - from > 0.5 ? 1 : 0} 1 ${at(to)}z`;
}

/** An arc from one point to another, bent to its right, and the arrow at its end. */
export function arc(from, to, width) {
    const [dx, dy] = [to.x - from.x, to.y - from.y];
    const length = Math.hypot(dx, dy) || 1;
    const bend = Math.min(0.22, 4 / length + 0.1);
    const middle = { x: from.x + dx / 2 + dy * bend, y: from.y + dy / 2 - dx * bend };
    const lead = Math.hypot(to.x - middle.x, to.y - middle.y) || 1;
    const [ux, uy] = [(to.x - middle.x) / lead, (to.y - middle.y) / lead];
    const tip = { x: to.x - ux * to.r, y: to.y - uy * to.r };
    const size = 0.7 + width * 1.1;
    const foot = { x: tip.x - ux * size, y: tip.y - uy * size };
    const [sx, sy] = [(-uy * size) / 2, (ux * size) / 2];
    return {
        line: `M${from.x} ${from.y}Q${middle.x} ${middle.y} ${foot.x} ${foot.y}`,
        arrow: `M${tip.x} ${tip.y}L${foot.x + sx} ${foot.y + sy}L${foot.x - sx} ${foot.y - sy}z`,
    };
}

/** Which of a map's places a place code is drawn at. */
export function placeOn(name, code) {
    if (!code) {
        return "unknown";
    }
    if (name === "world") {
        const country = code.split("-")[0];
        return country in WORLD.places ? country : "abroad";
    }
    if (code === "CN") {
        return "province";
    }
    return code in CHINA.places ? code : "abroad";
}

/** The map that shows more of the flows, if none was chosen. */
export function bestMap(data) {
    const counts = { china: 0, world: 0 };
    for (const flow of data.flows) {
        const abroad = (code) => code && placeOn("china", code) === "abroad";
        const codes = [flow.place, ...data.regions[flow.region].places];
        counts[codes.some(abroad) ? "world" : "china"] += total(flow);
    }
    return counts.world > counts.china ? "world" : "china";
}

function regionPlaces(name, region) {
    if (name === "china" && region.places.includes("CN")) {
        return Object.keys(CHINA.places).filter((code) => code.startsWith("CN-"));
    }
    return [...new Set(region.places.map((code) => placeOn(name, code)))];
}

function anchorOf(name, places) {
    const anchors = places.filter((place) => place in MAPS[name].places);
    if (!anchors.length) {
        return null;
    }
    const mean = (axis) =>
        anchors.reduce((sum, place) => sum + MAPS[name].places[place].at[axis], 0) / anchors.length;
    // The middle of a hexagon whose corner is named.
    return { x: mean(0) + 0.5, y: mean(1) + 0.58 };
}

/** Sum up the flows between regions and the places that this map can show. */
function sumUp(name, data) {
    const regions = new Map();
    const places = new Map();
    const flows = new Map();
    for (const flow of data.flows) {
        const region = data.regions[flow.region];
        const place = placeOn(name, flow.place);
        if (!regions.has(flow.region)) {
            const covered = regionPlaces(name, region);
            regions.set(flow.region, {
                id: flow.region,
                name: region.name,
                covered,
                counts: nothing(),
            });
        }
        if (!places.has(place)) {
            places.set(place, { place, codes: new Set(), counts: nothing() });
        }
        const key = `${flow.region} ${place}`;
        if (!flows.has(key)) {
            flows.set(key, {
                key,
                region: regions.get(flow.region),
                place: places.get(place),
                codes: new Set(),
                counts: nothing(),
            });
        }
        for (const part of [regions.get(flow.region), places.get(place), flows.get(key)]) {
            add(part.counts, flow);
        }
        places.get(place).codes.add(flow.place);
        flows.get(key).codes.add(flow.place);
    }
    return { regions, places, flows };
}

/** The circles beside the map, in a row at its lower left. */
function besideSpots(name, used) {
    const { height } = MAPS[name];
    // As wide as their names; what has no room beside the land stands above.
    const [step, up] = name === "china" ? [15, 4.3] : [22, 6.8];
    const spots = {};
    BESIDE.filter((place) => used.has(place)).forEach((place, index) => {
        const row = Math.floor(index / 2);
        spots[place] = { x: step * ((index % 2) + 0.6), y: height - up * (1 + 1.6 * row) };
    });
    return spots;
}

/**
 * All that is drawn, with a cell's width as the unit.
 *
 * @param {"china"|"world"} name
 * @param {Object} data answer of `serial.diversion.map`.get_map
 * @param {Set<string>} shown verdicts
 */
export function makeScene(name, data, shown) {
    const flowsShown = data.flows
        .map((flow) => {
            const kept = { ...flow };
            VERDICTS.filter((verdict) => !shown.has(verdict)).forEach((v) => (kept[v] = 0));
            return kept;
        })
        .filter((flow) => total(flow));
    const { regions, places, flows } = sumUp(name, { ...data, flows: flowsShown });
    const used = new Set(places.keys());
    for (const region of regions.values()) {
        if (!anchorOf(name, region.covered)) {
            region.beside = region.id ? "abroad" : "unbound";
            used.add(region.beside);
        }
    }
    const spots = besideSpots(name, used);
    const unit = name === "china" ? 1 : 1.45;
    const most = Math.max(1, ...[...places.values()].map((place) => total(place.counts)));
    for (const place of places.values()) {
        const spot = anchorOf(name, [place.place]) || spots[place.place];
        place.total = total(place.counts);
        Object.assign(place, spot, { r: unit * (0.5 + 1.6 * Math.sqrt(place.total / most)) });
    }
    for (const region of regions.values()) {
        Object.assign(region, anchorOf(name, region.covered) || spots[region.beside]);
        region.total = total(region.counts);
        // Where nothing was seen there is no other name.
        region.isNamed = ![...places.values()].some(
            (place) => Math.hypot(place.x - region.x, place.y - region.y) < 2 * unit
        );
    }
    const leaving = findLeaving([...flows.values()]);
    return {
        name,
        unit,
        spots,
        regions: [...regions.values()].sort((one, two) => two.total - one.total),
        places: drawPlaces([...places.values()], unit),
        arcs: drawArcs(leaving, unit),
        leaving,
    };
}

function drawPlaces(places, unit) {
    places.sort((one, two) => two.total - one.total);
    const taken = [];
    for (const place of places) {
        let from = 0;
        place.slices = VERDICTS.filter((verdict) => place.counts[verdict]).map((verdict) => {
            const to = from + place.counts[verdict] / place.total;
            const path = slice(place, from, to);
            from = to;
            return { verdict, path };
        });
        place.nameY = place.y + place.r + 1.3 * unit;
        // A name that would lie on another is left to the tooltip.
        place.isNamed = !taken.some(
            (one) =>
                Math.abs(one.nameY - place.nameY) < 1.5 * unit &&
                Math.abs(one.x - place.x) < 6.5 * unit
        );
        if (place.isNamed) {
            taken.push(place);
        }
    }
    return places;
}

const byOutside = (one, two) =>
    two.counts.outside - one.counts.outside || two.total - one.total;

/** Flows that leave their region, most units outside first. */
function findLeaving(flows) {
    return flows
        .filter((flow) => !flow.region.covered.includes(flow.place.place))
        .map((flow) => Object.assign(flow, { total: total(flow.counts) }))
        .sort(byOutside);
}

/** Arcs of the biggest flows; flows from one spot to the same place are one arc. */
function drawArcs(leaving, unit) {
    const arcs = new Map();
    for (const flow of leaving) {
        const { region, place } = flow;
        if (place.x === region.x && place.y === region.y) {
            continue;
        }
        const key = `${region.x} ${region.y} ${place.place}`;
        if (!arcs.has(key)) {
            arcs.set(key, { key, region, place, flows: [], counts: nothing() });
        }
        arcs.get(key).flows.push(flow);
        add(arcs.get(key).counts, flow.counts);
    }
    const drawn = [...arcs.values()]
        .map((one) => Object.assign(one, { total: total(one.counts) }))
        .sort(byOutside)
        .slice(0, MOST_ARCS);
    const most = Math.max(1, ...drawn.map((one) => one.total));
    return drawn
        .map((one) => {
            const width = unit * (0.12 + 1.2 * (one.total / most) ** 0.75);
            const { outside, inside } = one.counts;
            const verdict = outside ? "outside" : inside ? "inside" : "undecided";
            return { ...one, width, verdict, ...arc(one.region, one.place, width) };
        })
        .reverse();
}
