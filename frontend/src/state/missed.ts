/** What happened while a person was away, in ten lines: the gravest first, then the newest. From the rows alone. */
import type { Rows } from "../live/reducer";
import type { Incident } from "../protocol";
import { legsOf } from "./queue";

export const LINES = 10;

export interface MissedLine {
  /** Key of the text, `missed.<what>`. */
  what: string;
  rank: number;
  at: string;
  incidentId: string | null;
  reportId: string | null;
  who: string;
  priority: number | null;
}

type Told = Partial<MissedLine> & Pick<MissedLine, "what" | "rank" | "at">;

function line(told: Told): MissedLine {
  return { incidentId: null, reportId: null, who: "", priority: null, ...told };
}

function* ofIncident(incident: Incident, since: string): Generator<MissedLine> {
  const about = { incidentId: incident.id, priority: incident.priority };
  if (incident.opened_at > since) yield line({ what: "opened", rank: incident.priority, at: incident.opened_at, ...about });
  else {
    const priority = incident.changed.priority;
    if (priority && priority.at > since) yield line({ what: "priority", rank: 1, at: priority.at, who: priority.actor, ...about });
    const place = incident.changed.place;
    if (place && place.at > since) yield line({ what: "place", rank: 2, at: place.at, who: place.actor, ...about });
    const level = incident.changed.level;
    if (level && level.at > since) yield line({ what: "level", rank: 2, at: level.at, who: level.actor, ...about });
  }
  for (const note of incident.notes) {
    if (note.kind === "caution" && note.at > since) yield line({ what: "caution", rank: 1, at: note.at, who: note.by, ...about });
  }
  if (incident.closed_at !== null && incident.closed_at > since) {
    yield line({ what: "closed", rank: 5, at: incident.closed_at, ...about });
  }
  if (incident.hold !== null && incident.hold.at > since) {
    yield line({ what: "held", rank: 4, at: incident.hold.at, who: incident.hold.by, ...about });
  }
}

function* all(rows: Rows, since: string): Generator<MissedLine> {
  for (const unit of rows.unit.values()) {
    if (unit.mayday_at !== null && unit.mayday_at > since) {
      yield line({ what: "mayday", rank: 0, at: unit.mayday_at, who: unit.call_sign });
    }
  }
  for (const assignment of rows.assignment.values()) {
    if (assignment.declined_at === null || assignment.declined_at <= since) continue;
    const who = rows.unit.get(assignment.unit_id)?.call_sign ?? "";
    yield line({ what: "declined", rank: 1, at: assignment.declined_at, incidentId: assignment.incident_id, who });
  }
  for (const incident of rows.incident.values()) yield* ofIncident(incident, since);
  for (const report of rows.report.values()) {
    if (report.status === "waiting" && report.received_at > since) {
      yield line({ what: "report", rank: 3, at: report.received_at, reportId: report.id });
    }
  }
  for (const call of rows.call.values()) {
    if (call.call_back_due && call.rung_at > since) yield line({ what: "call", rank: 3, at: call.rung_at, who: call.line });
  }
}

export interface Missed {
  lines: MissedLine[];
  more: number;
}

/** `agencies` null shows every agency's. */
export function missedSince(rows: Rows, since: string, agencies: readonly string[] | null): Missed {
  const ours = (told: MissedLine): boolean => {
    const incident = told.incidentId === null ? undefined : rows.incident.get(told.incidentId);
    if (incident === undefined || agencies === null) return true;
    return legsOf(rows, incident).some((leg) => agencies.includes(leg.agency_id));
  };
  const found = [...all(rows, since)].filter(ours).sort((a, b) => a.rank - b.rank || (a.at < b.at ? 1 : -1));
  return { lines: found.slice(0, LINES), more: Math.max(0, found.length - LINES) };
}
