/** Callers of an incident that can be rung or texted, the newest first. */
import type { Report } from "../protocol";
import type { Rows } from "../live/reducer";

export function callersOf(rows: Rows, incidentId: string): Report[] {
  const incident = rows.incident.get(incidentId);
  if (incident === undefined) return [];
  return incident.report_ids
    .flatMap((id) => rows.report.get(id) ?? [])
    .filter((report) => report.phone !== null)
    .sort((a, b) => (a.received_at > b.received_at ? -1 : 1));
}
