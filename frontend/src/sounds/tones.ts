/** Which tones say what: the agency is the pitch, the gravity is the rhythm. No files: a few oscillators. */
import type { AlertLevel } from "../state/alerts";

export type Event = "report" | "call" | AlertLevel;

export interface Note {
  hz: number;
  /** Seconds from the beginning. */
  at: number;
  s: number;
}

/** A pitch for each agency, far enough apart to be told by ear; the command's is the lowest. */
const BASE_HZ: Readonly<Record<string, number>> = { "112": 330, "113": 440, "114": 587, "115": 784 };
const OTHER_HZ = 523;

export function baseOf(agencyId: string): number {
  return BASE_HZ[agencyId] ?? OTHER_HZ;
}

/** [multiple of the base, begin, length] */
const RHYTHMS: Readonly<Record<Event, readonly (readonly [number, number, number])[]>> = {
  A: [[1, 0, 0.14], [1.5, 0.16, 0.14], [2, 0.32, 0.2], [1, 0.62, 0.14], [1.5, 0.78, 0.14], [2, 0.94, 0.24]],
  B: [[1, 0, 0.16], [1, 0.24, 0.16]],
  C: [[1, 0, 0.1]],
  report: [[1.5, 0, 0.07], [2, 0.09, 0.1]],
  call: [[1, 0, 0.3], [1.25, 0, 0.3], [1, 0.4, 0.3], [1.25, 0.4, 0.3]],
};

export function notesOf(event: Event, agencyId: string): Note[] {
  const base = baseOf(agencyId);
  return RHYTHMS[event].map(([multiple, at, s]) => ({ hz: base * multiple, at, s }));
}
