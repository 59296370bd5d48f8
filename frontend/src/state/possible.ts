/** Waiting reports that the centre thinks may concern an incident. */
import type { Report } from "../protocol";
import type { Rows } from "../live/reducer";

/** Oldest first. */
export function possibleReports(rows: Rows, incidentId: string): Report[] {
  return [...rows.report.values()]
    .filter((r) => r.status === "waiting" && r.duplicates.some((d) => d.incident_id === incidentId))
    .sort((a, b) => (a.received_at < b.received_at ? -1 : 1));
}
