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

const LETTER_PX = 6.8;
/** Between a mark's line and its name, and after the name. */
const BEFORE_PX = 4;
const AFTER_PX = 8;
/** A name cut shorter than this says nothing. */
const LEAST_LETTERS = 4;

/** About as wide as a name is written; what draws it may know better. */
export function guessWidth(text: string): number {
  return text.length * LETTER_PX;
}

export interface PlacedMark {
  x: number;
  /** What is written beside the mark: its name, the name cut with an ellipsis, or nothing. */
  label: string;
}

function cutTo(text: string, px: number, wide: (text: string) => number): string {
  for (let letters = text.length - 1; letters >= LEAST_LETTERS; letters -= 1) {
    const cut = `${text.slice(0, letters).trimEnd()}…`;
    if (wide(cut) <= px) return cut;
  }
  return "";
}

/**
 * Names that never cover each other, what else is `taken` on their line, or the picture's end. From left to right: a
 * name is written whole where it fits before the next mark, else cut to fit, and where even that is too little it
 * runs on and the marks under it go without.
 */
export function spreadMarks(
  marks: readonly { x: number; text: string }[],
  width: number,
  taken: readonly (readonly [number, number])[] = [],
  wide: (text: string) => number = guessWidth,
): PlacedMark[] {
  const placed = marks.map(({ x }): PlacedMark => ({ x, label: "" }));
  const order = marks.map((_, i) => i).sort((a, b) => (marks[a]?.x ?? 0) - (marks[b]?.x ?? 0));
  let free = 0;
  order.forEach((at, n) => {
    const { x, text } = marks[at] ?? { x: 0, text: "" };
    const start = x + BEFORE_PX;
    if (x < free || taken.some(([from, to]) => start >= from && start < to)) return;
    const wall = Math.min(width, ...taken.flatMap(([from]) => (from >= start ? [from] : [])));
    const next = marks[order[n + 1] ?? -1]?.x ?? wall;
    const fits = (end: number) => start + wide(text) + AFTER_PX <= end;
    const label =
      fits(wall) && fits(next)
        ? text
        : cutTo(text, Math.min(wall, next) - start - AFTER_PX, wide) || (fits(wall) ? text : cutTo(text, wall - start - AFTER_PX, wide));
    const mark = placed[at];
    if (label === "" || mark === undefined) return;
    mark.label = label;
    free = start + wide(label) + AFTER_PX;
  });
  return placed;
}
