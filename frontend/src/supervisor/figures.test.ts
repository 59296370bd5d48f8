import { expect, it } from "vitest";

import { reduce, emptyState, type Rows } from "../live/reducer";
import type { RowOut } from "../protocol";
import { alert, at, incident, leg, place, report, row, T0_S } from "../test/fixtures";
import { buildDesks, buildQueues, durationText, listFar, listLate, shiftStart } from "./figures";

function rowsOf(...wire: RowOut[]): Rows {
  return reduce(emptyState(), { t: "snapshot", snapshot: { centre_id: "c", log_id: "l", seq: 1, rows: wire } }).rows;
}

const DESK = { id: "d1", name: "Bàn 114", agencies: ["114"], areas: [], talk_groups: [], seat_ids: [], version: 1 };

it("counts what waits by agency and priority, with the oldest against the limit", () => {
  const rows = rowsOf(
    row("incident", incident()),
    row("leg", leg({ pending_since: at(0) })),
    row("incident", incident({ id: "i2", number: "261122-0458" })),
    row("leg", leg({ id: "i2-4", incident_id: "i2", pending_since: at(20) })),
    row("report", report({ received_at: at(10) })),
  );
  const [queue] = buildQueues(rows, ["114"], T0_S + 40);
  expect(queue?.cells[1]).toEqual({ count: 2, oldestS: 40, limitS: 30, over: true });
  expect(queue?.cells[2]).toEqual({ count: 0, oldestS: null, limitS: 120, over: false });
  expect(queue?.reports).toEqual({ count: 1, oldestS: 30 });
  expect(queue?.open).toBe(2);
});

it("leaves out what is held until its review, what is a test, and what has a unit", () => {
  const hold = { until: at(600), reason: "chờ", by: "u1", at: at(0) };
  const rows = rowsOf(
    row("incident", incident({ hold })),
    row("leg", leg()),
    row("incident", incident({ id: "i2", test: true })),
    row("leg", leg({ id: "i2-4", incident_id: "i2" })),
    row("incident", incident({ id: "i3" })),
    row("leg", leg({ id: "i3-4", incident_id: "i3", state: "active" })),
  );
  expect(buildQueues(rows, ["114"], T0_S + 300)[0]?.cells[1]?.count).toBe(0);
  expect(buildQueues(rows, ["114"], T0_S + 601)[0]?.cells[1]?.count).toBe(1);
});

it("ranks what is late by priority, then by how many times its limit it has waited", () => {
  const rows = rowsOf(
    row("incident", incident({ priority: 3 })),
    row("leg", leg({ priority: 3, pending_since: at(-2000) })),
    row("incident", incident({ id: "i2", number: "261122-0458" })),
    row("leg", leg({ id: "i2-5", incident_id: "i2", agency_id: "115", state: "requested", requested_at: at(0) })),
    row("report", report({ place: place({ lon_lat: null }), received_at: at(-100) })),
  );
  expect(listLate(rows, T0_S + 14).map((item) => item.kind)).toEqual(["unplaced", "pending"]);
  expect(listLate(rows, T0_S + 16).map((item) => item.kind)).toEqual(["unseen", "unplaced", "pending"]);
});

it("shows at each desk what is open there and marks the one that the alert names", () => {
  const rows = rowsOf(
    row("desk", DESK),
    row("desk", { ...DESK, id: "d2", name: "Bàn 115", agencies: ["115"] }),
    row("incident", incident()),
    row("leg", leg({ pending_since: at(0) })),
    row("alert", alert({ kind: "desk_unattended", about: ["desk", "d1"], incident_id: null })),
  );
  const [fire, medical] = buildDesks(rows, T0_S + 31);
  expect(fire).toMatchObject({ open: { 1: 1 }, total: 1, waiting: 1, oldestS: 31, over: true });
  expect(fire?.unattended?.id).toBe("al1");
  expect(medical).toMatchObject({ total: 0, oldestS: null, unattended: null });
});

it("writes durations as the room says them", () => {
  expect([44.4, 78, 3725].map(durationText)).toEqual(["44 s", "1:18", "1:02:05"]);
});

it.each([
  ["05:59", "22:00"],
  ["06:00", "06:00"],
  ["13:59", "06:00"],
  ["14:00", "14:00"],
  ["23:30", "22:00"],
])("at %s in the city the shift began at %s", (now, began) => {
  const local = (hours: string) => Date.parse(`2026-11-22T${hours}:00+07:00`) / 1000;
  const expected = now < began ? local(began) - 86_400 : local(began);
  expect(shiftStart(local(now))).toBe(expected);
});

it("lists wards that nobody reaches in time by the calls forecast there, and by the drive where nothing is", () => {
  const ward = (code: string, nearest: number | null, within: number, expected?: number) => ({
    code, name: code, lon: 0, lat: 0, agencies: { "115": { free: 0, nearest_m: 1, within, nearest_s: nearest, ...(expected === undefined ? {} : { expected }) } },
  });
  const cover = { at: at(0), units: {}, free: {}, unplaced: {}, outside: {}, within_s: { "115": 600 }, waits: [] };
  const codes = (...wards: ReturnType<typeof ward>[]) => listFar({ ...cover, wards }, "115").map(({ code }) => code);
  expect(codes(ward("near", 700, 0), ward("far", 900, 0), ward("cut off", null, 0), ward("reached", 300, 1))).toEqual(["far", "near", "cut off"]);
  expect(codes(ward("near", 700, 0, 2.5), ward("far", 900, 0, 0.1), ward("reached", 300, 1, 9))).toEqual(["near", "far"]);
});
