import { expect, it } from "vitest";

import { countDone, csvOf, hourText, type Plan } from "./data";

const PLAN: Plan = {
  day: "2026-11-24",
  solver: "ortools",
  drive_min: 31,
  tours: [
    {
      vehicle: "VC-1",
      begins: "06:00:00",
      ends: "26:00:00",
      drive_min: 31,
      way: [],
      stops: [
        { what: "pickup", job: "=t1", at: [106.7, 10.78], arrives: "06:20:00", begins: "06:30:00", leaves: "06:40:00", place: 'hẻm 12, "Nguyễn Trãi"' },
        { what: "delivery", job: "=t1", at: [106.66, 10.75], arrives: "25:01:59", begins: "25:01:59", leaves: "25:07:00", place: "" },
      ],
    },
  ],
  left_out: [{ job: "t2", why: "no_time", vi: "không kịp", en: "too late" }],
};

it("tells an hour after midnight as one of the day after", () => {
  expect(hourText("25:01:59")).toBe("01:01 +1");
  expect(hourText("06:30:00")).toBe("06:30");
});

it("counts a transport with its two stops once", () => {
  expect(countDone(PLAN)).toBe(1);
});

it("gives a spreadsheet every stop and what was left out, and nothing that it would compute", () => {
  const lines = csvOf(PLAN, ["Xe"], (what) => what, (left) => left.en).split("\r\n");
  expect(lines[0]).toBe('\uFEFF"Xe"');
  expect(lines[1]).toContain(`"'=t1","hẻm 12, ""Nguyễn Trãi"""`);
  expect(lines[3]).toContain('"too late","t2"');
  expect(lines).toHaveLength(5);
});
