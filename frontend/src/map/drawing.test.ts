import { describe, expect, it } from "vitest";

import type { CodeTables, LonLat, PlaceCandidate, Unit } from "../protocol";
import { emptyState } from "../live/reducer";
import { neighbourOf, offersOf } from "../state/recommendation";
import { CODES, call, incident, place, recommendation, unit } from "../test/fixtures";
import { draw, type Scene } from "./drawing";
import { Sheet, type Sight } from "./marks";

const PX_PER_DEGREE = 100_000;
const project = ([lon, lat]: LonLat) => ({ x: (lon - 106.7) * PX_PER_DEGREE + 400, y: (10.8 - lat) * PX_PER_DEGREE + 300 });

/** Without the units' own glyphs, for which jsdom has no canvas. */
class Marks extends Sheet {
  override unit(): void {
    // what surrounds them is what is looked at
  }
}

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
  confidence: 0.7, distinguishing: "", mouth: null, mouth_m: null, zone: "",
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

  it("is the circle of the telephone of a call that goes on, and no longer when it has ended", () => {
    const handset = { lon_lat: near, radius_m: 200, at: "2026-11-22T03:00:00Z", method: "gps", floor: "" };
    const radii = (state: "answered" | "ended") => {
      const ringing = call({ state, handset });
      return radiiOf({ rows: { ...emptyState().rows, call: new Map([[ringing.id, ringing]]) } }, near);
    };
    expect(radii("answered")).toContain(180);
    expect(radii("ended")).toEqual([]);
  });

  it("is no circle under the mark itself", () => {
    expect(radiiOf({ candidates: [candidate(near, 20)] }, near)).toEqual([10]);
  });
});

describe("who the incident in hand is offered, on the map", () => {
  const open = incident();
  const units = ["cc10", "cc12", "cc11", "cc13"].map((id) =>
    unit({ id, call_sign: id.toUpperCase(), assignment_id: id === "cc10" ? "a1" : null, station_id: id === "cc11" ? "dn-1" : "s12" }),
  );
  const plan = recommendation({ incident_id: open.id });
  const first = plan.proposed[0];
  if (first === undefined) throw new Error("the plan proposes nobody");
  const rows = {
    ...emptyState().rows,
    incident: new Map([[open.id, open]]),
    unit: new Map(units.map((one) => [one.id, one])),
    recommendation: new Map([[open.id, { ...plan, proposed: [first, { ...first, unit_id: "cc10", alternatives: [{ unit_id: "cc12", eta_s: 300 }] }] }]]),
  };
  const codes = { ...CODES, agencies: { "114": { ...CODES.agencies["114"], neighbours: [{ name: "Đồng Nai", stations: ["dn-1"] }] } } } as CodeTables;

  it("are those that one key would send, and the next best to each of them", () => {
    expect([...offersOf(rows, open.id)].sort()).toEqual([["cc11", "next"], ["cc12", "proposed"]]);
    expect(offersOf(rows, null).size).toBe(0);
    expect(offersOf({ ...rows, incident: new Map([[open.id, incident({ state: "closed" })]]) }, open.id).size).toBe(0);
  });

  it("stand out by letter and kind of ring, a neighbour's by a square and its name, and no other", () => {
    const drawn: Record<string, unknown[]> = { texts: [], rings: [], squares: [] };
    const dashes = { now: "full" };
    const told: Record<string, unknown> = {
      measureText: () => ({ width: 20 }),
      setLineDash: (dash: number[]) => (dashes.now = dash.length > 0 ? "dashed" : "full"),
      arc: (_x: number, _y: number, radius: number) => drawn.rings?.push([radius, dashes.now]),
      strokeRect: (...box: number[]) => drawn.squares?.push(box),
      fillText: (text: string) => drawn.texts?.push(text),
    };
    const pen = new Proxy(told, { get: (kept, name: string) => kept[name] ?? (() => undefined), set: () => true });
    const sheet = new Marks(pen as unknown as CanvasRenderingContext2D, () => "#000", { width: 800, height: 600 }, 11);
    const places: Record<string, LonLat> = { cc10: [106.7, 10.8], cc11: [106.702, 10.802], cc12: [106.701, 10.799], cc13: [106.698, 10.8] };
    const sights = units.map((one): Sight => ({ unit: one, at: places[one.id] ?? [0, 0], ageS: 1, freshness: "fresh" }));
    const asked = { offers: offersOf(rows, open.id), neighbourOf: (one: Unit) => neighbourOf(codes, one) };
    const scene = { rows: { ...rows, incident: new Map() }, sights, ways: [], selectedIncident: open.id, candidates: [], candidate: 0, ...asked };
    draw(sheet, scene, project);
    expect(drawn.rings?.filter((ring) => (ring as unknown[])[0] === 15)).toEqual([[15, "full"], [15, "dashed"]]);
    expect(drawn.squares).toHaveLength(1);
    expect(drawn.texts).toEqual(expect.arrayContaining(["map.letter.proposed", "map.letter.next", "CC12", "CC11 Đồng Nai"]));
    expect(drawn.texts).not.toContain("CC13");
  });
});

it("names the other ways of a unit by letter and time, each where it is another one", () => {
  const texts: [string, number][] = [];
  const told: Record<string, unknown> = {
    measureText: () => ({ width: 20 }),
    fillText: (text: string, x: number) => texts.push([text, x]),
  };
  const pen = new Proxy(told, { get: (kept, name: string) => kept[name] ?? (() => undefined), set: () => true });
  const sheet = new Marks(pen as unknown as CanvasRenderingContext2D, () => "#000", { width: 800, height: 600 }, 11);
  const bare = { eta_p50_s: null, eta_p90_s: null, distance_m: 900, carry_m: 0, degraded: false, steps: [], over: "", seen: null };
  const line: [number, number][] = [[106.7, 10.8], [106.71, 10.8], [106.72, 10.8]];
  const other = { ...bare, travel_s: 430, lon_lats: line, via: [106.705, 10.81] as [number, number], alternatives: [] };
  const others = { ...bare, travel_s: 360, lon_lats: line, via: null, alternatives: [other] };
  draw(sheet, { rows: emptyState().rows, sights: [], ways: [], others, selectedIncident: null, candidates: [], candidate: 0 }, project);
  expect(texts.map(([text]) => text).sort()).toEqual(["A 6:00", "B 7:10"]);
});
