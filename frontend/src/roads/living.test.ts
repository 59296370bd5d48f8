import { describe, expect, it } from "vitest";

import type { RoadCondition } from "../protocol";
import { unit } from "../test/fixtures";
import { aboutFit, classesOf, isUsable, livingRoads, muchOf, oneHourMore, whenText } from "./living";

const AT = "2026-11-22T11:00:00Z";

function road(more: Partial<RoadCondition> = {}): RoadCondition {
  return {
    id: "w1", number: 1, kind: "closed", form: "point", lon_lats: [[106.7, 10.77]], factor: 1, depth_m: 0, where: "", reason: "cây đổ",
    source: "", by: "lan", agency_id: "114", at: AT, from_at: AT, until: null, review_at: "2026-11-22T13:00:00Z", state: "in_force",
    confirmed: true, unit_id: null, stretches: 1, ended_at: null, ended_how: null, ended_by: null, lift_reason: "", vehicle_class: "", way_id: null, version: 1, ...more,
  };
}

describe("the list of road conditions", () => {
  it("leaves out what is over, and begins with what a crew told and nobody confirmed", () => {
    const told = road({ id: "told", confirmed: false, at: "2026-11-22T10:00:00Z" });
    const newer = road({ id: "newer", at: "2026-11-22T12:00:00Z" });
    expect(livingRoads([road(), newer, road({ id: "over", state: "ended" }), told]).map(({ id }) => id)).toEqual(["told", "newer", "w1"]);
  });

  it("gives one hour more to an end, or to a review where there is none", () => {
    expect(oneHourMore(road())).toEqual({ review_at: "2026-11-22T14:00:00.000Z" });
    expect(oneHourMore(road({ until: AT }))).toEqual({ until: "2026-11-22T12:00:00.000Z" });
  });

  it("says how deep and how slow", () => {
    expect([muchOf(road()), muchOf(road({ kind: "flood", depth_m: 0.4 })), muchOf(road({ kind: "slow", factor: 3 }))]).toEqual(["", "40 cm", "×3"]);
  });

  it("takes no depth and no factor that the centre does not", () => {
    expect([-1, 0, NaN, 1, 1000, 9900].map((cm) => isUsable("flood", cm))).toEqual([false, false, false, true, true, false]);
    expect([1, 3, 51].map((times) => isUsable("slow", times))).toEqual([false, true, false]);
  });

  it("tells the day of a time that is not today's", () => {
    const now = Date.parse(AT);
    expect([whenText("2026-11-22T14:40:00Z", now), whenText("2026-11-22T17:05:00Z", now)]).toEqual(["21:40", "23/11 00:05"]);
  });

  it("knows what is said of one class of vehicle, and which there are", () => {
    expect(["closed", "flood", "slow", "unfit", "fits"].filter(aboutFit)).toEqual(["unfit", "fits"]);
    expect(classesOf([unit(), unit({ vehicle_class: "ambulance" }), unit()])).toEqual(["ambulance", "engine"]);
  });
});
