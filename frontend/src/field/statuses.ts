/** Which buttons a crew sees: the likely next statuses large, all others one touch away. Pure. */
import type { AgencyCodes, Phase } from "../protocol";

export type StatusCode = AgencyCodes["statuses"][string];

/** Phases in which a unit is no longer on its assignment; they ask how it ended. */
export const ENDING: ReadonlySet<string> = new Set(["available", "returning", "out_of_service"]);

/** Said by the centre or by acknowledging, never by a button of their own. */
const NOT_SAID: ReadonlySet<string> = new Set(["dispatched", "received"]);

const WITHOUT_ASSIGNMENT: ReadonlySet<string> = new Set(["available", "returning", "clearing", "out_of_service"]);

const NEXT: Record<Phase, readonly Phase[]> = {
  dispatched: ["en_route", "on_scene"],
  received: ["en_route", "on_scene"],
  en_route: ["on_scene", "staged"],
  staged: ["on_scene", "en_route"],
  on_scene: ["at_patient", "clearing"],
  at_patient: ["transporting", "clearing"],
  transporting: ["at_hospital", "clearing"],
  at_hospital: ["clearing", "returning"],
  clearing: ["returning", "available"],
  returning: ["available", "out_of_service"],
  available: ["out_of_service", "returning"],
  out_of_service: ["available", "returning"],
};

/** Crews without patients go from the scene straight to clearing up. */
const NO_PATIENT: Partial<Record<Phase, readonly Phase[]>> = { on_scene: ["clearing", "at_patient"] };

function firstOf(agency: AgencyCodes, phase: Phase): StatusCode | undefined {
  return Object.values(agency.statuses).find((status) => status.phase === phase);
}

/** At most two: the likeliest first. */
export function likelyNext(agency: AgencyCodes | undefined, phase: Phase): StatusCode[] {
  if (agency === undefined) return [];
  const order = (agency.line === "115" ? undefined : NO_PATIENT[phase]) ?? NEXT[phase];
  return order.flatMap((next) => firstOf(agency, next) ?? []).slice(0, 2);
}

/** Everything a crew may say now. */
export function allStatuses(agency: AgencyCodes | undefined, onAssignment: boolean): StatusCode[] {
  return Object.values(agency?.statuses ?? {}).filter(({ phase }) =>
    onAssignment ? !NOT_SAID.has(phase) : WITHOUT_ASSIGNMENT.has(phase),
  );
}
