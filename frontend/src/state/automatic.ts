/** What goes by itself unless somebody stops it: which parts count down, and which of them this desk may stop. */
import type { Rows } from "../live/reducer";
import type { Countdown, Incident, Leg } from "../protocol";
import { legsOf } from "./queue";

export interface Counting {
  leg: Leg;
  countdown: Countdown;
}

export function isCounting(leg: Leg): boolean {
  return leg.automatic?.state === "armed";
}

/** The parts of an incident that count down, soonest first; `agencies` empty or null: everybody's. */
export function listCounting(rows: Rows, incident: Incident, agencies: readonly string[] | null): Counting[] {
  const ours = (leg: Leg) => agencies === null || agencies.length === 0 || agencies.includes(leg.agency_id);
  return legsOf(rows, incident)
    .flatMap((leg) => (leg.automatic && isCounting(leg) && ours(leg) ? [{ leg, countdown: leg.automatic }] : []))
    .sort((a, b) => Date.parse(a.countdown.fires_at) - Date.parse(b.countdown.fires_at));
}

/** The incident in which something of these agencies goes next. */
export function findSoonest(rows: Rows, agencies: readonly string[] | null): string | null {
  const open = [...rows.incident.values()].filter((incident) => incident.state === "open");
  const all = open.flatMap((incident) => listCounting(rows, incident, agencies).slice(0, 1));
  all.sort((a, b) => Date.parse(a.countdown.fires_at) - Date.parse(b.countdown.fires_at));
  return all[0]?.leg.incident_id ?? null;
}
