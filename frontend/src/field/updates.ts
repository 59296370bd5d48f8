/** Changes after dispatch, in words: what is new, what was, and what a person has yet to read. Pure. */
import type { Answer, Assignment, AssignmentUpdate, Incident, Note } from "../protocol";
import { saidAccepted, type Waiting } from "./queue";
import type { UnitRows } from "./rows";

export interface UpdateView {
  n: number;
  kind: string;
  at: string;
  /** What stands now; null while the device does not know the words (hidden, erased, or not here yet). */
  now: string | null;
  /** What it was before, struck through; empty for what is only added. */
  before: string;
  /** Who says so, in words, for a caution. */
  source: string;
  read: boolean;
}

export interface NameOf {
  type: (code: string) => string;
  answers: (given: readonly Answer[]) => string;
  /** Of a note whose words are kept from this incident: who knows them. */
  closed: (agencies: readonly string[]) => string;
}

function noteOf(incident: Incident | undefined, noteId: string): Note | undefined {
  return incident?.notes.find((note) => note.note_id === noteId);
}

function newOf(update: AssignmentUpdate, rows: UnitRows, incident: Incident | undefined, names: NameOf): string | null {
  switch (update.kind) {
    case "type":
      return names.type(update.new);
    case "note":
    case "caution": {
      const note = noteOf(incident, update.new);
      return note?.text ?? (note !== undefined && note.ask.length > 0 ? names.closed(note.ask) : null);
    }
    case "words":
      return rows.report.get(update.new)?.words.at(-1) ?? null;
    case "answers":
      return names.answers(rows.report.get(update.new)?.answers ?? []) || null;
    case "guide":
      return rows.report.get(update.new)?.phone ?? null;
    default:
      return update.new;
  }
}

/** All updates of an assignment, newest first. */
export function updatesOf(assignment: Assignment, rows: UnitRows, queue: readonly Waiting[], names: NameOf): UpdateView[] {
  const incident = rows.incident.get(assignment.incident_id);
  return assignment.updates
    .map((update) => ({
      n: update.n,
      kind: update.kind,
      at: update.at,
      now: newOf(update, rows, incident, names),
      before: update.kind === "type" && update.old !== "" ? names.type(update.old) : update.old,
      source: update.kind === "caution" ? (noteOf(incident, update.new)?.source ?? "") : "",
      read: update.accepted_at !== null || saidAccepted(queue, assignment.id, update.n),
    }))
    .reverse();
}

export interface CallerPhone {
  phone: string;
  name: string;
  /** Was asked to wait at the alley's mouth. */
  guides: boolean;
}

/** Telephone numbers behind an incident, each once; those who guide the crew in first. */
export function phonesOf(incident: Incident, rows: UnitRows): CallerPhone[] {
  const found = new Map<string, CallerPhone>();
  for (const id of incident.report_ids) {
    const report = rows.report.get(id);
    if (!report?.phone) continue;
    const guides = found.get(report.phone)?.guides === true || report.texts.some((text) => text.kind === "alley_mouth");
    found.set(report.phone, { phone: report.phone, name: report.name ?? "", guides });
  }
  return [...found.values()].sort((a, b) => Number(b.guides) - Number(a.guides));
}

/** Notes of a kind (`access`, `trapped`) that still stand; the newest is the truth. */
export function noteTexts(incident: Incident, kind: string): string[] {
  return incident.notes.flatMap((note) => (note.kind === kind && note.text !== null ? [note.text] : []));
}
