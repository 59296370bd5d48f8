/** Figures that are no rows: asked of the centre now and then, with what failed said beside what is known. */
import { useEffect, useState } from "react";

import { ApiProblem, ask } from "../live/http";
import type { ErrorBody, Handover } from "../protocol";

export interface TargetResult {
  within_s: number;
  share: number | null;
  source: string;
  edition: string;
  within: number | null;
  met: boolean | null;
}

export interface ClockResult {
  clock: string;
  n: number;
  missing: number;
  running: number;
  p10: number | null;
  p50: number | null;
  p90: number | null;
  trend: (number | null)[];
  targets: TargetResult[];
}

export interface AgencyClocks {
  agency_id: string;
  clocks: ClockResult[];
}

export interface ClocksAnswer {
  since: string;
  until: string;
  agencies: AgencyClocks[];
}

export interface PersonCount {
  person_id: string;
  ended: number;
  sent: number;
  share: number;
  reasons: Record<string, number>;
}

export interface Review {
  kind: "report" | "leg";
  id: string;
  at: string;
  by: string;
  agency_id: string;
  reason: string;
  why: string[];
  incident_id: string | null;
  number: string | null;
}

export interface Closures {
  closed: number;
  reasons: Record<string, number>;
  share: number | null;
  people: PersonCount[];
  reviews: Review[];
}

export interface Demand {
  day: string;
  today: number[];
  weeks: number;
  median: number[] | null;
  low: number[] | null;
  high: number[] | null;
}

export interface WardCover {
  code: string;
  name: string;
  lon: number;
  lat: number;
  /** `within` and `nearest_s` are by road: null where it was not counted, or no way leads. */
  agencies: Record<string, { free: number; nearest_m: number | null; within: number | null; nearest_s: number | null; expected?: number | null }>;
}

export interface ExpectedCalls {
  hours: number;
  calls: number;
  in_time: number | null;
  learned_from: number;
  error: { days: number; mae: number; prior_mae: number } | null;
}

export interface Cover {
  at: string;
  wards: WardCover[];
  units: Record<string, number>;
  free: Record<string, number>;
  unplaced: Record<string, number>;
  outside: Record<string, number>;
  /** The drive that counts as in time, by agency; without it only straight lines are known. */
  within_s: Record<string, number>;
  /** What the forecast says of each agency whose calls were learned from the log. */
  expected?: Record<string, ExpectedCalls>;
  waits: { agency_id: string; unit_id: string; station_id: string; freed: boolean; gain_s: number; ordered: boolean }[];
}

export type Outlines = Record<string, [number, number][][]>;

export interface Rejected {
  at: string;
  channel: string;
  principal: string;
  address: string;
  code: string;
  data: Record<string, unknown>;
  frame: string;
}

export interface IncidentLine {
  id: string;
  number: string;
  type_code: string;
  priority: number;
  state: string;
  place: string | null;
}

export interface HandoversAnswer {
  handovers: Handover[];
  incidents: Record<string, IncidentLine>;
}

export interface Polled<T> {
  data: T | null;
  /** Why the newest question was not answered; what is shown is older then. */
  error: ErrorBody | null;
  again: () => void;
}

/** Asks at once and then every so many seconds; `path` null asks nothing. Old figures stay while new ones come. */
export function usePolled<T>(path: string | null, everyS: number): Polled<T> {
  const [state, setState] = useState<{ path: string | null; data: T | null; error: ErrorBody | null }>({
    path: null, data: null, error: null,
  });
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    if (path === null) return;
    let current = true;
    const timer = window.setTimeout(() => setTurn((n) => n + 1), everyS * 1000);
    ask<T>(path, { signal: AbortSignal.timeout(15_000) }).then(
      (data) => current && setState({ path, data, error: null }),
      (problem: unknown) => {
        const error = problem instanceof ApiProblem ? problem.error : null;
        if (current && error !== null) setState((s) => ({ ...s, error }));
      },
    );
    return () => {
      current = false;
      window.clearTimeout(timer);
    };
  }, [path, everyS, turn]);
  return { data: state.data, error: state.error, again: () => setTurn((n) => n + 1) };
}
