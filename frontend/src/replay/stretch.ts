/** The stretch of time under the scrubber. Pure. */
import { preciseMs, type Lane, type Overview } from "./wire";

const MINUTE = 60_000;
const USUAL_MS = 40 * MINUTE;
const SHORTEST_MS = 5 * MINUTE;
const LONGEST_MS = 24 * 60 * MINUTE;
const AROUND_MS = 2 * MINUTE;
const COLUMNS = 130;
const BUCKETS_S = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 900] as const;

export type Stretch = readonly [number, number];

/** Seconds in a column, so that columns stay wide enough to be seen. */
export function bucketFor(lengthMs: number): number {
  return BUCKETS_S.find((s) => lengthMs / 1000 / s <= COLUMNS) ?? 900;
}

function down(ms: number): number {
  return Math.floor(ms / MINUTE) * MINUTE;
}

function up(ms: number): number {
  return Math.ceil(ms / MINUTE) * MINUTE;
}

/** A stretch of a length with an instant in it; near the present it ends a little after it. */
export function stretchAround(atMs: number, lengthMs = USUAL_MS, presentMs = Infinity): Stretch {
  const length = Math.min(LONGEST_MS, Math.max(SHORTEST_MS, lengthMs));
  const toMs = Math.min(up(atMs + length / 2), up(presentMs + AROUND_MS));
  return [toMs - up(length), toMs];
}

/** Where a look back that names no instant begins: with its first incident, else where anything happened. */
export function firstBusyMs(
  overview: Pick<Overview, "start" | "bucket_s" | "city" | "lanes">,
  [fromMs, toMs]: Stretch,
): number {
  const within = (ms: number) => Math.min(toMs, Math.max(fromMs, ms));
  if (overview.lanes.length > 0) return within(Math.min(...overview.lanes.map((lane) => Math.ceil(preciseMs(lane.opened_at)))));
  const column = overview.city.findIndex((count) => count > 0);
  return column < 0 ? fromMs : within(Date.parse(overview.start) + column * overview.bucket_s * 1000);
}

/** From the first report of an incident to its end, with a little before and after. */
export function stretchOf(incident: Lane, heardAt: string | null, presentMs: number): Stretch {
  const opened = preciseMs(incident.opened_at);
  const begun = Math.min(opened, heardAt === null ? opened : preciseMs(heardAt));
  const ended = incident.closed_at === null ? presentMs : preciseMs(incident.closed_at);
  const fromMs = down(begun - AROUND_MS);
  const toMs = up(Math.max(ended, begun + SHORTEST_MS) + AROUND_MS);
  return [fromMs, Math.min(toMs, fromMs + LONGEST_MS)];
}

/** Longer or shorter around the playhead, which keeps its place on the screen. */
export function zoomed([fromMs, toMs]: Stretch, atMs: number, factor: number, presentMs: number): Stretch {
  const length = Math.min(LONGEST_MS, Math.max(SHORTEST_MS, (toMs - fromMs) * factor));
  const share = Math.min(1, Math.max(0, (atMs - fromMs) / (toMs - fromMs)));
  const start = Math.min(down(atMs - length * share), up(presentMs + AROUND_MS) - length);
  return [down(start), down(start) + up(length)];
}

/** Instants of the axis: whole minutes, at most about ten of them. */
export function ticksOf([fromMs, toMs]: Stretch): number[] {
  const minutes = [1, 2, 5, 10, 15, 30, 60, 120, 180].find((m) => (toMs - fromMs) / (m * MINUTE) <= 10) ?? 240;
  const every = minutes * MINUTE;
  const ticks: number[] = [];
  for (let ms = Math.ceil(fromMs / every) * every; ms <= toMs; ms += every) ticks.push(ms);
  return ticks;
}
