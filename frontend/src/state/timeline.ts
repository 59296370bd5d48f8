/** The one detail of a log line that a reader looks for: which unit, which words, from what to what. */
import type { Label, LogLine } from "../protocol";
import type { Rows } from "../live/reducer";

export interface DetailWords {
  label: (found: Label | undefined, code: string) => string;
  type: (code: string | null) => string;
  phase: (phase: string) => string;
  /** Of a time that nobody told: how it is known. */
  seen: string;
  /** Before the names of those who were not called off with the others. */
  left: string;
}

function text(value: unknown): string {
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
}

function unitOf(line: LogLine, rows: Rows): string {
  const direct = text(line.data.unit_id);
  const assignment = rows.assignment.get(text(line.data.assignment_id));
  const unitId = direct || (assignment?.unit_id ?? "");
  return rows.unit.get(unitId)?.call_sign ?? "";
}

function unitsOf(ids: unknown, rows: Rows): string {
  return Array.isArray(ids) ? ids.map((id) => rows.unit.get(text(id))?.call_sign ?? "").filter(Boolean).join(", ") : "";
}

function placeOf(value: unknown): string {
  if (typeof value !== "object" || value === null) return "";
  const place = value as { label?: string; heard?: string };
  return place.label || place.heard || "";
}

/** Whether the time of a status was seen by positions, not said by anybody. */
function wasSeen(time: unknown): boolean {
  return typeof time === "object" && time !== null && (time as { source?: string }).source === "geofence";
}

/** Empty when the line's own name says it all. */
export function lineDetail(line: LogLine, rows: Rows, words: DetailWords): string {
  const { data } = line;
  const parts = [
    unitOf(line, rows),
    data.type_code === undefined ? "" : words.type(text(data.type_code)),
    data.phase === undefined ? "" : words.phase(text(data.phase)),
    wasSeen(data.time) ? words.seen : "",
    data.priority === undefined || line.type !== "incident.priority_changed"
      ? ""
      : `P${text(data.was)} → P${text(data.priority)}`,
    data.level === undefined || line.type !== "incident.level_raised" ? "" : text(data.level),
    placeOf(data.place),
    text(data.words) || text(data.text),
    [unitsOf(data.called_unit_ids, rows), unitsOf(data.withdrawn_unit_ids, rows)].filter(Boolean).join(", "),
    Array.isArray(data.left_unit_ids) && data.left_unit_ids.length > 0 ? `${words.left} ${unitsOf(data.left_unit_ids, rows)}` : "",
    text(data.reason),
    // What a hospital was chosen for, next best and all.
    data.why ? words.label(data.why as Label, "") : "",
  ];
  return parts.filter(Boolean).join(" · ");
}
