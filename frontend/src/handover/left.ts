/** What a desk leaves to the next shift, as the rows stand now or as a signed handover names it. Pure. */
import type { Alert, Call, Desk, Handover, Incident, Leg, Unit } from "../protocol";
import type { Rows } from "../live/reducer";
import type { IncidentLine } from "../supervisor/data";

export interface LeftIncident {
  id: string;
  number: string;
  typeCode: string;
  priority: number;
  place: string;
  /** Legs of this desk's agencies, "4 pending"; empty when the incident has left the board. */
  legs: Leg[];
  hold: Incident["hold"];
  /** Still open now. */
  open: boolean;
}

export interface Left {
  incidents: LeftIncident[];
  calls: Call[];
  units: Unit[];
  alerts: Alert[];
  /** Named in the handover and no longer on the board: over since. */
  gone: { calls: number; units: number; alerts: number };
  withheld: number;
}

function isOpen(leg: Leg): boolean {
  return leg.state !== "closed" && leg.state !== "refused";
}

function byPriority(a: LeftIncident, b: LeftIncident): number {
  return a.priority - b.priority || (a.number < b.number ? -1 : 1);
}

function ofRow(rows: Rows, incident: Incident, agencies: readonly string[]): LeftIncident {
  return {
    id: incident.id,
    number: incident.number,
    typeCode: incident.type_code,
    priority: incident.priority,
    place: incident.place.label || incident.place.heard,
    legs: incident.leg_ids.flatMap((id) => rows.leg.get(id) ?? []).filter((leg) => agencies.includes(leg.agency_id)),
    hold: incident.hold,
    open: incident.state === "open",
  };
}

/** The list that a signature now would carry. */
export function leftNow(rows: Rows, desk: Desk): Left {
  const works = (incident: Incident) =>
    incident.state === "open" &&
    incident.leg_ids.some((id) => {
      const leg = rows.leg.get(id);
      return leg !== undefined && isOpen(leg) && desk.agencies.includes(leg.agency_id) &&
        (desk.areas.length === 0 || desk.areas.includes(incident.place.ward_code));
    });
  return {
    incidents: [...rows.incident.values()].filter(works).map((incident) => ofRow(rows, incident, desk.agencies)).sort(byPriority),
    calls: [...rows.call.values()].filter((call) => call.call_back_due && desk.agencies.includes(call.agency_id)),
    units: [...rows.unit.values()].filter((unit) => unit.phase === "out_of_service" && desk.agencies.includes(unit.agency_id)),
    alerts: [...rows.alert.values()].filter((alert) => desk.agencies.includes(alert.agency_id)),
    gone: { calls: 0, units: 0, alerts: 0 },
    withheld: 0,
  };
}

function known<T>(ids: readonly string[], rows: ReadonlyMap<string, T>): T[] {
  return ids.flatMap((id) => rows.get(id) ?? []);
}

/** What a handover named, with what is known of it now. */
export function leftThen(rows: Rows, handover: Handover, past: Record<string, IncidentLine>): Left {
  const { left } = handover;
  const incidents = left.incident_ids.flatMap((id): LeftIncident[] => {
    const row = rows.incident.get(id);
    if (row !== undefined) return [ofRow(rows, row, handover.agencies)];
    const line = past[id];
    return line === undefined ? [] : [{ id, number: line.number, typeCode: line.type_code, priority: line.priority, place: line.place ?? "", legs: [], hold: null, open: line.state === "open" }];
  });
  const [calls, units, alerts] = [known(left.call_ids, rows.call), known(left.unit_ids, rows.unit), known(left.alert_ids, rows.alert)];
  return {
    incidents: incidents.sort(byPriority),
    calls,
    units,
    alerts,
    gone: {
      calls: left.call_ids.length - calls.length,
      units: left.unit_ids.length - units.length,
      alerts: left.alert_ids.length - alerts.length,
    },
    withheld: left.withheld,
  };
}

/** The newest handover of a desk that nobody has taken, if there is one. */
export function waitingOf(rows: Rows, deskId: string): Handover | undefined {
  return [...rows.handover.values()].find((handover) => handover.desk_id === deskId && handover.taken_at === null);
}

/** The desk this person most likely means: where they sit, else one that waits to be taken, else the first. */
export function usualDesk(rows: Rows, userId: string): string | null {
  const seat = [...rows.seat.values()].find((one) => one.user_id === userId);
  const waiting = [...rows.handover.values()].find((handover) => handover.taken_at === null && handover.written_by !== userId);
  return seat?.desk_ids[0] ?? waiting?.desk_id ?? rows.desk.keys().next().value ?? null;
}
