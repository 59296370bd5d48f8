/** What a crew's or station's device knows of the centre. Pure: frames in, rows out. */
import type { Assignment, Changes, Crew, DeliveryFrame, Incident, Leg, Move, Report, RoadCondition, Station, Unit } from "../protocol";

export interface UnitRowBodies {
  unit: Unit;
  crew: Crew;
  incident: Incident;
  leg: Leg;
  report: Report;
  assignment: Assignment;
  station: Station;
  /** Those that changed while this unit was on its way: a reason to ask for the way again. */
  road_condition: RoadCondition;
  /** Where it was ordered to wait. */
  move: Move;
}

export type UnitRowKind = keyof UnitRowBodies;
export type UnitRows = { readonly [K in UnitRowKind]: ReadonlyMap<string, UnitRowBodies[K]> };

const KINDS: readonly UnitRowKind[] = ["unit", "crew", "incident", "leg", "report", "assignment", "station", "road_condition", "move"];

type MutableRows = Record<UnitRowKind, Map<string, unknown>>;

function isKept(kind: string): kind is UnitRowKind {
  return (KINDS as readonly string[]).includes(kind);
}

export function emptyRows(): UnitRows {
  return Object.fromEntries(KINDS.map((kind) => [kind, new Map()])) as unknown as UnitRows;
}

function copyOf(rows: UnitRows): MutableRows {
  return Object.fromEntries(KINDS.map((kind) => [kind, new Map<string, unknown>(rows[kind])])) as MutableRows;
}

/** The first frame of a connection (`prev` 0) is everything; what it does not hold is over. */
export function withChanges(rows: UnitRows, frame: Changes): UnitRows {
  const next = copyOf(frame.prev === 0 ? emptyRows() : rows);
  for (const row of frame.rows) if (isKept(row.kind)) next[row.kind].set(row.id, row.body);
  for (const [kind, id] of frame.gone) if (isKept(kind)) next[kind].delete(id);
  return next as unknown as UnitRows;
}

/** A delivery carries its own bodies: an assignment that has ended stands in no first frame. */
export function withDelivery(rows: UnitRows, frame: DeliveryFrame): UnitRows {
  const next = copyOf(rows);
  for (const kind of ["assignment", "incident", "leg", "move"] as const) {
    const body = frame[kind];
    if (body !== null && (next[kind].get(body.id) as { version: number } | undefined)?.version !== body.version) {
      next[kind].set(body.id, body);
    }
  }
  return next as unknown as UnitRows;
}

/** The one assignment a unit is on. */
export function currentOf(rows: UnitRows, unit: Unit): Assignment | null {
  const found = unit.assignment_id === null ? undefined : rows.assignment.get(unit.assignment_id);
  return found?.state === "active" ? found : null;
}

/** Where a free unit was ordered to wait, until it is there or it is over. */
export function moveOf(rows: UnitRows, unit: Unit): Move | null {
  return [...rows.move.values()].find((move) => move.unit_id === unit.id && move.state === "ordered") ?? null;
}

/** The order to wait elsewhere that a desk took back last, unless another came after it. */
export function withdrawnMove(rows: UnitRows, unit: Unit): Move | null {
  const own = [...rows.move.values()].filter((move) => move.unit_id === unit.id);
  const last = own.sort((a, b) => a.proposed_at.localeCompare(b.proposed_at)).at(-1);
  return last?.ended_how === "withdrawn" ? last : null;
}

export function sortedUnits(rows: UnitRows): Unit[] {
  return [...rows.unit.values()].sort((a, b) => a.call_sign.localeCompare(b.call_sign, "en", { numeric: true }));
}
