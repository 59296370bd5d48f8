/** A recommendation arranged by need, and the question whether it may be sent as seen. */
import type { CodeTables, Incident, Leg, MissingUnits, Need, ProposedUnit, Recommendation, Unit } from "../protocol";
import type { Rows } from "../live/reducer";
import { legsOf } from "./queue";

/** A recommendation younger than this on the screen has perhaps not been read yet. */
export const SETTLE_MS = 1_500;

export interface NeedLine {
  leg: Leg;
  need: Need;
  proposed: ProposedUnit[];
  missing: MissingUnits | undefined;
  /** Units assigned to this need already. */
  assigned: string[];
}

/** A unit may serve two needs at once. */
function serves(unit: { need_id: string | null; also_need_ids?: string[] }, needId: string): boolean {
  return unit.need_id === needId || (unit.also_need_ids?.includes(needId) ?? false);
}

function assignedTo(rows: Rows, leg: Leg, needId: string): string[] {
  return leg.assignment_ids.flatMap((id) => {
    const assignment = rows.assignment.get(id);
    return assignment?.state === "active" && serves(assignment, needId) ? [assignment.unit_id] : [];
  });
}

export function needLines(rows: Rows, incident: Incident, plan: Recommendation | undefined): NeedLine[] {
  return legsOf(rows, incident)
    .filter((leg) => leg.state !== "closed" && leg.state !== "refused")
    .flatMap((leg) =>
      leg.needs.map((need) => ({
        leg,
        need,
        proposed: plan?.proposed.filter((unit) => serves(unit, need.need_id)) ?? [],
        missing: plan?.missing.find((item) => item.need_id === need.need_id),
        assigned: assignedTo(rows, leg, need.need_id),
      })),
    );
}

/** Units that one key would send: proposed on legs that still wait, and still free. */
export function acceptable(rows: Rows, plan: Recommendation | undefined): ProposedUnit[] {
  return (plan?.proposed ?? []).filter((proposed) => rows.unit.get(proposed.unit_id)?.assignment_id === null);
}

export type Offer = "proposed" | "next";

/** Free units that an incident is offered, for the map: those that one key would send, and who is next best to each. */
export function offersOf(rows: Rows, incidentId: string | null): ReadonlyMap<string, Offer> {
  const offers = new Map<string, Offer>();
  const incident = incidentId === null ? undefined : rows.incident.get(incidentId);
  if (incident?.state !== "open") return offers;
  const proposed = acceptable(rows, rows.recommendation.get(incident.id));
  for (const { alternatives: [next] } of proposed) {
    if (next !== undefined && rows.unit.get(next.unit_id)?.assignment_id === null) offers.set(next.unit_id, "next");
  }
  for (const { unit_id } of proposed) offers.set(unit_id, "proposed");
  return offers;
}

/** The neighbour whose unit it is; undefined for one of ours. */
export function neighbourOf(codes: CodeTables | null, unit: Unit): string | undefined {
  return codes?.agencies[unit.agency_id]?.neighbours?.find(({ stations }) => stations.includes(unit.station_id))?.name;
}

export function changedJustNow(seen: readonly [number, number] | undefined, nowMs: number): boolean {
  return seen !== undefined && seen[0] > 1 && nowMs - seen[1] < SETTLE_MS;
}
