/** The box around some places. Pure. */
import type { Bbox } from "../live/viewport";
import type { LonLat } from "../protocol";

/** West, south, east, north; null for no place at all. */
export function boundsOf(places: readonly LonLat[]): Bbox | null {
  if (places.length === 0) return null;
  const lons = places.map(([lon]) => lon);
  const lats = places.map(([, lat]) => lat);
  return [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)];
}
