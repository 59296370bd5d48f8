import { describe, expect, it } from "vitest";

import type { LonLat } from "../protocol";
import { nextStep, offWayM } from "./offWay";

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

describe("what a crew does next", () => {
  const step = (vi: string, lon_lat: [number, number]) => ({ turn: "x", vi, en: vi, lon_lat });
  const way = {
    lon_lats: STREET.map(([lon, lat]): [number, number] => [lon, lat]),
    steps: [step("đi", [106.7, 10.77]), step("rẽ trái", [106.71, 10.77]), step("đến nơi", [106.71, 10.78])],
  };

  it("is the first turn that lies ahead", () => {
    expect(nextStep(way, [106.702, 10.77])?.vi).toBe("rẽ trái");
    expect(nextStep(way, [106.71, 10.774])?.vi).toBe("đến nơi");
  });

  it("is the one after the turn that is being made", () => {
    expect(nextStep(way, [106.70995, 10.77])?.vi).toBe("đến nơi");
  });

  it("is nothing where no steps are told", () => {
    expect(nextStep({ lon_lats: way.lon_lats, steps: [] }, [106.7, 10.77])).toBeUndefined();
  });
});
