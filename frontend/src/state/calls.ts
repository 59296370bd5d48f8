/** Calls as a call-taker sees them: what rings, what is in hand, who waits to be called back. Pure. */
import type { Call } from "../protocol";
import type { Rows } from "../live/reducer";

const byRing = (a: Call, b: Call) => (a.rung_at < b.rung_at ? -1 : a.rung_at > b.rung_at ? 1 : 0);

/** Longest ringing first; `agencies` null shows every line's. */
export function ringing(rows: Rows, agencies: readonly string[] | null): Call[] {
  return [...rows.call.values()]
    .filter((call) => call.state === "ringing" && (agencies?.includes(call.agency_id) ?? true))
    .sort(byRing);
}

export function isLiving(call: Call | undefined): boolean {
  return call !== undefined && (call.state === "answered" || call.state === "held");
}

/** Calls that this person speaks on or holds. */
export function inHand(rows: Rows, userId: string | null): Call[] {
  return [...rows.call.values()].filter((call) => isLiving(call) && call.answered_by === userId).sort(byRing);
}

/** Those never called back first, then by age. */
export function callBacks(rows: Rows, agencies: readonly string[] | null): Call[] {
  return [...rows.call.values()]
    .filter((call) => call.call_back_due && (agencies?.includes(call.agency_id) ?? true))
    .sort((a, b) => Number(a.attempts.length > 0) - Number(b.attempts.length > 0) || byRing(a, b));
}

export type WhyDue = "abandoned" | "silent" | "dropped";

export function whyDue(call: Call): WhyDue {
  if (call.state === "abandoned") return "abandoned";
  return call.silent ? "silent" : "dropped";
}

/** Seconds it rang, or was open until the line was gone. */
export function lastedS(call: Call): number {
  if (call.ended_at === null) return 0;
  return (Date.parse(call.ended_at) - Date.parse(call.answered_at ?? call.rung_at)) / 1000;
}
