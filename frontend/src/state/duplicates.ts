/** Open incidents near a place that is being typed; the centre's own list comes with the saved report. */
import type { CodeTables, Difference, Duplicate, LonLat, Report } from "../protocol";
import type { Rows } from "../live/reducer";
import type { Answers } from "./questions";

const LEAST_M = 300;
const AT_MOST = 5;
const EARTH_M = 6_371_008.8;

/** Great-circle distance by the haversine formula, metres. */
export function distanceM(a: LonLat, b: LonLat): number {
  const rad = Math.PI / 180;
  const dLat = (b[1] - a[1]) * rad;
  const dLon = (b[0] - a[0]) * rad;
  const h = Math.sin(dLat / 2) ** 2 + Math.cos(a[1] * rad) * Math.cos(b[1] * rad) * Math.sin(dLon / 2) ** 2;
  return 2 * EARTH_M * Math.asin(Math.sqrt(h));
}

/** As the centre's own rule (`find_duplicates`), by distance alone. */
export function nearIncidents(
  rows: Pick<Rows, "incident">,
  codes: CodeTables | null,
  at: LonLat,
  radiusM: number,
  typeCode: string | null,
): Duplicate[] {
  const radiusOf = (code: string | null) => (code === null ? 0 : (codes?.types[code]?.radius_m ?? 0));
  return [...rows.incident.values()]
    .flatMap((incident) => {
      const there = incident.place.lon_lat;
      if (incident.state !== "open" || there === null) return [];
      const distance = distanceM(at, there);
      const near = distance <= Math.max(LEAST_M, radiusOf(typeCode), radiusOf(incident.type_code));
      if (!near && distance > radiusM + (incident.place.radius_m ?? 0)) return [];
      return [{ incident_id: incident.id, distance_m: distance, why: [near ? "near" : "in_circle"], differences: [] }];
    })
    .sort((a, b) => Number(a.why[0] === "in_circle") - Number(b.why[0] === "in_circle") || a.distance_m - b.distance_m)
    .slice(0, AT_MOST);
}

/** What callers of an incident answered beside what this caller answers; only where both say something. */
export function answerDifferences(reports: readonly Report[], setCode: string, answers: Answers): Difference[] {
  return Object.entries(answers).flatMap(([question, given]): Difference[] => {
    const known = reports
      .flatMap((report) => report.answers)
      .filter((answer) => answer.set_code === setCode && answer.question === question)
      .at(-1);
    if (known === undefined) return [];
    return [{ field: question, incident: known.choice, report: given.choice, same: known.choice === given.choice }];
  });
}
