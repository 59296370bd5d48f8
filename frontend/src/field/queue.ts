/**
 * What this device has yet to tell the centre, in the order in which it happened. Pure.
 *
 * Every item keeps its own id and time until the centre has answered it, so that nothing is lost in a dead
 * spot and nothing is done twice. A status may still be taken back for five seconds before it goes out.
 */
import type { ErrorBody, UnitCommand } from "../protocol";

export const HOLD_MS = 5_000;

export interface WaitingCommand {
  readonly kind: "command";
  /** UUIDv7: ids sort in the order in which they were made. */
  readonly id: string;
  readonly at: string;
  /** Not to be sent before, ms since 1970 by this machine; 0 = at once. */
  readonly holdUntil: number;
  readonly body: UnitCommand;
  /** Acknowledged, and what it changed stands in the rows of this seq: until those have come it goes on counting as said. */
  readonly toldSeq?: number;
}

export interface WaitingPhoto {
  readonly kind: "photo";
  readonly id: string;
  readonly at: string;
  readonly incidentId: string;
  readonly picture: Blob;
}

export type Waiting = WaitingCommand | WaitingPhoto;

/** What the centre has finally turned down, until somebody has read it. */
export interface Refusal {
  readonly id: string;
  readonly at: string;
  /** Type of the command, or `photo`. */
  readonly what: string;
  readonly error: ErrorBody;
  /** A note's words: nobody has to say them again from memory. */
  readonly words?: string;
}

/** At three bytes a letter such a note still goes through a unit's link, which takes 16 KB at a time. */
export const NOTE_MOST = 5_000;

/** Whether a frame is longer than the link takes. */
export function isLonger(frame: object, limitBytes: number): boolean {
  return new TextEncoder().encode(JSON.stringify(frame)).length > limitBytes;
}

/** What becomes of something turned down: told with the words that would else be lost. */
export function refusalOf(item: Waiting, error: ErrorBody): Refusal {
  const { id, at } = item;
  if (item.kind === "photo") return { id, at, what: "photo", error };
  return { id, at, what: item.body.type, error, ...(item.body.type === "incident.note" && { words: item.body.text }) };
}

function commandsOf(queue: readonly Waiting[]): WaitingCommand[] {
  return queue.filter((item) => item.kind === "command");
}

/** What the centre has not acknowledged yet. */
export function untold(queue: readonly Waiting[]): Waiting[] {
  return queue.filter((item) => item.kind === "photo" || item.toldSeq === undefined);
}

/** What goes next: a mayday before everything, else the oldest; null while that may still be taken back. */
export function nextCommand(queue: readonly Waiting[], nowMs: number): WaitingCommand | null {
  const commands = commandsOf(untold(queue));
  const next = commands.find((item) => item.body.type === "unit.mayday") ?? commands[0];
  return next !== undefined && next.holdUntil <= nowMs ? next : null;
}

export function nextPhoto(queue: readonly Waiting[]): WaitingPhoto | null {
  return queue.find((item) => item.kind === "photo") ?? null;
}

/** The status that may still be taken back. */
export function heldOf(queue: readonly Waiting[], nowMs: number): WaitingCommand | null {
  return commandsOf(queue).find((item) => item.holdUntil > nowMs) ?? null;
}

/** The newest item, with whatever was held before it let go: the next act is the word that the last one stood. */
export function withItem(queue: readonly Waiting[], item: Waiting): Waiting[] {
  return [...queue.map((known) => (known.kind === "command" ? { ...known, holdUntil: 0 } : known)), item];
}

export function withoutItem(queue: readonly Waiting[], id: string): Waiting[] {
  return queue.filter((item) => item.id !== id);
}

/** The centre has it, and its rows are yet to come. */
export function withTold(queue: readonly Waiting[], id: string, seq: number): Waiting[] {
  return queue.map((item) => (item.kind === "command" && item.id === id ? { ...item, toldSeq: seq } : item));
}

/** The rows up to this seq are here: they say now what was said until then. */
export function withoutSeen(queue: readonly Waiting[], seq: number): Waiting[] {
  return queue.filter((item) => item.kind === "photo" || item.toldSeq === undefined || item.toldSeq > seq);
}

/** The status that this device has said last and the centre does not know yet. */
export function saidStatus(queue: readonly Waiting[], unitId: string, assignmentId: string | null): WaitingCommand | null {
  const said = commandsOf(queue).filter(
    ({ body }) =>
      (body.type === "assignment.phase" && body.assignment_id === assignmentId) ||
      (body.type === "unit.status" && body.unit_id === unitId),
  );
  return said.at(-1) ?? null;
}

/** Whether a person has read update `n` (0: the assignment) here and the centre does not know yet. */
export function saidAccepted(queue: readonly Waiting[], assignmentId: string, n: number): boolean {
  return commandsOf(queue).some(
    ({ body }) => body.type === "assignment.accept" && body.assignment_id === assignmentId && (body.n ?? 0) === n,
  );
}

export function saidMayday(queue: readonly Waiting[], unitId: string): boolean {
  return commandsOf(queue).some(({ body }) => body.type === "unit.mayday" && body.unit_id === unitId);
}
