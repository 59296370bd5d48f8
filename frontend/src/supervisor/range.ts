/** The range of time that the figures are of: in the address, so that a link shows the same. */
import { useEffect, useMemo, useState } from "react";

import { serverNow } from "../live/store";
import { shiftStart } from "./figures";

export const RANGES = ["hour", "shift", "day", "week"] as const;
export type Range = (typeof RANGES)[number];

export function sinceOf(range: Range, nowS: number): number {
  switch (range) {
    case "hour":
      return nowS - 3600;
    case "shift":
      return shiftStart(nowS);
    case "day":
      return nowS - 86_400;
    case "week":
      return nowS - 7 * 86_400;
  }
}

/** `since` and `until` of a question; they move in whole steps, so that the same figures are not asked anew. */
export function queryOf(range: Range, nowS: number, stepS: number): string {
  const until = Math.floor(nowS / stepS) * stepS + stepS;
  const since = Math.min(sinceOf(range, until - stepS), until - 60);
  const iso = (s: number) => encodeURIComponent(new Date(s * 1000).toISOString());
  return `since=${iso(since)}&until=${iso(until)}`;
}

/** The centre's time in whole steps: lists are made anew only when a step is over, never every second. */
export function useStepS(stepS: number): number {
  const [step, setStep] = useState(() => Math.floor(serverNow() / 1000 / stepS));
  useEffect(() => {
    const timer = window.setInterval(() => setStep(Math.floor(serverNow() / 1000 / stepS)), 1000);
    return () => window.clearInterval(timer);
  }, [stepS]);
  return step * stepS;
}

/** How often lists that show ages are made anew, seconds; a changed row is shown at once. */
export const LIST_STEP_S = 5;

export function useRange(): [Range, (range: Range) => void] {
  const [range, setRange] = useState<Range>(() => {
    const named = new URLSearchParams(location.search).get("range");
    return RANGES.find((known) => known === named) ?? "shift";
  });
  const choose = (next: Range) => {
    history.replaceState(null, "", `?range=${next}`);
    setRange(next);
  };
  return [range, choose];
}

export function useRangeQuery(range: Range, stepS: number): string {
  const nowS = useStepS(stepS);
  return useMemo(() => queryOf(range, nowS, stepS), [range, nowS, stepS]);
}
