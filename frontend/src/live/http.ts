/** The few HTTP calls of the page. Every answer that is not the wished one becomes an ApiProblem. */
import type { City, CodeTables, ErrorBody, LineAnswer, LogLine, PlaceCandidate, Reach, RoadCover, SecondThoughts, SessionInfo, Snapshot, Way, WayQuestion, WhoCould, Whose } from "../protocol";
import { SignedOut } from "./connection";

const PATIENCE_MS = 5_000;
const SLOW_MS = 20_000;
const UPLOAD_MS = 60_000;
/** Areas are drawn beside what is more urgent. */
const REACH_MS = 12_000;

export class ApiProblem extends Error {
  constructor(
    readonly status: number,
    readonly error: ErrorBody,
  ) {
    super(error.code);
  }
}

let csrf = "";

/** The token that shows that a write comes from this page; known after sign-in. */
export function setCsrf(token: string): void {
  csrf = token;
}

/** For a write that answers with a file. */
export function csrfToken(): string {
  return csrf;
}

const NO_ANSWER: ErrorBody = {
  code: "no_answer",
  vi: "Trung tâm không trả lời. Thử lại; đã gõ gì vẫn còn.",
  en: "The centre does not answer. Try again; what was typed is kept.",
  data: {},
};

async function problemOf(response: Response): Promise<Error> {
  const body = (await response.json().catch(() => null)) as { error?: ErrorBody } | null;
  if (body?.error?.code === "not_signed_in") return new SignedOut();
  return new ApiProblem(response.status, body?.error ?? NO_ANSWER);
}

export async function ask<T>(path: string, init: RequestInit = {}): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, { ...init, signal: init.signal ?? AbortSignal.timeout(PATIENCE_MS) });
  } catch {
    throw new ApiProblem(0, NO_ANSWER);
  }
  if (!response.ok) throw await problemOf(response);
  return (response.status === 204 ? undefined : await response.json()) as T;
}

export function write<T>(method: "POST" | "PUT" | "DELETE", path: string, body: unknown, signal?: AbortSignal): Promise<T> {
  const init: RequestInit = {
    method,
    headers: { "Content-Type": "application/json", "X-CSRF-Token": csrf },
    body: JSON.stringify(body),
  };
  if (signal) init.signal = signal;
  return ask<T>(path, init);
}

function post<T>(path: string, body: unknown, signal?: AbortSignal): Promise<T> {
  return write<T>("POST", path, body, signal);
}

export interface LineRequest {
  line: string;
  selected: string | null;
  dry_run: boolean;
  line_id?: string;
  seen?: unknown;
}

/** A picture goes as it is; its id lets it be sent again without being there twice. */
function addPhoto(incidentId: string, photoId: string, at: string, picture: Blob): Promise<unknown> {
  const when = new URLSearchParams({ at, sent_at: new Date().toISOString() });
  return ask(`/api/incidents/${encodeURIComponent(incidentId)}/photos/${photoId}?${when}`, {
    method: "POST",
    headers: { "Content-Type": picture.type, "X-CSRF-Token": csrf },
    body: picture,
    signal: AbortSignal.timeout(UPLOAD_MS),
  });
}

export const api = {
  addPhoto,
  me: () => ask<SessionInfo>("/api/me"),
  codes: () => ask<CodeTables>("/api/codes"),
  city: () => ask<City>("/api/city"),
  // A password is slow to try by design, and a whole shift signs in at once.
  signIn: (login: string, password: string) => post<SessionInfo>("/api/sign-in", { login, password }, AbortSignal.timeout(SLOW_MS)),
  signOut: () => post<undefined>("/api/sign-out", {}),
  ticket: (channel: "console" | "unit" = "console") =>
    post<{ ticket: string }>("/api/tickets", { for: channel }).then((answer) => answer.ticket),
  snapshot: (url: string) => ask<Snapshot>(url, { signal: AbortSignal.timeout(SLOW_MS) }),
  timeline: (incidentId: string) =>
    ask<{ log: LogLine[] }>(`/api/incidents/${encodeURIComponent(incidentId)}/timeline`).then((a) => a.log),
  thoughts: (incidentId: string, version: number) =>
    ask<SecondThoughts>(`/api/incidents/${encodeURIComponent(incidentId)}/thoughts?version=${version}`),
  geocode: (text: string, near: [number, number] | null, signal?: AbortSignal) =>
    post<{ candidates: PlaceCandidate[] }>("/api/geocode", { text, near }, signal).then((a) => a.candidates),
  cover: (units: readonly string[]) =>
    ask<{ around: RoadCover[] }>(`/api/cover?${new URLSearchParams(units.map((unit) => ["unit", unit])).toString()}`).then((a) => a.around),
  whose: (at: readonly [number, number], signal: AbortSignal) =>
    ask<Whose>(`/api/whose?${new URLSearchParams({ at: at.join() }).toString()}`, { signal }),
  who: (text: string) => post<WhoCould>("/api/who", { text, near: null }),
  reach: (question: Record<string, string>) =>
    ask<Reach>(`/api/reach?${new URLSearchParams(question).toString()}`, { signal: AbortSignal.timeout(REACH_MS) }),
  way: ({ from, unitId, to, vehicleClass, hot, guidance = false, alternatives = 0, taken }: WayQuestion) =>
    ask<Way>(
      `/api/way?${new URLSearchParams({
        ...(from ? { from: from.join() } : { unit_id: unitId ?? "" }),
        to: to.join(),
        vehicle_class: vehicleClass,
        hot: String(hot),
        guidance: String(guidance),
        ...(alternatives > 0 && { alternatives: String(alternatives) }),
        ...(taken && { via: taken.via.join(), slower_s: String(taken.slower_s) }),
      }).toString()}`,
    ),
  commandLine: (request: LineRequest, signal?: AbortSignal) =>
    post<LineAnswer>("/api/command-line", request, signal),
};
