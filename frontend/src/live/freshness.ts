/** How much a position may be trusted: its age against the interval expected in the unit's phase. */
import type { Phase } from "../protocol";

const MOVING_S = 5;
const PARKED_S = 60;
const MISSED_STALE = 3;
const MISSED_LOST = 8;

const MOVING: ReadonlySet<Phase> = new Set(["dispatched", "received", "en_route", "transporting", "returning"]);

export type Freshness = "quarters" | "fresh" | "stale" | "lost" | "unknown";

/** A unit in quarters is where its station is, whatever its radio says; it is never lost. */
export function freshness(phase: Phase, inQuarters: boolean, ageS: number | null): Freshness {
  if (inQuarters) return "quarters";
  if (ageS === null) return "unknown";
  const expected = MOVING.has(phase) ? MOVING_S : PARKED_S;
  if (ageS > expected * MISSED_LOST) return "lost";
  return ageS > expected * MISSED_STALE ? "stale" : "fresh";
}
