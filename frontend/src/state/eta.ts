/** When a unit under way is expected, and how sure that is. Pure. */
import type { Assignment, Unit } from "../protocol";
import { clockText } from "../ui/time";

const UNDER_WAY: ReadonlySet<string> = new Set(["dispatched", "received", "en_route"]);
/** Closer than this two moments are one for who reads minutes. */
const MINUTE_MS = 60_000;

export interface Expected {
  /** Milliseconds since 1970: half of such runs are there by then. */
  usualMs: number;
  /** Nine of ten are there by then; null where nobody knows, or it is hardly later. */
  lateMs: number | null;
}

/** "18:47–51", or both in full when an hour ends between them. */
export function spanText(usualMs: number, lateMs: number | null): string {
  const usual = clockText(usualMs).slice(0, 5);
  if (lateMs === null) return usual;
  const late = clockText(lateMs).slice(0, 5);
  return `${usual}–${late.startsWith(usual.slice(0, 3)) ? late.slice(3) : late}`;
}

/** Null for who is not under way, or was sent without an ETA. A way that became longer keeps its spread. */
export function expectedOf(unit: Pick<Unit, "phase">, assignment: Assignment): Expected | null {
  const { eta_at, eta_s, eta_p50_s, eta_p90_s } = assignment;
  const sent = Date.parse(assignment.dispatched_at ?? assignment.created_at);
  const plainMs = eta_at !== null ? Date.parse(eta_at) : eta_s === null ? null : sent + eta_s * 1000;
  if (plainMs === null || !UNDER_WAY.has(unit.phase)) return null;
  if (eta_s === null || eta_p50_s === null || eta_p90_s === null) return { usualMs: plainMs, lateMs: null };
  const usualMs = plainMs + (eta_p50_s - eta_s) * 1000;
  const lateMs = plainMs + (eta_p90_s - eta_s) * 1000;
  return { usualMs, lateMs: lateMs - usualMs < MINUTE_MS ? null : lateMs };
}
