/** What the centre tells of the past, and how it is asked for. */
import { ApiProblem } from "../live/http";
import { SignedOut } from "../live/connection";
import type { ErrorBody, LogLine, RowOut } from "../protocol";

/** GET /api/replay/state: every row after event `seq`; `link` is the chain's hash there. */
export interface PastState {
  seq: number;
  at: string | null;
  head: number;
  /** null of a simulated day. */
  link: string | null;
  rows: RowOut[];
}

/** A frame of changes of the past: it covers (prev, seq]. */
export interface Moment {
  prev: number;
  seq: number;
  at: string;
  rows: RowOut[];
  gone: [string, string][];
  log: LogLine | null;
}

/** GET /api/replay/changes: `seq` < `until_seq` means that more follows. */
export interface PastChanges {
  after: number;
  seq: number;
  until_seq: number;
  moments: Moment[];
}

/** One unit's fixes as differences: t in ms after `start`, lon and lat in millionths of a degree. */
export interface WireTrack {
  unit_id: string;
  t: number[];
  lon: number[];
  lat: number[];
  age: number[];
  accuracy: number[];
}

/** GET /api/replay/tracks */
export interface PastTracks {
  start: string;
  end: string;
  step_s: number;
  tracks: WireTrack[];
}

export interface Lane {
  id: string;
  number: string;
  type_code: string;
  priority: number;
  opened_at: string;
  closed_at: string | null;
}

export type MarkKind = "heard" | "opened" | "level" | "dispatched" | "on_scene" | "alert" | "merged" | "closed";

export interface Mark {
  seq: number;
  at: string;
  what: MarkKind;
  unit_id: string | null;
  level: string | null;
}

/** GET /api/replay/overview: a stretch from afar. */
export interface Overview {
  start: string;
  end: string;
  bucket_s: number;
  head: number;
  head_at: string | null;
  city: number[];
  incident: number[];
  lanes: Lane[];
  marks: Mark[];
  chosen: Lane | null;
  heard_at: string | null;
}

const PATIENCE_MS = 30_000;

let offsetMs = 0;

/** The centre's time, ms since 1970, as far as its answers tell it: to a second. */
export function centreNow(): number {
  return Date.now() + offsetMs;
}

/** What to add to this machine's clock, ms. An answer was made between asking and hearing, within the second that
 *  its header names: only an offset that contradicts this is moved, and no further than it must be. Pure. */
export function correctOffset(offset: number, toldMs: number, askedAt: number, heardAt: number): number {
  return Math.min(toldMs + 1000 - askedAt, Math.max(toldMs - heardAt, offset));
}

function noteTime(response: Response, askedAt: number): void {
  const told = Date.parse(response.headers.get("date") ?? "");
  if (!Number.isNaN(told)) offsetMs = correctOffset(offsetMs, told, askedAt, Date.now());
}

const NO_ANSWER: ErrorBody = {
  code: "no_answer",
  vi: "Trung tâm không trả lời. Hình đang thấy vẫn đúng; trang tự hỏi lại.",
  en: "The centre does not answer. What is shown still holds; the page asks again.",
  data: {},
};

/** The comparison whose day is played as one of its sides (a, b) would have had it; null where it is the past. Pure. */
export function simulatedIn(pathname: string): { run: string; side: string } | null {
  const [, run, side] = /^\/replay\/what-if\/([0-9a-f-]{36})\/([ab])\/?$/.exec(pathname) ?? [];
  return run === undefined || side === undefined ? null : { run, side };
}

export const simulated = typeof location === "undefined" ? null : simulatedIn(location.pathname);

const BASE = simulated === null ? "/api/replay" : `/api/replay/what-if/${simulated.run}/${simulated.side}`;

async function ask<T>(path: string, params: Record<string, string>): Promise<T> {
  let response: Response;
  const askedAt = Date.now();
  try {
    const query = new URLSearchParams(params).toString();
    response = await fetch(`${BASE}/${path}?${query}`, { signal: AbortSignal.timeout(PATIENCE_MS) });
  } catch {
    throw new ApiProblem(0, NO_ANSWER);
  }
  noteTime(response, askedAt);
  if (response.ok) return (await response.json()) as T;
  const body = (await response.json().catch(() => null)) as { error?: ErrorBody } | null;
  if (body?.error?.code === "not_signed_in") throw new SignedOut();
  throw new ApiProblem(response.status, body?.error ?? NO_ANSWER);
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}

function withWhy(params: Record<string, string>, why: string): Record<string, string> {
  return why === "" ? params : { ...params, why };
}

export const past = {
  state: (atMs: number, why: string) => ask<PastState>("state", withWhy({ at: iso(atMs) }, why)),
  changes: (after: number, untilMs: number, why: string) =>
    ask<PastChanges>("changes", withWhy({ after: String(after), until: iso(untilMs) }, why)),
  tracks: (startMs: number, endMs: number, why: string) =>
    ask<PastTracks>("tracks", withWhy({ start: iso(startMs), end: iso(endMs) }, why)),
  overview: (startMs: number, endMs: number, bucketS: number, incident: string | null, why: string) =>
    ask<Overview>(
      "overview",
      withWhy(
        { start: iso(startMs), end: iso(endMs), bucket_s: String(bucketS), ...(incident === null ? {} : { incident }) },
        why,
      ),
    ),
};

/** Milliseconds since 1970 with the log's microseconds as a fraction: what is ordered there stays ordered here. */
export function preciseMs(at: string): number {
  const [, whole = at, fraction = "", zone = ""] = /^(.+?)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/.exec(at) ?? [];
  return Date.parse(whole + zone) + Number(`0.${fraction || "0"}`) * 1000;
}
