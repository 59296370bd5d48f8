/** How long a way takes, as one says it to somebody who is about to drive it. */
import type { Way } from "../protocol";

/** 5–8: what half of such ways take, and nine of ten, in whole minutes; null where nobody knows. */
export function minutesText(way: Pick<Way, "eta_p50_s" | "eta_p90_s">): string | null {
  if (way.eta_p50_s === null || way.eta_p90_s === null) return null;
  const usual = Math.max(1, Math.round(way.eta_p50_s / 60));
  const late = Math.ceil(way.eta_p90_s / 60);
  return late > usual ? `${usual}–${late}` : String(usual);
}
