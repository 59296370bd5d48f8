/** A part as a list shows it: the phase of its furthest unit. */
import type { Assignment, Leg, Phase } from "../protocol";
import type { Rows } from "../live/reducer";

const ORDER: readonly Phase[] = [
  "dispatched",
  "received",
  "en_route",
  "staged",
  "on_scene",
  "at_patient",
  "transporting",
  "at_hospital",
  "clearing",
];

/** Done, or refused: nobody is awaited. */
export const isOver = ({ state }: Leg): boolean => state === "closed" || state === "refused";

export function activeAssignments(rows: Rows, leg: Leg): Assignment[] {
  return leg.assignment_ids.flatMap((id) => {
    const assignment = rows.assignment.get(id);
    return assignment?.state === "active" ? [assignment] : [];
  });
}

/** Null while no unit is on it. */
export function furthestPhase(rows: Rows, leg: Leg): Phase | null {
  const phases = activeAssignments(rows, leg).flatMap((a) => rows.unit.get(a.unit_id)?.phase ?? []);
  const ranks = phases.map((phase) => ORDER.indexOf(phase));
  return ranks.length === 0 ? null : (ORDER[Math.max(0, ...ranks)] ?? null);
}
