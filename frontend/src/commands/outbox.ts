/**
 * Commands on their way. A command keeps its id until the centre answers it; after a reconnect all that are
 * unanswered are sent again under the same id, so that none is lost and none is done twice. Pure.
 */
import type { ConsoleCommand, CommandFrame, ErrorBody } from "../protocol";

export interface Pending {
  readonly frame: CommandFrame;
  /** What the person was doing, to be said with the answer. */
  readonly what: string;
}

export type Outcome =
  | { readonly ok: true; readonly what: string; readonly data: Record<string, unknown> }
  | { readonly ok: false; readonly what: string; readonly error: ErrorBody };

export type Outbox = ReadonlyMap<string, Pending>;

export function frameOf(commandId: string, body: ConsoleCommand, now: Date): CommandFrame {
  return { t: "command", command_id: commandId, occurred_at: now.toISOString(), body };
}

export function withPending(outbox: Outbox, pending: Pending): Outbox {
  return new Map(outbox).set(pending.frame.command_id, pending);
}

/** The outbox without the answered command, or the same one when the answer is not ours. */
export function withoutAnswered(outbox: Outbox, commandId: string): Outbox {
  if (!outbox.has(commandId)) return outbox;
  const rest = new Map(outbox);
  rest.delete(commandId);
  return rest;
}

/** The ids of commands whose frames are longer than the centre takes: sent again, each would end the connection. */
export function listLonger(outbox: Outbox, limitBytes: number): string[] {
  const bytes = (frame: CommandFrame) => new TextEncoder().encode(JSON.stringify(frame)).length;
  return [...outbox.values()].filter(({ frame }) => bytes(frame) > limitBytes).map(({ frame }) => frame.command_id);
}

export function toJson(outbox: Outbox): string {
  return JSON.stringify([...outbox.values()]);
}

/** What an earlier page of this tab left unanswered; anything unreadable is nothing. */
export function fromJson(text: string | null): Outbox {
  if (text === null) return new Map();
  const kept = JSON.parse(text) as Pending[];
  return new Map(kept.map((pending) => [pending.frame.command_id, pending]));
}
