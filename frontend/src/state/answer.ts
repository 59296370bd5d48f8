/** The line that usually answers what an incident asks for, so that F8 brings the thing and Enter is the answer. */
import type { Rows } from "../live/reducer";
import type { Alert } from "../protocol";
import type { AlertBoard } from "./alerts";

/** Alerts that a word over the radio answers. */
const BY_RADIO: ReadonlySet<string> = new Set(["unreceived", "unaccepted", "update_unreceived", "update_unaccepted"]);

function answerTo(rows: Rows, alert: Alert, incidentId: string): string | null {
  const number = rows.incident.get(incidentId)?.number.slice(-4) ?? "";
  const assignment = rows.assignment.get(alert.about[1]);
  const unit = assignment && rows.unit.get(assignment.unit_id);
  if (BY_RADIO.has(alert.kind) && unit !== undefined) return `K ${unit.call_sign}`;
  if (alert.kind === "hold_review") return `HO ${number} 0`;
  if (alert.kind === "declined" && rows.recommendation.get(incidentId)?.proposed.length === 0) return `L2 ${number}`;
  return null;
}

/** Null where there is none: then what stands on the screen is the answer (F8 accepts a recommendation). */
export function usualAnswer(rows: Rows, alerts: AlertBoard, incidentId: string): string | null {
  for (const { alert } of alerts.lines) {
    const line = alert.incident_id === incidentId ? answerTo(rows, alert, incidentId) : null;
    if (line !== null) return line;
  }
  return null;
}
