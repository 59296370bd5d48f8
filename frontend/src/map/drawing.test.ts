import { describe, expect, it } from "vitest";

import type { LonLat, PlaceCandidate } from "../protocol";
import { emptyState } from "../live/reducer";
import { incident, place } from "../test/fixtures";
import { draw, type Scene } from "./drawing";
import { Sheet } from "./marks";

const PX_PER_DEGREE = 100_000;
const project = ([lon, lat]: LonLat) => ({ x: (lon - 106.7) * PX_PER_DEGREE + 400, y: (10.8 - lat) * PX_PER_DEGREE + 300 });

/** Radii in pixels of the circles about a point that a scene draws. */
function radiiOf(scene: Partial<Scene>, at: LonLat): number[] {
  const radii: number[] = [];
  const arc = (x: number, y: number, radius: number) => {
    const middle = project(at);
    if (Math.hypot(x - middle.x, y - middle.y) < 0.5) radii.push(Math.round(radius));
  };
  const told: Record<string, unknown> = { arc, measureText: () => ({ width: 20 }) };
  const pen = new Proxy(told, { get: (kept, name: string) => kept[name] ?? (() => undefined), set: () => true });
  const sheet = new Sheet(pen as unknown as CanvasRenderingContext2D, () => "#000", { width: 800, height: 600 }, 15);
  draw(sheet, { rows: emptyState().rows, sights: [], ways: [], selectedIncident: null, candidates: [], candidate: 0, ...scene }, project);
  return radii;
}

const candidate = (lonLat: LonLat, radiusM: number): PlaceCandidate => ({
  lon_lat: lonLat, radius_m: radiusM, level: "alley", label: "Hẻm 51 Cao Thắng", ward_code: "1", ward: "Phường Bàn Cờ",
  confidence: 0.7, distinguishing: "", mouth: null, mouth_m: null,
});

describe("how sure a place is, on the map", () => {
  const near: LonLat = [106.701, 10.799];
  const far: LonLat = [106.699, 10.801];

  it("is the circle in which the place that is looked at may lie, and no other's", () => {
    const candidates = [candidate(near, 200), candidate(far, 300)];
    expect(radiiOf({ candidates, candidate: 0 }, near)).toContain(180);
    expect(radiiOf({ candidates, candidate: 0 }, far)).toEqual([10]);
    expect(radiiOf({ candidates, candidate: 1 }, far)).toContain(269);
  });

  it("is the circle of the incident in hand, of no other", () => {
    const open = incident({ place: place({ lon_lat: near, radius_m: 200 }) });
    const rows = { ...emptyState().rows, incident: new Map([[open.id, open]]) };
    expect(radiiOf({ rows, selectedIncident: open.id }, near)).toContain(180);
    expect(radiiOf({ rows }, near)).not.toContain(180);
  });

  it("is no circle under the mark itself", () => {
    expect(radiiOf({ candidates: [candidate(near, 20)] }, near)).toEqual([10]);
  });
});
