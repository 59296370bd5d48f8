/** What the page knows: the centre's rows, the link, unanswered commands and the last thing announced. */
import { v7 as uuidv7 } from "uuid";
import { create } from "zustand";

import { frameOf, fromJson, listLonger, toJson, withoutAnswered, withPending, type Outbox, type Outcome } from "../commands/outbox";
import type { City, CodeTables, ConsoleCommand, ErrorBody, ServerFrame, SessionInfo } from "../protocol";
import { Connection } from "./connection";
import { api } from "./http";
import { positions } from "./positions";
import { emptyState, reduce, type LiveAction, type LiveState } from "./reducer";
import { initialLink, type LinkState } from "./session";
import { noteTyping } from "./typing";
import { viewportOf, type Bbox } from "./viewport";

export type Person = SessionInfo["user"] & Pick<SessionInfo, "mode">;

export interface Announcement {
  /** Grows, so that the same words are announced again. */
  n: number;
  outcome: Outcome;
}

export interface CentreStore {
  me: Person | null;
  codes: CodeTables | null;
  city: City | null;
  live: LiveState;
  link: LinkState;
  /** Server's clock minus ours, ms. */
  offsetMs: number;
  outbox: Outbox;
  announcement: Announcement | null;
  /** When this screen first saw the current version of a recommendation, ms: incident id → [version, ms]. */
  seenVersions: ReadonlyMap<string, readonly [number, number]>;
}

const OUTBOX_KEY = "dispatch.outbox";
const DEVICE_KEY = "dispatch.device";

/** This browser's own key. */
export function deviceId(): string {
  const known = localStorage.getItem(DEVICE_KEY);
  if (known !== null) return known;
  const made = uuidv7();
  localStorage.setItem(DEVICE_KEY, made);
  return made;
}

export const useCentre = create<CentreStore>(() => ({
  me: null,
  codes: null,
  city: null,
  live: emptyState(),
  link: initialLink(),
  offsetMs: 0,
  outbox: fromJson(sessionStorage.getItem(OUTBOX_KEY)),
  announcement: null,
  seenVersions: new Map(),
}));

/** The centre's time, ms since 1970. */
export function serverNow(): number {
  return Date.now() + useCentre.getState().offsetMs;
}

let connection: Connection | null = null;

function noteVersions(state: CentreStore, live: LiveState): CentreStore["seenVersions"] {
  if (live.rows.recommendation === state.live.rows.recommendation) return state.seenVersions;
  const seen = new Map<string, readonly [number, number]>();
  for (const [id, body] of live.rows.recommendation) {
    const known = state.seenVersions.get(id);
    seen.set(id, known?.[0] === body.version ? known : [body.version, Date.now()]);
  }
  return seen;
}

export function applyAction(action: LiveAction): { have: { log_id: string; seq: number }; gap: boolean } {
  const state = useCentre.getState();
  const live = reduce(state.live, action);
  if (live !== state.live) useCentre.setState({ live, seenVersions: noteVersions(state, live) });
  return { have: { log_id: live.logId ?? "", seq: live.seq }, gap: live.gap };
}

export function announce(outcome: Outcome): void {
  useCentre.setState((s) => ({ announcement: { n: (s.announcement?.n ?? 0) + 1, outcome } }));
}

function keepOutbox(outbox: Outbox): void {
  sessionStorage.setItem(OUTBOX_KEY, toJson(outbox));
  useCentre.setState({ outbox });
}

type Waiter = (outcome: Outcome) => void;
const waiters = new Map<string, Waiter>();

function answered(commandId: string, make: (what: string) => Outcome): void {
  const { outbox } = useCentre.getState();
  const pending = outbox.get(commandId);
  if (pending === undefined) return;
  keepOutbox(withoutAnswered(outbox, commandId));
  const outcome = make(pending.what);
  announce(outcome);
  waiters.get(commandId)?.(outcome);
  waiters.delete(commandId);
}

/** A command that may have been given before, by a page that was reloaded meanwhile: its own id and time. */
export interface Given {
  id: string;
  at: string;
}

/** Sends a command, now or when the link is back. Resolves with the centre's answer. */
export function sendCommand(body: ConsoleCommand, what: string, given?: Given): Promise<Outcome> {
  const frame = frameOf(given?.id ?? uuidv7(), body, given === undefined ? new Date() : new Date(given.at));
  keepOutbox(withPending(useCentre.getState().outbox, { frame, what }));
  connection?.send(frame);
  return new Promise((resolve) => waiters.set(frame.command_id, resolve));
}

/** What the map shows now; without a map, nothing. */
let shown: Bbox | null = null;

/** Asks for the positions this screen needs: after connecting, and when the map has moved. */
export function askForPositions(bbox: Bbox | null = shown): void {
  shown = bbox;
  const { live, city } = useCentre.getState();
  connection?.send({ t: "viewport", ...viewportOf(live.rows, city, shown) });
}

/** The centre's clock, told by its frames. */
export function noteServerTime(at: string): void {
  const offset = Date.parse(at) - Date.now();
  const known = useCentre.getState().offsetMs;
  // Small wobble is the network's, not a clock's.
  if (Math.abs(offset - known) > 250) useCentre.setState({ offsetMs: offset });
}

function deliver(frame: ServerFrame): void {
  switch (frame.t) {
    case "head":
      return noteServerTime(frame.at);
    case "drafts":
      return noteTyping(frame.drafts);
    case "positions":
      return positions.apply(frame, Date.now());
    case "ack":
      return answered(frame.command_id, (what) => ({ ok: true, what, data: frame.data }));
    case "refused":
      if (frame.retry_s != null) return resendLater(frame.command_id, frame.retry_s);
      return answered(frame.command_id, (what) => ({ ok: false, what, error: frame.error }));
    case "error":
      if (frame.error.code === "frame_too_large") return giveUpLonger(frame.error);
      return announce({ ok: false, what: "", error: frame.error });
    default:
      return;
  }
}

/** The centre does not say which command was too long. */
function giveUpLonger(error: ErrorBody): void {
  const longer = listLonger(useCentre.getState().outbox, Number(error.data.limit));
  for (const id of longer) answered(id, (what) => ({ ok: false, what, error }));
  if (longer.length === 0) announce({ ok: false, what: "", error });
}

function resendLater(commandId: string, retryS: number): void {
  window.setTimeout(() => {
    const pending = useCentre.getState().outbox.get(commandId);
    if (pending !== undefined) connection?.send(pending.frame);
  }, retryS * 1000);
}

function onReady(): void {
  askForPositions();
  for (const pending of useCentre.getState().outbox.values()) connection?.send(pending.frame);
}

export function connect(): void {
  connection?.stop();
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  connection = new Connection({
    url: `${scheme}://${location.host}/ws/console`,
    device: deviceId(),
    fetchTicket: api.ticket,
    fetchSnapshot: api.snapshot,
    apply: applyAction,
    deliver,
    onReady,
    onState: (link) => {
      useCentre.setState({ link });
      if (link.phase === "signed_out") useCentre.setState({ me: null });
    },
  });
  connection.start();
}

export function disconnect(): void {
  connection?.stop();
  connection = null;
  positions.clear();
  keepOutbox(new Map());
  useCentre.setState({ me: null, live: emptyState(), link: initialLink(), announcement: null });
}
