/** Pure questions about the rows of an instant: who passes the filters, who is on what, in which order. */
import type { Rows } from "../live/reducer";
import type { Incident, LogLine, Unit } from "../protocol";
import type { ReelLine } from "./reel";
import type { Lane } from "./wire";

export interface Filter {
  without: ReadonlySet<string>;
  /** Only what belongs to this incident. */
  only: string | null;
}

export function incidentOf(rows: Rows, unit: Unit): string | null {
  return unit.assignment_id === null ? null : (rows.assignment.get(unit.assignment_id)?.incident_id ?? null);
}

export function passesUnit(rows: Rows, unit: Unit, filter: Filter): boolean {
  return !filter.without.has(unit.agency_id) && (filter.only === null || incidentOf(rows, unit) === filter.only);
}

export function passesIncident(rows: Rows, incident: Incident, filter: Filter): boolean {
  if (filter.only !== null) return incident.id === filter.only;
  if (filter.without.size === 0) return true;
  const legs = incident.leg_ids.flatMap((id) => rows.leg.get(id) ?? []);
  return legs.length === 0 || legs.some((leg) => !filter.without.has(leg.agency_id));
}

/** The chosen incident's units first, then those on other work, then the free ones; by call sign within. */
export function listUnits(rows: Rows, filter: Filter, chosen: string | null): Unit[] {
  const rank = (unit: Unit) => {
    const incident = incidentOf(rows, unit);
    if (incident !== null) return incident === chosen ? 0 : 1;
    return unit.phase === "available" || unit.phase === "out_of_service" ? 3 : 2;
  };
  return [...rows.unit.values()]
    .filter((unit) => passesUnit(rows, unit, filter))
    .sort((a, b) => rank(a) - rank(b) || a.call_sign.localeCompare(b.call_sign, "vi", { numeric: true }));
}

export function listIncidents(rows: Rows, filter: Filter): Incident[] {
  return [...rows.incident.values()]
    .filter((incident) => incident.state === "open" && passesIncident(rows, incident, filter))
    .sort((a, b) => a.priority - b.priority || a.opened_at.localeCompare(b.opened_at));
}

/** What lines of other instants refer to: a line may tell of an assignment that is gone, or not yet made. */
export interface Index {
  /** Assignment → unit. */
  unitOf: ReadonlyMap<string, string>;
  /** Incident → number. */
  numberOf: ReadonlyMap<string, string>;
  /** Report → the incident it came to. */
  incidentOf: ReadonlyMap<string, string>;
  /** Leg → agency. */
  agencyOf: ReadonlyMap<string, string>;
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

export function indexOf(lines: readonly ReelLine[], rows: Rows, lanes: readonly Lane[]): Index {
  const unitOf = new Map<string, string>();
  const numberOf = new Map(lanes.map((lane) => [lane.id, lane.number]));
  const incidentOf = new Map<string, string>();
  const agencyOf = new Map<string, string>();
  for (const leg of rows.leg.values()) agencyOf.set(leg.id, leg.agency_id);
  for (const { line } of lines) {
    const { data } = line;
    if (line.type === "assignment.made") unitOf.set(text(data.assignment_id), text(data.unit_id));
    if (line.type === "incident.opened") numberOf.set(text(data.incident_id), text(data.number));
    if (line.type === "report.attached") incidentOf.set(text(data.report_id), text(data.incident_id));
    if (line.type === "leg.requested") agencyOf.set(text(data.leg_id), text(data.agency_id));
  }
  for (const assignment of rows.assignment.values()) unitOf.set(assignment.id, assignment.unit_id);
  for (const incident of rows.incident.values()) numberOf.set(incident.id, incident.number);
  for (const report of rows.report.values()) if (report.incident_id !== null) incidentOf.set(report.id, report.incident_id);
  return { unitOf, numberOf, incidentOf, agencyOf };
}

/** A report's lines belong to the incident it came to, also those from before. */
export function incidentOfLine(line: LogLine, index: Index): string | null {
  return line.incident_id ?? index.incidentOf.get(text(line.data.report_id)) ?? null;
}

/** The line with its unit named, so that it can be described without the rows of its own instant. */
export function withUnit(line: LogLine, index: Index): LogLine {
  const unitId = index.unitOf.get(text(line.data.assignment_id));
  return unitId === undefined || line.data.unit_id !== undefined ? line : { ...line, data: { ...line.data, unit_id: unitId } };
}

export function passesLine(line: LogLine, index: Index, rows: Rows, filter: Filter): boolean {
  const incidentId = incidentOfLine(line, index);
  if (filter.only !== null) return incidentId === filter.only;
  if (filter.without.size === 0 || line.agency === "") return true;
  if (incidentId === null) return !filter.without.has(line.agency);
  const incident = rows.incident.get(incidentId);
  return incident === undefined || passesIncident(rows, incident, filter);
}
