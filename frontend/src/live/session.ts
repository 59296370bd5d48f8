/**
 * The life of one console's connection, without I/O: inputs in, effects out. `connection.ts` performs them.
 *
 * ticket → socket → hello → welcome → (snapshot) → live; silence of 5 s is a loss; a lost connection comes
 * back by itself with full jitter and the resume token, so that no new ticket is asked for.
 */
import type { Changes, ClientFrame, Hello, ServerFrame, Snapshot, Welcome } from "../protocol";
import type { LiveAction } from "./reducer";

export const PROTOCOL = 1;
export const SILENCE_MS = 5_000;
/** So many of the centre's `head_s` without any frame are a loss. */
const SILENT_HEADS = 2.5;
export const PING_MS = 10_000;
const BACKOFF_FIRST_MS = 500;
const BACKOFF_LAST_MS = 10_000;

export type LinkPhase = "idle" | "ticket" | "opening" | "greeting" | "snapshot" | "live" | "waiting" | "signed_out";

export interface Have {
  log_id: string;
  seq: number;
}

export interface LinkState {
  readonly phase: LinkPhase;
  readonly attempt: number;
  readonly resume: string | null;
  /** A one-use ticket, from when it is fetched until the hello carries it. */
  readonly ticket: string | null;
  /** Frames that arrive while the snapshot is under way. */
  readonly held: readonly Changes[];
  /** When anything last came from the centre, by this machine's clock, ms. */
  readonly heardAt: number | null;
  /** When the last ping went out, ms. */
  readonly pingedAt: number;
  /** When the loss began, null while all is well. */
  readonly lostSince: number | null;
  readonly have: Have | null;
  /** How long the centre may be silent on this channel: it says so in its welcome. */
  readonly silenceMs: number;
}

export type LinkInput =
  | { t: "start" }
  | { t: "stop" }
  | { t: "ticket"; ticket: string }
  | { t: "failed"; signedOut: boolean }
  | { t: "opened" }
  | { t: "frame"; frame: ServerFrame }
  | { t: "snapshot"; snapshot: Snapshot }
  | { t: "applied"; have: Have; gap: boolean }
  | { t: "closed" }
  | { t: "tick" }
  | { t: "retry" };

export type LinkEffect =
  | { t: "fetch_ticket" }
  | { t: "open" }
  | { t: "close" }
  | { t: "send"; frame: ClientFrame }
  | { t: "fetch_snapshot"; url: string }
  | { t: "apply"; action: LiveAction }
  | { t: "retry_in"; ms: number }
  | { t: "ready" }
  | { t: "deliver"; frame: ServerFrame };

export interface LinkContext {
  /** Milliseconds since 1970 by this machine. */
  now: number;
  /** Uniform in [0, 1): the jitter. */
  random: number;
  device: string;
}

export interface LinkStep {
  state: LinkState;
  effects: LinkEffect[];
}

export function initialLink(): LinkState {
  return {
    phase: "idle",
    attempt: 0,
    resume: null,
    ticket: null,
    held: [],
    heardAt: null,
    pingedAt: 0,
    lostSince: null,
    have: null,
    silenceMs: SILENCE_MS,
  };
}

/** Full jitter: anywhere between nothing and the doubled limit. */
export function backoffMs(attempt: number, random: number): number {
  return Math.round(random * Math.min(BACKOFF_LAST_MS, BACKOFF_FIRST_MS * 2 ** attempt));
}

function step(state: LinkState, ...effects: LinkEffect[]): LinkStep {
  return { state, effects };
}

function begin(state: LinkState, context: LinkContext): LinkStep {
  if (state.resume !== null) {
    return step({ ...state, phase: "opening", heardAt: context.now }, { t: "open" });
  }
  return step({ ...state, phase: "ticket" }, { t: "fetch_ticket" });
}

function comeBack(state: LinkState, context: LinkContext, ms?: number): LinkStep {
  const wait = ms ?? backoffMs(state.attempt, context.random);
  const lost: LinkState = {
    ...state,
    phase: "waiting",
    attempt: state.attempt + 1,
    held: [],
    lostSince: state.lostSince ?? context.now,
  };
  return step(lost, { t: "close" }, { t: "retry_in", ms: wait });
}

function greet(state: LinkState, context: LinkContext): Hello {
  const hello: Hello = {
    t: "hello",
    protocol: PROTOCOL,
    device: context.device,
    sent_at: new Date(context.now).toISOString(),
  };
  if (state.ticket !== null) hello.ticket = state.ticket;
  else if (state.resume !== null) hello.resume = state.resume;
  if (state.have !== null) hello.have = state.have;
  return hello;
}

function onOpened(state: LinkState, context: LinkContext): LinkStep {
  if (state.phase !== "opening") return step(state);
  const frame = greet(state, context);
  return step({ ...state, phase: "greeting", ticket: null, heardAt: context.now }, { t: "send", frame });
}

function onWelcome(state: LinkState, welcome: Welcome): LinkStep {
  const silenceMs = (welcome.head_s || SILENCE_MS / 1000 / SILENT_HEADS) * SILENT_HEADS * 1000;
  const known: LinkState = { ...state, resume: welcome.resume, attempt: 0, lostSince: null, held: [], silenceMs };
  if (welcome.snapshot) {
    return step({ ...known, phase: "snapshot" }, { t: "fetch_snapshot", url: welcome.snapshot });
  }
  return step({ ...known, phase: "live" }, { t: "ready" });
}

function onFrame(state: LinkState, frame: ServerFrame, context: LinkContext): LinkStep {
  const heard: LinkState = { ...state, heardAt: context.now };
  switch (frame.t) {
    case "welcome":
      return onWelcome(heard, frame);
    case "changes":
      if (heard.phase === "snapshot") return step({ ...heard, held: [...heard.held, frame] });
      return step(heard, { t: "apply", action: frame });
    case "token":
      return step({ ...heard, resume: frame.resume });
    case "drain":
      return comeBack(heard, context, frame.retry_s * 1000 * (0.5 + context.random));
    case "error":
      if (heard.phase !== "greeting") return step(heard, { t: "deliver", frame });
      return comeBack({ ...heard, resume: null }, context);
    default:
      return step(heard, { t: "deliver", frame });
  }
}

function onSnapshot(state: LinkState, snapshot: Snapshot): LinkStep {
  const effects: LinkEffect[] = [
    { t: "apply", action: { t: "snapshot", snapshot } },
    ...state.held.map((frame): LinkEffect => ({ t: "apply", action: frame })),
    { t: "ready" },
  ];
  return { state: { ...state, phase: "live", held: [] }, effects };
}

function isConnected(phase: LinkPhase): boolean {
  return phase === "opening" || phase === "greeting" || phase === "snapshot" || phase === "live";
}

function onClosed(state: LinkState, context: LinkContext): LinkStep {
  if (!isConnected(state.phase)) return step(state);
  // Closed in answer to the hello: the token is worthless, the next try asks for a fresh ticket.
  return comeBack(state.phase === "greeting" ? { ...state, resume: null } : state, context);
}

/** The centre drops a peer that is silent for 25 s, and learns this machine's clock from the ping. */
function ping(state: LinkState, context: LinkContext): LinkStep {
  if (state.phase !== "live" || context.now - state.pingedAt < PING_MS) return step(state);
  const frame: ClientFrame = { t: "ping", sent_at: new Date(context.now).toISOString() };
  return step({ ...state, pingedAt: context.now }, { t: "send", frame });
}

function onTick(state: LinkState, context: LinkContext): LinkStep {
  const silent = state.heardAt !== null && context.now - state.heardAt > state.silenceMs;
  if (!isConnected(state.phase)) return step(state);
  if (!silent) return ping(state, context);
  return comeBack({ ...state, lostSince: state.lostSince ?? state.heardAt }, context);
}

export function advance(state: LinkState, input: LinkInput, context: LinkContext): LinkStep {
  switch (input.t) {
    case "start":
    case "retry":
      return state.phase === "idle" || state.phase === "waiting" ? begin(state, context) : step(state);
    case "ticket":
      if (state.phase !== "ticket") return step(state);
      return step({ ...state, phase: "opening", ticket: input.ticket, heardAt: context.now }, { t: "open" });
    case "opened":
      return onOpened(state, context);
    case "failed":
      if (input.signedOut) return step({ ...initialLink(), phase: "signed_out" }, { t: "close" });
      return comeBack(state, context);
    case "frame":
      return onFrame(state, input.frame, context);
    case "snapshot":
      return state.phase === "snapshot" ? onSnapshot(state, input.snapshot) : step(state);
    case "applied":
      // After a gap nothing we hold can be resumed from: say that we have nothing.
      if (input.gap) return comeBack({ ...state, have: null }, context, 0);
      return step({ ...state, have: input.have });
    case "closed":
      return onClosed(state, context);
    case "tick":
      return onTick(state, context);
    case "stop":
      return step(initialLink(), { t: "close" });
  }
}
