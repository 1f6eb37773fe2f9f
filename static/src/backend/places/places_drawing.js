const WIDTH = 960;
const LEFT = 150;
const RIGHT = 20;
const TRACK = 34;
const LANE = 40;
const AXIS = 26;
const TONES = { inside: "inside", outside: "outside" };
const DAY = 24 * 3600 * 1000;

/** A mark of a kind around a point: told apart by shape as well as by colour. */
export function mark(kind, x, y, r) {
    switch (kind) {
        case "activation":
            return `M${x} ${y - r * 1.25}L${x + r * 1.25} ${y}L${x} ${y + r * 1.25}L${x - r * 1.25} ${y}z`;
        case "purchase":
            return `M${x} ${y - r * 1.2}L${x + r * 1.15} ${y + r * 0.85}L${x - r * 1.15} ${y + r * 0.85}z`;
        case "lead":
            return `M${x - r} ${y - r}h${2 * r}v${2 * r}h${-2 * r}z`;
        default:
            return `M${x - r} ${y}a${r} ${r} 0 1 1 ${2 * r} 0a${r} ${r} 0 1 1 ${-2 * r} 0z`;
    }
}

/** From when to when: what was seen, with some room; else what it was bound to. */
function spanOf({ stops, bound }, toTime, now) {
    const seen = stops.flatMap((stop) => [toTime(stop.first), toTime(stop.last)]);
    const held = bound.flatMap((one) => [toTime(one.begins), one.ends ? toTime(one.ends) : 0]);
    const latest = Math.max(...seen);
    const moments = seen.length
        ? [...seen, ...held.filter((moment) => moment > latest)]
        : [...held.filter(Boolean), now];
    const [first, last] = [Math.min(...moments), Math.max(...moments)];
    const room = Math.max(0.08 * (last - first), DAY / 2);
    return [first - room, Math.max(last + DAY / 4, Math.min(last + room, now))];
}

/** Evenly spread moments within a span, for the axis. */
function ticksOf(begin, end, count) {
    return [...Array(count).keys()].map((at) => begin + ((end - begin) * at) / (count - 1));
}

/**
 * What the picture of a unit's places is made of, in its own units.
 *
 * @param {Object} places `stock.lot`.dossier_places
 * @param {Function} toTime text of the server -> milliseconds
 * @param {number} now
 */
export function draw(places, toTime, now) {
    const { lanes, stops, bound, jumps } = places;
    const [begin, end] = spanOf(places, toTime, now);
    const isShort = end - begin < 6 * DAY;
    const within = (moment) => Math.min(end, Math.max(begin, moment));
    const x = (moment) => LEFT + ((moment - begin) / (end - begin)) * (WIDTH - LEFT - RIGHT);
    const top = TRACK + 10;
    const y = (lane) => top + lane * LANE + LANE / 2;
    const bottom = top + lanes.length * LANE;
    const marks = stops.map((stop) => {
        const [from, to] = [x(toTime(stop.first)), x(toTime(stop.last))];
        const r = Math.min(9, (stop.kind === "scan" ? 4 : 6.5) + Math.log2(stop.count) * 0.8);
        const middle = (from + to) / 2;
        return {
            stop,
            from,
            to,
            x: middle,
            y: y(stop.lane),
            tone: TONES[stop.seen] || "undecided",
            path: mark(stop.kind, middle, y(stop.lane), r),
            // How far off the place may be: wider than the mark, and paler.
            halo: stop.sure || !stop.radius_km ? 0 : r + 2 + Math.log2(1 + stop.radius_km / 10) * 1.6,
        };
    });
    // What began before the picture does, or goes on after it, is cut off.
    const toBar = (one) => {
        const from = x(within(toTime(one.begins)));
        const to = x(within(one.ends ? toTime(one.ends) : Math.max(now, end)));
        return { ...one, x: from, width: to - from };
    };
    return {
        width: WIDTH,
        height: bottom + AXIS,
        left: LEFT,
        bottom,
        top,
        lanes: lanes.map((lane, index) => ({ ...lane, y: y(index), top: top + index * LANE, height: LANE })),
        bars: bound.map(toBar).filter((bar) => bar.width > 0),
        track: TRACK,
        marks,
        path: marks.map((one, at) => `${at ? "L" : "M"}${one.x} ${one.y}`).join(""),
        jumps: drawJumps(jumps, marks),
        isShort,
        // A time of day needs more room than a date.
        ticks: ticksOf(begin, end, isShort ? 4 : 6).map((moment) => ({ moment, x: x(moment) })),
    };
}

function drawJumps(jumps, marks) {
    return jumps
        .filter((jump) => jump.origin !== null && jump.target !== null)
        .map((jump) => {
            const [one, other] = [marks[jump.origin], marks[jump.target]];
            return {
                ...jump,
                path: `M${one.x} ${one.y}L${other.x} ${other.y}`,
                x: (one.x + other.x) / 2,
                y: (one.y + other.y) / 2,
            };
        });
}
