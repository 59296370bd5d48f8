/** The queue: waiting reports, then open incidents by priority, overdue first within a level, then by age. */
import type { Call, Incident, Leg, Report } from "../protocol";
import type { Rows } from "../live/reducer";

/** How long a part may wait for its first unit, by priority, seconds. */
export const PENDING_LIMIT_S: Readonly<Record<number, number>> = { 1: 30, 2: 120, 3: 600, 4: 3600 };

export interface QueuedIncident {
  incident: Incident;
  legs: Leg[];
  overdue: boolean;
}

export interface Queue {
  ringing: Call[];
  callBacks: Call[];
  reports: Report[];
  levels: { priority: number; items: QueuedIncident[]; overdue: number }[];
  /** Waiting by decision, the next review first. */
  held: QueuedIncident[];
  /** Open incidents that concern other agencies only. */
  others: number;
  /** Incidents of these agencies closed in the last hour. */
  closed: number;
}

const CLOSED_WITHIN_S = 3600;

function byTime<T>(time: (item: T) => string): (a: T, b: T) => number {
  return (a, b) => (time(a) < time(b) ? -1 : time(a) > time(b) ? 1 : 0);
}

export function legsOf(rows: Rows, incident: Incident): Leg[] {
  return incident.leg_ids.flatMap((id) => rows.leg.get(id) ?? []);
}

export function isWaiting(leg: Leg): boolean {
  return leg.state === "requested" || leg.state === "seen" || leg.state === "pending";
}

export function isOverdue(leg: Leg, nowS: number): boolean {
  if (!isWaiting(leg)) return false;
  const since = Date.parse(leg.pending_since ?? leg.requested_at) / 1000;
  return nowS - since > (PENDING_LIMIT_S[leg.priority] ?? 3600);
}

/** Held until later than now: nobody is late with it. */
export function isHeld(incident: Incident, nowS: number): boolean {
  return incident.hold !== null && Date.parse(incident.hold.until) / 1000 > nowS;
}

function queued(rows: Rows, incident: Incident, nowS: number): QueuedIncident {
  const legs = legsOf(rows, incident);
  const overdue = !isHeld(incident, nowS) && legs.some((leg) => isOverdue(leg, nowS));
  return { incident, legs, overdue };
}

function concerns(item: QueuedIncident, agencies: readonly string[] | null): boolean {
  return agencies === null || item.legs.some((leg) => agencies.includes(leg.agency_id));
}

function inOrder(items: QueuedIncident[]): QueuedIncident[] {
  return items.sort(
    (a, b) => Number(b.overdue) - Number(a.overdue) || byTime<QueuedIncident>((i) => i.incident.opened_at)(a, b),
  );
}

function levelsOf(items: readonly QueuedIncident[]): Queue["levels"] {
  const priorities = [...new Set(items.map((item) => item.incident.priority))].sort((a, b) => a - b);
  return priorities.map((priority) => {
    const ofLevel = inOrder(items.filter((item) => item.incident.priority === priority));
    return { priority, items: ofLevel, overdue: ofLevel.filter((item) => item.overdue).length };
  });
}

/** `agencies` limits the queue to those of the desk; null shows every agency. */
export function buildQueue(rows: Rows, agencies: readonly string[] | null, nowS: number): Queue {
  const ours = (agencyId: string) => agencies === null || agencies.includes(agencyId);
  const calls = [...rows.call.values()].filter((call) => ours(call.agency_id));
  const incidents = [...rows.incident.values()];
  const open = incidents.filter((i) => i.state === "open").map((incident) => queued(rows, incident, nowS));
  const shown = open.filter((item) => concerns(item, agencies));
  const closed = incidents.filter(
    (i) => i.state === "closed" && i.closed_at !== null && nowS - Date.parse(i.closed_at) / 1000 < CLOSED_WITHIN_S,
  );
  return {
    ringing: calls.filter((call) => call.state === "ringing").sort(byTime((call) => call.rung_at)),
    callBacks: calls.filter((call) => call.call_back_due).sort(byTime((call) => call.rung_at)),
    reports: [...rows.report.values()]
      .filter((report) => report.status === "waiting" && ours(report.agency_id))
      .sort(byTime((report) => report.received_at)),
    levels: levelsOf(shown.filter((item) => !isHeld(item.incident, nowS))),
    held: shown.filter((item) => isHeld(item.incident, nowS)).sort(byTime((item) => item.incident.hold?.until ?? "")),
    others: open.length - shown.length,
    closed: closed.filter((incident) => concerns({ incident, legs: legsOf(rows, incident), overdue: false }, agencies)).length,
  };
}
