/** Labels that do not lie on each other: the important ones first, each at the first free side of its mark. Pure. */
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Label {
  text: string;
  /** The middle of its mark. */
  x: number;
  y: number;
  width: number;
  /** Half the mark's size: the label begins beyond it. */
  reach: number;
  /** The smaller is placed first. */
  rank: number;
}

export interface Placed {
  label: Label;
  /** Left end of the baseline. */
  x: number;
  y: number;
}

const HEIGHT = 14;
const BASELINE = 4;
const GAP = 3;

function overlaps(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

function sides({ x, y, width, reach }: Label): { x: number; y: number }[] {
  return [
    { x: x + reach + GAP, y: y + BASELINE },
    { x: x - reach - GAP - width, y: y + BASELINE },
    { x: x - width / 2, y: y - reach - GAP },
    { x: x - width / 2, y: y + reach + HEIGHT - 2 },
  ];
}

function boxAt(at: { x: number; y: number }, width: number): Box {
  return { x: at.x - 1, y: at.y - HEIGHT + BASELINE, width: width + 2, height: HEIGHT };
}

/** Finds what a box lies on without looking at everything: a grid of cells. */
class Grid {
  private readonly cells = new Map<string, Box[]>();
  private static readonly size = 64;

  private *keys(box: Box): Generator<string> {
    const { size } = Grid;
    for (let i = Math.floor(box.x / size); i <= Math.floor((box.x + box.width) / size); i++) {
      for (let j = Math.floor(box.y / size); j <= Math.floor((box.y + box.height) / size); j++) yield `${i}/${j}`;
    }
  }

  add(box: Box): void {
    for (const key of this.keys(box)) {
      const known = this.cells.get(key);
      if (known) known.push(box);
      else this.cells.set(key, [box]);
    }
  }

  isFree(box: Box): boolean {
    for (const key of this.keys(box)) if (this.cells.get(key)?.some((other) => overlaps(box, other))) return false;
    return true;
  }
}

/** `marks` are what labels must not cover. A label that finds no room is left out. */
export function placeLabels(labels: readonly Label[], marks: readonly Box[]): Placed[] {
  const grid = new Grid();
  for (const mark of marks) grid.add(mark);
  const placed: Placed[] = [];
  for (const label of [...labels].sort((a, b) => a.rank - b.rank)) {
    const at = sides(label).find((side) => grid.isFree(boxAt(side, label.width)));
    if (at === undefined) continue;
    grid.add(boxAt(at, label.width));
    placed.push({ label, ...at });
  }
  return placed;
}
