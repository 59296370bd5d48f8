import { describe, expect, it } from "vitest";

import { emptyState, reduce, type Rows } from "../live/reducer";
import type { RowOut } from "../protocol";
import { alert, assignment, at, call, CODES, incident, leg, place, recommendation, report, row, T0_S, unit } from "../test/fixtures";
import { buildAlerts, firstUnclaimed } from "./alerts";
import { buildBoard, inColumns, ticksOf } from "./board";
import { distanceM, nearIncidents } from "./duplicates";
import { findNext, IN_HAND_S } from "./next";
import { buildQueue } from "./queue";
import { acceptable, changedJustNow, needLines } from "./recommendation";
import { searchTypes } from "./types";

function rowsOf(...rows: RowOut[]): Rows {
  return reduce(emptyState(), { t: "snapshot", snapshot: { centre_id: "hcmc", log_id: "l", seq: 1, rows } }).rows;
}

function waitingIncident(id: string, priority: number, openedS: number, pendingS = openedS): RowOut[] {
  return [
    row("incident", incident({ id, priority, opened_at: at(openedS), leg_ids: [`${id}-4`] })),
    row("leg", leg({ id: `${id}-4`, incident_id: id, priority, pending_since: at(pendingS) })),
  ];
}

describe("the queue", () => {
  it("stands by priority, then age", () => {
    const rows = rowsOf(...waitingIncident("b", 2, 5), ...waitingIncident("c", 1, 9), ...waitingIncident("a", 2, 1));
    const queue = buildQueue(rows, null, T0_S + 10);
    expect(queue.levels.map((l) => l.items.map((i) => i.incident.id))).toEqual([["c"], ["a", "b"]]);
  });

  it("lifts an overdue incident to the top of its level and never out of it", () => {
    const rows = rowsOf(...waitingIncident("old", 3, -9000, 0), ...waitingIncident("late", 3, -700), ...waitingIncident("p1", 1, 0));
    const queue = buildQueue(rows, null, T0_S + 10);
    expect(queue.levels.map((l) => l.items.map((i) => [i.incident.id, i.overdue]))).toEqual([
      [["p1", false]],
      [["late", true], ["old", false]],
    ]);
  });

  it("shows a desk its own agencies and counts the others", () => {
    const rows = rowsOf(...waitingIncident("a", 1, 0), row("report", report({ agency_id: "115" })));
    const queue = buildQueue(rows, ["115"], T0_S);
    expect([queue.levels.length, queue.others, queue.reports.length]).toEqual([0, 1, 1]);
  });

  it("lists waiting reports oldest first, and calls that ring or wait for a call back", () => {
    const rows = rowsOf(
      row("report", report({ id: "new", received_at: at(9) })),
      row("report", report({ id: "old", received_at: at(1) })),
      row("report", report({ id: "done", status: "attached" })),
      row("call", call()),
      row("call", call({ id: "missed", state: "abandoned", call_back_due: true })),
    );
    const queue = buildQueue(rows, null, T0_S);
    expect(queue.reports.map((r) => r.id)).toEqual(["old", "new"]);
    expect([queue.ringing.map((c) => c.id), queue.callBacks.map((c) => c.id)]).toEqual([["c1"], ["missed"]]);
  });
});

describe("the board", () => {
  it("keeps a fixed order by agency and call sign, whatever the phases", () => {
    const rows = rowsOf(
      row("unit", unit({ id: "1", call_sign: "CC-11", phase: "on_scene", assignment_id: "a1" })),
      row("unit", unit({ id: "2", call_sign: "CC-2" })),
      row("unit", unit({ id: "3", call_sign: "KC-1", agency_id: "115" })),
    );
    const groups = buildBoard(rows, ["115"]);
    expect(groups.map((g) => [g.agencyId, g.units.map((u) => u.call_sign), g.available])).toEqual([
      ["115", ["KC-1"], 1],
      ["114", ["CC-2", "CC-11"], 1],
    ]);
  });

  it("stands in columns of about equal length, each agency whole", () => {
    const fleet = (agency: string, count: number) =>
      Array.from({ length: count }, (_, n) => row("unit", unit({ id: `${agency}-${n}`, agency_id: agency })));
    const groups = buildBoard(rowsOf(...fleet("113", 6), ...fleet("114", 3), ...fleet("115", 3)), null);
    expect(inColumns(groups, 2).map((column) => column.map((g) => g.agencyId))).toEqual([["113"], ["114", "115"]]);
    expect(inColumns(groups, 1).length).toBe(1);
  });

  it("ticks received, read and rolling apart and says which step is late", () => {
    expect(ticksOf(assignment(), T0_S + 5)).toEqual({ received: "waiting", read: "waiting", rolling: "waiting" });
    expect(ticksOf(assignment({ received_at: at(2) }), T0_S + 31)).toEqual({ received: "done", read: "late", rolling: "waiting" });
    const time = { occurred_at: at(9), recorded_at: at(9), source: "crew" as const, moved: false };
    expect(ticksOf(assignment({ times: { on_scene: time } }), T0_S + 5).rolling).toBe("done");
  });
});

describe("the alerts", () => {
  it("rank A before B, unclaimed before claimed, oldest first", () => {
    const rows = rowsOf(
      row("alert", alert({ id: "b", level: "B", kind: "leg_unseen" })),
      row("alert", alert({ id: "mine", claimed_by: "x" })),
      row("alert", alert({ id: "a2", raised_at: at(2) })),
      row("alert", alert({ id: "a1", raised_at: at(1) })),
    );
    const board = buildAlerts(rows, null, T0_S + 9);
    expect(board.lines.map((line) => line.alert.id)).toEqual(["a1", "a2", "mine", "b"]);
    expect(board.unclaimed).toEqual({ A: 2, B: 1, C: 0 });
    expect(firstUnclaimed(board)?.id).toBe("a1");
  });

  it("fold a flood of one condition, but never units that have not accepted", () => {
    const many = (kind: string, level: "A" | "B") =>
      [1, 2, 3, 4, 5].map((n) => row("alert", alert({ id: `${kind}${n}`, kind, level, raised_at: at(n) })));
    const board = buildAlerts(rowsOf(...many("call_back", "B"), ...many("unaccepted", "A")), null, T0_S + 9);
    expect(board.lines.map((line) => [line.alert.kind, line.count])).toEqual([
      ...Array.from({ length: 5 }, () => ["unaccepted", 1]),
      ["call_back", 5],
    ]);
  });

  it("leave out what is shelved or another agency's", () => {
    const rows = rowsOf(
      row("alert", alert({ id: "2", shelved_until: at(60) })),
      row("alert", alert({ id: "3", agency_id: "113" })),
    );
    expect(buildAlerts(rows, ["114"], T0_S + 9).lines).toEqual([]);
    expect(buildAlerts(rows, ["114"], T0_S + 61).lines.map((line) => line.alert.id)).toEqual(["2"]);
  });
});

describe("the next thing", () => {
  const rows = rowsOf(
    ...waitingIncident("i1", 1, 0),
    row("report", report({ id: "r9" })),
    row("alert", alert({ level: "B", kind: "leg_unseen", incident_id: "i1" })),
  );
  const asker = { id: "u1", nowS: T0_S };
  const next = (selection: Parameters<typeof findNext>[2]) =>
    findNext(buildAlerts(rows, null, T0_S), buildQueue(rows, null, T0_S), selection, asker);

  it("begins with alerts, goes on with reports, and comes round", () => {
    expect(next(null)).toEqual({ kind: "incident", id: "i1" });
    expect(next({ kind: "incident", id: "i1" })).toEqual({ kind: "report", id: "r9" });
    expect(next({ kind: "report", id: "r9" })).toEqual({ kind: "incident", id: "i1" });
  });

  it("is nothing when nothing waits", () => {
    const none = rowsOf();
    expect(findNext(buildAlerts(none, null, 0), buildQueue(none, null, 0), null, asker)).toBeNull();
  });

  it("is no report that a colleague works at, unless they have left it long", () => {
    const theirs = rowsOf(row("report", report({ opened_by: "u2" })));
    const found = (nowS: number) =>
      findNext(buildAlerts(theirs, null, nowS), buildQueue(theirs, null, nowS), null, { id: "u1", nowS });
    expect(found(T0_S + IN_HAND_S - 1)).toBeNull();
    expect(found(T0_S + IN_HAND_S)).toEqual({ kind: "report", id: "r1" });
  });
});

describe("a recommendation", () => {
  it("is arranged by need with what is assigned, proposed and missing", () => {
    const rows = rowsOf(
      row("incident", incident()),
      row("leg", leg({ assignment_ids: ["a1"] })),
      row("assignment", assignment({ unit_id: "cc11" })),
      row("unit", unit()),
    );
    const [line] = needLines(rows, incident(), recommendation());
    expect(line).toMatchObject({ assigned: ["cc11"], missing: { missing: 1 } });
    expect(line?.proposed.map((p) => p.unit_id)).toEqual(["cc12"]);
  });

  it("shows a unit that serves two needs at once beside both, proposed and sent", () => {
    const ladder = "i1-4/1/ladder";
    const other = { need_id: ladder, capability: "ladder", count: 1, minimum: 1, level: 1, substitutes: [] };
    const needs = [...leg().needs, other];
    const plan = recommendation();
    const both = { ...plan, proposed: plan.proposed.map((unit) => ({ ...unit, also_need_ids: [ladder] })) };
    const waiting = rowsOf(row("incident", incident()), row("leg", leg({ needs })), row("unit", unit()));
    expect(needLines(waiting, incident(), both).map((line) => line.proposed.length)).toEqual([1, 1]);
    const sent = rowsOf(
      row("incident", incident()),
      row("leg", leg({ needs, assignment_ids: ["a1"] })),
      row("assignment", assignment({ unit_id: "cc11", also_need_ids: [ladder] })),
      row("unit", unit()),
    );
    expect(needLines(sent, incident(), undefined).map((line) => line.assigned)).toEqual([["cc11"], ["cc11"]]);
  });

  it("does not count a unit that has been taken meanwhile", () => {
    const rows = rowsOf(row("unit", unit({ assignment_id: "other" })));
    expect(acceptable(rows, recommendation())).toEqual([]);
  });

  it("is held back for 1.5 s after it changed, but not when it is the first", () => {
    expect(changedJustNow([8, 1_000], 2_400)).toBe(true);
    expect(changedJustNow([8, 1_000], 2_500)).toBe(false);
    expect(changedJustNow([1, 1_000], 1_001)).toBe(false);
  });
});

describe("nearby incidents", () => {
  it("count within the radius of either type, nearest first", () => {
    const rows = rowsOf(
      row("incident", incident({ id: "far", place: place({ lon_lat: [106.69, 10.768] }) })),
      row("incident", incident({ id: "near" })),
    );
    const at_ = [106.676, 10.768] as [number, number];
    expect(nearIncidents(rows, CODES, at_, 15, null).map((n) => n.incident_id)).toEqual(["near"]);
    expect(nearIncidents(rows, CODES, at_, 15, "smoke").map((n) => n.incident_id)).toEqual(["near", "far"]);
  });

  it("stand last and say so where only a wide circle reaches them", () => {
    const rows = rowsOf(
      row("incident", incident({ id: "wide", place: place({ lon_lat: [106.68, 10.768], radius_m: 3000 }) })),
      row("incident", incident({ id: "far", place: place({ lon_lat: [106.69, 10.768] }), type_code: "smoke" })),
    );
    const found = nearIncidents(rows, CODES, [106.676, 10.768], 15, null);
    expect(found.map((n) => [n.incident_id, ...n.why])).toEqual([["far", "near"], ["wide", "in_circle"]]);
  });

  it("are measured on the sphere", () => {
    expect(distanceM([106, 10], [106, 11])).toBeCloseTo(111_195, -1);
  });
});

it("finds types by a few letters without diacritics, in either language", () => {
  expect(searchTypes(CODES, "chay nha").map((type) => type.code)).toEqual(["fire_house"]);
  expect(searchTypes(CODES, "burn smell").map((type) => type.code)).toEqual(["smoke"]);
  expect(searchTypes(CODES, " ")).toEqual([]);
});
