/** The other ways of one unit, as a person asked to see them: in its line, and on the map. */
import { create } from "zustand";

import type { Way } from "../protocol";

interface Store {
  /** Whose ways are shown; null while nobody's are. */
  unitId: string | null;
  /** The fastest and the others beside it, as they were answered last. */
  answer: Way | null;
}

export const useOtherWays = create<Store>(() => ({ unitId: null, answer: null }));

export interface LetteredWay {
  letter: string;
  way: Way;
  /** Seconds more than the fastest takes. */
  laterS: number;
}

/** A the fastest, then the others, as list and map name them. Pure. */
export function letteredWays(answer: Way): LetteredWay[] {
  return [answer, ...answer.alternatives].map((way, i) => ({
    letter: String.fromCharCode(65 + i),
    way,
    laterS: Math.max(0, way.travel_s - answer.travel_s),
  }));
}
