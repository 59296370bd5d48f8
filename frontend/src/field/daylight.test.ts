import { describe, expect, it } from "vitest";

import type { LonLat } from "../protocol";
import { isNight, sunDeg } from "./daylight";

const SAIGON: LonLat = [106.7, 10.78];

function at(time: string): number {
  return Date.parse(`${time}+07:00`);
}

describe("the colours of the hour", () => {
  // Sunrise and sunset of Ho Chi Minh City by another, finer calculation: NOAA's, after Meeus.
  it.each([
    ["2026-06-21", "05:32", "18:18"],
    ["2026-12-21", "06:06", "17:36"],
    ["2026-03-20", "05:58", "18:04"],
  ])("turn at sunrise and sunset of %s, to two minutes", (day, rise, set) => {
    for (const [turn, before, after] of [[rise, true, false], [set, false, true]] as const) {
      const instant = at(`${day}T${turn}:00`);
      expect(isNight(instant - 120_000, SAIGON)).toBe(before);
      expect(isNight(instant + 120_000, SAIGON)).toBe(after);
    }
  });

  it("are those of the place, not of the machine's clock", () => {
    const noon = at("2026-11-23T12:00:00");
    expect(sunDeg(noon, SAIGON)).toBeGreaterThan(55);
    expect(sunDeg(noon, [-73, 10.78])).toBeLessThan(-55);
  });

  it("are 18 to 6 o'clock of the room while the place is not known", () => {
    expect(isNight(at("2026-06-21T17:59:00"), null)).toBe(false);
    expect(isNight(at("2026-06-21T18:00:00"), null)).toBe(true);
    expect(isNight(at("2026-06-21T05:59:00"), null)).toBe(true);
    expect(isNight(at("2026-06-21T06:00:00"), null)).toBe(false);
  });
});
