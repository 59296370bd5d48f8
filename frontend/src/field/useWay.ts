/** The way a crew is guided along: asked for in steps, kept on the device, and the one it took rather than the fastest. */
import { useEffect, useState } from "react";

import { ApiProblem, api } from "../live/http";
import type { LonLat, Way } from "../protocol";
import { keepWay, useField } from "./store";
import { hasStrayed, isChoiceOver, takenOf, withAnswer, type KeptWay } from "./wayChoice";
import { distanceM } from "./whereabouts";

/** Ask again after so many metres; a crew that stands needs no new way. */
const ASK_AGAIN_M = 150;
/** After the roads changed the planner needs a moment. */
const ROADS_MS = 1_000;
/** A straight line in place of a way, or no answer at all: so long until the next attempt. */
const RETRY_MS = 5_000;
/** By the vehicle's own place, which the device does not know, it is asked again and again. */
const SEEN_AGAIN_MS = 15_000;

export interface WayWanted {
  /** Of which order, and to which place: what was kept of another one is nothing here. */
  key: string;
  /** Where the device is; null: it does not know. */
  own: LonLat | null;
  /** Whose place the centre is asked for then; null where the way is only looked at. */
  unitId: string | null;
  to: LonLat | null;
  vehicleClass: string;
  hot: boolean;
  /** When it is expected, if that was told anew: then its way may be another one. */
  revised: string | null;
}

export interface HeldWay extends Pick<KeptWay, "taken"> {
  way: Way | null;
  /** Take one of the ways that were answered. */
  take: (answer: Way, way: Way) => void;
}

/** Grows when the roads have changed and the planner has had its moment. */
function useRoadNews(): number {
  const roads = useField((s) => s.rows.road_condition);
  const [news, setNews] = useState(0);
  useEffect(() => {
    if (roads.size === 0) return;
    const timer = window.setTimeout(() => setNews((n) => n + 1), ROADS_MS);
    return () => window.clearTimeout(timer);
  }, [roads]);
  return news;
}

function isUnseen(problem: unknown): boolean {
  return problem instanceof ApiProblem && problem.error.code === "unit_unseen";
}

/** Asked again in steps, when another way is driven, and when the roads changed, which a revised arrival tells of too:
 * signs change by the clock. */
export function useWay({ key, own, unitId, to, vehicleClass, hot, revised }: WayWanted): HeldWay {
  const [held, setHeld] = useState<KeptWay | null>(() => useField.getState().way);
  const [from, setFrom] = useState<LonLat | null>(own);
  const [attempt, setAttempt] = useState(0);
  const news = useRoadNews();
  const kept = held?.key === key ? held : null;
  if (own !== null) {
    const movedM = from === null ? Infinity : distanceM(from, own);
    const over = kept !== null && isChoiceOver(kept, own, movedM);
    if (over) setHeld({ ...kept, taken: null });
    if (over || movedM > ASK_AGAIN_M || (kept !== null && hasStrayed(kept.way, own, movedM))) setFrom(own);
  }
  const taken = kept?.taken ?? null;
  useEffect(() => {
    if (to === null || (from === null && unitId === null)) return;
    let current = true;
    let timer: number | undefined;
    const again = (afterMs: number) => {
      if (current) timer = window.setTimeout(() => setAttempt((n) => n + 1), afterMs);
    };
    const question = { from: from ?? undefined, unitId: unitId ?? undefined, to, vehicleClass, hot, guidance: true, taken };
    // Without an answer the last way stays: it is still the way.
    api.way(question).then(
      (way) => {
        if (!current) return;
        const next = withAnswer(key, way, taken);
        setHeld(next);
        if (unitId !== null) keepWay(next);
        if (way.degraded) again(RETRY_MS);
        else if (way.seen !== null) again(SEEN_AGAIN_MS);
      },
      (problem: unknown) => again(isUnseen(problem) ? SEEN_AGAIN_MS : RETRY_MS),
    );
    return () => {
      current = false;
      window.clearTimeout(timer);
    };
  }, [key, from, unitId, to, vehicleClass, hot, news, revised, attempt, taken]);
  const take = (answer: Way, way: Way) => {
    const next = withAnswer(key, way, takenOf(answer, way));
    setHeld(next);
    keepWay(next);
  };
  return { way: kept?.way ?? null, taken, take };
}
