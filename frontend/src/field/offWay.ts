/** How far a place lies from a way. Pure. */
import type { LonLat } from "../protocol";

const M_PER_DEG = 111_195;

/** Metres from the nearest piece of a line, on a flat piece of the earth: exact enough for some kilometres. */
export function offWayM(line: readonly LonLat[], [lon, lat]: LonLat): number {
  const squeeze = Math.cos((lat * Math.PI) / 180);
  const flat = line.map(([x, y]) => [(x - lon) * squeeze * M_PER_DEG, (y - lat) * M_PER_DEG] as const);
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
