/** What sending a unit costs where it stands: free units with the same skill around it, before and after. */
import type { LonLat } from "../protocol";
import type { Rows } from "../live/reducer";
import { isFree } from "./board";
import { distanceM } from "./duplicates";

export const AROUND_M = 3_000;

export interface Cost {
  capability: string;
  before: number;
  after: number;
}

type Place = (unitId: string) => LonLat | undefined;

/** `going` are all units that would go together. Counted in a straight line, from the rows of now. */
export function costOf(rows: Rows, unitId: string, capability: string, going: ReadonlySet<string>, place: Place): Cost | null {
  const unit = rows.unit.get(unitId);
  const here = place(unitId);
  if (unit === undefined || here === undefined) return null;
  const around = [...rows.unit.values()].filter((other) => {
    const there = place(other.id);
    const able = other.agency_id === unit.agency_id && other.capabilities.includes(capability);
    return able && isFree(other) && there !== undefined && distanceM(here, there) <= AROUND_M;
  });
  const after = around.filter((other) => !going.has(other.id)).length;
  return { capability, before: around.length, after };
}
