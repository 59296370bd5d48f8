/** The unit board: fixed order (agency, then call sign), so that a unit is always where the eye expects it. */
import type { Assignment, Unit } from "../protocol";
import type { Rows } from "../live/reducer";

export interface BoardGroup {
  agencyId: string;
  ours: boolean;
  units: Unit[];
  /** Free ones, and all, of the whole agency whatever is shown. */
  available: number;
  all: number;
}

const NATURAL = new Intl.Collator("en", { numeric: true });

export function byCallSign(a: Unit, b: Unit): number {
  return NATURAL.compare(a.call_sign, b.call_sign);
}

/** `shown` limits the rows; how many are free is counted over the whole agency. */
export function buildBoard(rows: Rows, agencies: readonly string[] | null, shown?: readonly Unit[]): BoardGroup[] {
  const groups = new Map<string, Unit[]>();
  for (const unit of shown ?? rows.unit.values()) {
    const known = groups.get(unit.agency_id);
    if (known) known.push(unit);
    else groups.set(unit.agency_id, [unit]);
  }
  const counts = new Map<string, { free: number; all: number }>();
  for (const unit of rows.unit.values()) {
    const count = counts.get(unit.agency_id) ?? { free: 0, all: 0 };
    counts.set(unit.agency_id, { free: count.free + Number(isFree(unit)), all: count.all + 1 });
  }
  return [...groups]
    .map(([agencyId, units]) => ({
      agencyId,
      ours: agencies === null || agencies.includes(agencyId),
      units: units.sort(byCallSign),
      available: counts.get(agencyId)?.free ?? 0,
      all: counts.get(agencyId)?.all ?? 0,
    }))
    .sort((a, b) => Number(b.ours) - Number(a.ours) || NATURAL.compare(a.agencyId, b.agencyId));
}

/** Whole groups side by side, in their order, so that the columns are about as long as each other. */
export function inColumns(groups: readonly BoardGroup[], count: number): BoardGroup[][] {
  const total = groups.reduce((sum, group) => sum + group.units.length, 0);
  const columns: BoardGroup[][] = Array.from({ length: count }, () => []);
  let before = 0;
  for (const group of groups) {
    const middle = before + group.units.length / 2;
    columns[Math.min(count - 1, Math.floor((middle / Math.max(1, total)) * count))]?.push(group);
    before += group.units.length;
  }
  return columns.filter((column) => column.length > 0);
}

export function isFree(unit: Unit): boolean {
  return unit.assignment_id === null && (unit.phase === "available" || unit.phase === "returning");
}

export function assignmentOf(rows: Rows, unit: Unit): Assignment | undefined {
  return unit.assignment_id === null ? undefined : rows.assignment.get(unit.assignment_id);
}

/** Not free at its station. */
export function isBusy(unit: Unit): boolean {
  return unit.assignment_id !== null || !(unit.phase === "available" && unit.in_quarters);
}

/** A crew that has not been heard from on scene for so long is asked. */
export const CHECK_IN_S = 20 * 60;
/** Under way this much longer than was expected. */
const OVER_ETA = 1.5;

export type Late = "over_eta" | "check_in" | null;

/** How long the way was said to take, from when it set out: as it was sent, or since the roads changed under way. */
function expectedIn(unit: Unit, assignment: Assignment | undefined): number | null {
  if (assignment === undefined) return null;
  if (assignment.eta_at === null) return assignment.eta_s;
  return (Date.parse(assignment.eta_at) - Date.parse(unit.phase_since)) / 1000;
}

/** What of a unit's time in its status has become too long; receipt and acceptance are the ticks' matter. */
export function lateOf(unit: Unit, assignment: Assignment | undefined, nowS: number): Late {
  const inPhase = nowS - Date.parse(unit.phase_since) / 1000;
  const expectedS = expectedIn(unit, assignment);
  if (unit.phase === "en_route" && expectedS !== null && inPhase > expectedS * OVER_ETA) return "over_eta";
  if (unit.phase === "on_scene" && inPhase > CHECK_IN_S) return "check_in";
  return null;
}

export type Tick = "done" | "waiting" | "late" | "none";

export interface Ticks {
  received: Tick;
  read: Tick;
  rolling: Tick;
}

const UNRECEIVED_S = 10;
const UNACCEPTED_S = 30;

function tick(done: boolean, late: boolean): Tick {
  if (done) return "done";
  return late ? "late" : "waiting";
}

/** Received by the device, read by a person, rolling: each with what is late. */
export function ticksOf(assignment: Assignment, nowS: number): Ticks {
  const age = nowS - Date.parse(assignment.dispatched_at ?? assignment.created_at) / 1000;
  const rolling = Object.keys(assignment.times).some((phase) => phase !== "dispatched" && phase !== "received");
  return {
    received: tick(assignment.received_at !== null, age > UNRECEIVED_S),
    read: tick(assignment.accepted_at !== null, age > UNACCEPTED_S),
    rolling: tick(rolling, false),
  };
}
