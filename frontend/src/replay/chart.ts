/** Where things stand on the scrubber: incidents packed into lanes, labels that do not cover each other. Pure. */
import { preciseMs, type Lane, type Overview } from "./wire";

export interface PlacedLane {
  lane: Lane;
  row: number;
  fromMs: number;
  toMs: number;
  own: boolean;
}

/** The chosen incident first, then by priority; what fits into no row is left to the columns. */
export function packLanes(
  overview: Pick<Overview, "lanes" | "chosen">,
  fromMs: number,
  toMs: number,
  presentMs: number,
  rows: number,
  leastMs: number,
): PlacedLane[] {
  const chosen = overview.chosen;
  const rest = overview.lanes.filter((lane) => lane.id !== chosen?.id);
  const ends = Array.from({ length: rows }, (): [number, number][] => []);
  const placed: PlacedLane[] = [];
  for (const lane of chosen === null ? rest : [chosen, ...rest]) {
    const begun = Math.max(fromMs, preciseMs(lane.opened_at));
    const ended = Math.min(toMs, presentMs, lane.closed_at === null ? Infinity : preciseMs(lane.closed_at));
    if (ended <= begun) continue;
    const until = Math.max(ended, begun + leastMs);
    const row = ends.findIndex((taken) => taken.every(([a, b]) => until <= a || begun >= b));
    if (row < 0) continue;
    ends[row]?.push([begun, until]);
    placed.push({ lane, row, fromMs: begun, toMs: ended, own: lane.id === chosen?.id });
  }
  return placed;
}

const LETTER_PX = 6.4;

export interface PlacedMark {
  x: number;
  text: string;
  labelled: boolean;
}

/** A label is left out where it would cover the one before it or run out of the picture. */
export function spreadMarks(marks: readonly { x: number; text: string }[], width: number): PlacedMark[] {
  let free = 0;
  return marks.map(({ x, text }) => {
    const wide = text.length * LETTER_PX + 12;
    const labelled = x >= free && x + wide <= width;
    if (labelled) free = x + wide;
    return { x, text, labelled };
  });
}
