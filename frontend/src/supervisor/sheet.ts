/** The city's wards as a flat drawing: their own outlines, north up. */
import type { Outlines } from "./data";

export const WIDTH = 720;

export interface Outlined {
  code: string;
}

export interface Drawn<W extends Outlined> {
  height: number;
  paths: { ward: W; d: string; at: (lonLat: [number, number]) => [number, number]; size: number }[];
}

/** Wards on a flat sheet, as large as those that `matter` allow; a degree of longitude is shorter here than one of
    latitude. */
export function draw<W extends Outlined>(outlines: Outlines, wards: readonly W[], matter: (code: string) => boolean = () => true): Drawn<W> {
  const points = Object.entries(outlines).flatMap(([code, rings]) => (matter(code) ? rings.flat() : []));
  if (points.length === 0) return { height: 0, paths: [] };
  const [west, east] = extent(points.map(([lon]) => lon));
  const [south, north] = extent(points.map(([, lat]) => lat));
  const shrink = Math.cos(((south + north) / 2) * (Math.PI / 180));
  const scale = WIDTH / ((east - west) * shrink);
  const at = ([lon, lat]: [number, number]): [number, number] => [(lon - west) * shrink * scale, (north - lat) * scale];
  const paths = wards.flatMap((ward) => {
    const rings = outlines[ward.code];
    if (rings === undefined) return [];
    const flat = rings.map((ring) => ring.map(at));
    const [left, right] = extent(flat.flat().map(([x]) => x));
    const d = flat.map((ring) => `M${ring.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join("L")}Z`).join("");
    return [{ ward, d, at, size: right - left }];
  });
  return { height: (north - south) * scale, paths };
}

function extent(values: readonly number[]): [number, number] {
  return values.reduce<[number, number]>(([low, high], value) => [Math.min(low, value), Math.max(high, value)], [Infinity, -Infinity]);
}
