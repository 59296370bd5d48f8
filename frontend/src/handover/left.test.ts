import { expect, it } from "vitest";

import { emptyState, reduce, type Rows } from "../live/reducer";
import type { Handover, RowOut } from "../protocol";
import { at, call, incident, leg, row, unit } from "../test/fixtures";
import { leftNow, leftThen, usualDesk, waitingOf } from "./left";

const DESK = { id: "d1", name: "Bàn 114", agencies: ["114"], areas: [], talk_groups: [], seat_ids: [], version: 1 };

const SIGNED: Handover = {
  id: "h1", desk_id: "d1", agencies: ["114"], written_by: "u1", written_by_name: "Lan", written_at: at(0), notes: "xe thang",
  left: { incident_ids: ["i1", "i2"], call_ids: ["c1"], unit_ids: [], alert_ids: ["gone"], withheld: 1 },
  taken_by: null, taken_by_name: null, taken_at: null, version: 1,
};

function rowsOf(...wire: RowOut[]): Rows {
  return reduce(emptyState(), { t: "snapshot", snapshot: { centre_id: "c", log_id: "l", seq: 1, rows: wire } }).rows;
}

it("lists now what the desk's agencies still work, call back and lack", () => {
  const rows = rowsOf(
    row("incident", incident()),
    row("leg", leg()),
    row("incident", incident({ id: "i2", leg_ids: ["i2-4"] })),
    row("leg", leg({ id: "i2-4", incident_id: "i2", state: "closed" })),
    row("call", call({ call_back_due: true })),
    row("call", call({ id: "c2", agency_id: "115", call_back_due: true })),
    row("unit", unit({ phase: "out_of_service" })),
  );
  const left = leftNow(rows, DESK);
  expect(left.incidents.map((item) => item.id)).toEqual(["i1"]);
  expect([left.calls.length, left.units.length, left.alerts.length]).toEqual([1, 1, 0]);
});

it("shows of a signed sheet what is known now, and counts what is over since", () => {
  const rows = rowsOf(row("incident", incident()), row("leg", leg()), row("call", call({ call_back_due: true })));
  const past = { i2: { id: "i2", number: "261122-0400", type_code: "smoke", priority: 3, state: "closed", place: "chợ" } };
  const left = leftThen(rows, SIGNED, past);
  expect(left.incidents.map((item) => [item.id, item.open])).toEqual([["i1", true], ["i2", false]]);
  expect([left.withheld, left.gone]).toEqual([1, { calls: 0, units: 0, alerts: 1 }]);
});

it("opens at the desk where the person sits, else at one that waits to be taken", () => {
  const rows = rowsOf(row("desk", DESK), row("desk", { ...DESK, id: "d2" }), row("handover", { ...SIGNED, desk_id: "d2" }));
  expect(usualDesk(rows, "u2")).toBe("d2");
  expect(usualDesk(rows, "u1")).toBe("d1");
  expect(waitingOf(rows, "d2")?.id).toBe("h1");
  const seated = rowsOf(row("desk", DESK), row("seat", { id: "u2", user_id: "u2", user_name: "Mai", desk_ids: ["d1"], signed_on_at: at(0), version: 1 }), row("handover", { ...SIGNED, desk_id: "d2" }));
  expect(usualDesk(seated, "u2")).toBe("d1");
});
