import { describe, expect, it } from "vitest";

import type { LonLat } from "../protocol";
import { offWayM } from "./offWay";

const STREET: readonly LonLat[] = [[106.7, 10.77], [106.71, 10.77], [106.71, 10.78]];

describe("how far a crew is from its way", () => {
  it("is nothing on the way, between its corners too", () => {
    expect(offWayM(STREET, [106.705, 10.77])).toBeLessThan(1);
    expect(offWayM(STREET, [106.71, 10.777])).toBeLessThan(1);
  });

  it("is the distance to the nearest piece of it", () => {
    expect(offWayM(STREET, [106.705, 10.771])).toBeCloseTo(111.2, 0);
    expect(offWayM(STREET, [106.7, 10.769])).toBeCloseTo(111.2, 0);
  });

  it("has no way to be on without a line", () => {
    expect(offWayM([], [106.7, 10.77])).toBe(Infinity);
  });
});
