import { describe, expect, it } from "vitest";

import type { LonLat, Way } from "../protocol";
import { hasStrayed, isChoiceOver, takenOf, waysOf, withAnswer } from "./wayChoice";

const LINE: [number, number][] = [[106.7, 10.77], [106.71, 10.77], [106.71, 10.78], [106.72, 10.78]];
const CORNER: [number, number] = [106.71, 10.77];

function way(travel_s: number, more: Partial<Way> = {}): Way {
  const bare = { eta_p50_s: null, eta_p90_s: null, distance_m: 3000, carry_m: 0, lon_lats: LINE, degraded: false, steps: [] };
  return { ...bare, travel_s, via: null, over: "", alternatives: [], seen: null, ...more };
}

const OTHER = way(430, { via: CORNER, over: "Cách Mạng Tháng 8" });
const BEST = way(360, { over: "Nguyễn Thị Minh Khai", alternatives: [OTHER, way(380, { via: [106.7, 10.78] })] });

describe("other ways", () => {
  it("stand beside the fastest with the minutes that they cost", () => {
    expect(waysOf(BEST).map(({ laterMin, best }) => [laterMin, best])).toEqual([[0, true], [1, false], [0, false]]);
  });

  it("are remembered by their junction and by how much slower they were", () => {
    expect(takenOf(BEST, OTHER)).toEqual({ via: CORNER, slower_s: 70, over: "Cách Mạng Tháng 8" });
    expect(takenOf(BEST, BEST)).toBeNull();
  });
});

describe("a way that was taken", () => {
  const taken = takenOf(BEST, OTHER);
  const kept = withAnswer("a1/x", OTHER, taken);
  const on = (lon: number, lat: number): LonLat => [lon, lat];

  it("is kept as long as the centre answers with it, and gives way to the fastest when a closure touches it", () => {
    expect(withAnswer("a1/x", OTHER, taken).taken).toBe(taken);
    expect(withAnswer("a1/x", BEST, taken).taken).toBeNull();
  });

  it("holds on the way to its junction", () => {
    expect(isChoiceOver(kept, on(106.705, 10.77), 200)).toBe(false);
  });

  it("is over behind its junction, from where on it is the fastest", () => {
    expect(isChoiceOver(kept, on(106.71, 10.775), 200)).toBe(true);
  });

  it("is over for a crew that drives another way, and not for one that has hardly moved since", () => {
    expect(isChoiceOver(kept, on(106.705, 10.771), 200)).toBe(true);
    expect(isChoiceOver(kept, on(106.705, 10.771), 10)).toBe(false);
  });

  it("cannot be left where no road is known", () => {
    expect(hasStrayed(way(300, { degraded: true }), on(106.705, 10.771), 200)).toBe(false);
  });
});
