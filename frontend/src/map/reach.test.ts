import { describe, expect, it } from "vitest";

import type { Reach } from "../protocol";
import { askReach, dropReach, fromPlace, questionOf, useReach } from "../state/reach";
import { featuresOf } from "./reachLayer";

const RING: [number, number][][][] = [[[[106, 10], [107, 10], [107, 11], [106, 10]]]];
const REACH: Reach = {
  areas: [{ limit_s: 240, coordinates: RING }, { limit_s: 480, coordinates: RING }],
  units: 2,
  unplaced: 0,
  at: "2026-11-22T11:00:00Z",
};

describe("what is reached in minutes", () => {
  it("is asked for of a fleet, a unit or a place", () => {
    expect(questionOf("fleet/114", "")).toEqual({ agency: "114" });
    expect(questionOf("fleet/114", "ladder_truck")).toEqual({ agency: "114", vehicle_class: "ladder_truck" });
    expect(questionOf("unit/u-1", "engine")).toEqual({ unit_id: "u-1" });
    expect(questionOf(fromPlace([106.7, 10.77]), "car")).toEqual({ from: "106.70000,10.77000", vehicle_class: "car" });
  });

  it("is drawn as one shape for each limit, ranked from the nearest on", () => {
    const { features } = featuresOf(REACH);
    expect(features.map(({ properties }) => properties)).toEqual([{ rank: 0 }, { rank: 1 }]);
    expect(featuresOf(null).features).toEqual([]);
  });

  it("goes from the map when something else is asked for, or nothing any more", () => {
    useReach.setState({ reach: REACH });
    askReach(fromPlace([106.7, 10.77]));
    expect(useReach.getState()).toMatchObject({ reach: null, vehicleClass: "ambulance" });
    useReach.setState({ reach: REACH });
    dropReach();
    expect(useReach.getState()).toMatchObject({ from: null, reach: null });
  });
});
