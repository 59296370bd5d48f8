import { expect, it } from "vitest";

import { emptyRows, withChanges } from "../field/rows";
import { assignment, at, changes, incident, row, unit } from "../test/fixtures";
import { isUnread, ordersOf, pastOf } from "./orders";

const rows = withChanges(
  emptyRows(),
  changes(0, 9, [
    row("incident", incident()),
    row("unit", unit()),
    row("unit", unit({ id: "cc13", call_sign: "CC-13" })),
    row("unit", unit({ id: "cc14", call_sign: "CC-14" })),
    row("assignment", assignment({ id: "a1", accepted_at: at(5), dispatched_at: at(0) })),
    row("assignment", assignment({ id: "a2", unit_id: "cc13", dispatched_at: at(20) })),
    row("assignment", assignment({ id: "a3", unit_id: "cc14", dispatched_at: at(10) })),
    row("assignment", assignment({ id: "a4", unit_id: "cc14", state: "ended", ended_at: at(4) })),
  ]),
);

it("orders that nobody has answered come first, the oldest before the others", () => {
  expect(ordersOf(rows, []).map((order) => order.assignment.id)).toEqual(["a3", "a2", "a1"]);
});

it("an order answered here is no longer unread, whether or not the centre has heard it", () => {
  const said = { kind: "command", id: "1", at: at(21), holdUntil: 0, body: { type: "assignment.accept", assignment_id: "a3" } } as const;
  const order = ordersOf(rows, [said]).find(({ assignment: { id } }) => id === "a3");
  expect(order && isUnread(order)).toBe(false);
});

it("orders that are over stand apart", () => {
  expect(pastOf(rows).map(({ id }) => id)).toEqual(["a4"]);
});
