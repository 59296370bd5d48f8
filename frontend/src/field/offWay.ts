/** Where a crew is on its way: how far off it, and what comes next. Pure. */
import type { LonLat, Way } from "../protocol";

const M_PER_DEG = 111_195;
/** So near to it a turn is being made, and the next one is of interest. */
const PASSED_M = 15;

/** Metres east and north of a place, on a flat piece of the earth: exact enough for some kilometres. */
export function flatOf(line: readonly LonLat[], [lon, lat]: LonLat): (readonly [number, number])[] {
  const squeeze = Math.cos((lat * Math.PI) / 180);
  return line.map(([x, y]) => [(x - lon) * squeeze * M_PER_DEG, (y - lat) * M_PER_DEG] as const);
}

/** Metres from the nearest piece of a line. */
export function offWayM(line: readonly LonLat[], at: LonLat): number {
  const flat = flatOf(line, at);
  let nearest = Infinity;
  flat.forEach(([x, y], i) => {
    const [fromX, fromY] = flat[i - 1] ?? [x, y];
    const [dx, dy] = [x - fromX, y - fromY];
    const square = dx * dx + dy * dy;
    const share = square === 0 ? 0 : Math.max(0, Math.min(1, -(fromX * dx + fromY * dy) / square));
    nearest = Math.min(nearest, Math.hypot(fromX + share * dx, fromY + share * dy));
  });
  return nearest;
}

/** Index of the piece of a line nearest to a place. */
function pieceAt(line: readonly LonLat[], at: LonLat): number {
  let nearest = 0;
  let least = Infinity;
  for (let i = 1; i < line.length; i++) {
    const metres = offWayM(line.slice(i - 1, i + 1), at);
    if (metres < least) [nearest, least] = [i, metres];
  }
  return nearest;
}

/** Whether a place of a line lies behind who is on it. */
export function isPast(line: readonly LonLat[], place: LonLat, own: LonLat): boolean {
  return pieceAt(line, own) > pieceAt(line, place);
}

/** The first thing to do that still lies ahead; the last one when none does. */
export function nextStep({ lon_lats, steps }: Pick<Way, "lon_lats" | "steps">, own: LonLat): Way["steps"][number] | undefined {
  const here = pieceAt(lon_lats, own);
  return steps.slice(1).find((step) => pieceAt(lon_lats, step.lon_lat) >= here && offWayM([step.lon_lat], own) > PASSED_M) ?? steps.at(-1);
}
