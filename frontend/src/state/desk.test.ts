import { describe, expect, it } from "vitest";

import { emptyState, reduce, type Rows } from "../live/reducer";
import type { RowOut } from "../protocol";
import { newSounds, stillSounding } from "../sounds/watch";
import { baseOf, notesOf } from "../sounds/tones";
import { placeLabels, type Label } from "../map/labels";
import { alert, assignment, at, incident, leg, recommendation, report, row, T0_S, unit } from "../test/fixtures";
import { addressOf, hashOf, type Address } from "./address";
import { buildAlerts, shelvedAlerts } from "./alerts";
import { usualAnswer } from "./answer";
import { isBusy, lateOf } from "./board";
import { costOf } from "./coverage";
import { unattended } from "./desk";
import { differenceOf } from "./difference";
import { factsOf } from "./facts";
import { LINES, missedSince } from "./missed";
import { buildQueue } from "./queue";
import { radioLine } from "./radio";

function rowsOf(...rows: RowOut[]): Rows {
  return reduce(emptyState(), { t: "snapshot", snapshot: { centre_id: "hcmc", log_id: "l", seq: 1, rows } }).rows;
}

const note = (kind: string, text: string, n: number) => ({
  note_id: `n${n}`, text, by: "u1", at: at(n), kind, source: "chủ nhà", expires_at: null as string | null, standing: false, scope: "", ask: [],
});

describe("the address", () => {
  const full: Address = {
    selection: { kind: "incident", id: "0198-ab" }, pane: "missed", agencies: ["114", "115"], busyOnly: true,
    tab: "board", view: { lon: 106.7, lat: 10.77, zoom: 13.5 }, window: null,
  };

  it("holds everything a person arranged", () => {
    expect(addressOf(hashOf(full))).toEqual(full);
    expect(hashOf(full)).toBe("#incident=0198-ab&pane=missed&agencies=114,115&units=busy&tab=board&map=13.50/10.77000/106.70000");
  });

  it("is empty when nothing was arranged, and takes no harm from nonsense", () => {
    expect(hashOf(addressOf(""))).toBe("");
    const odd = addressOf("#incident=%3Cscript%3E&pane=root&map=a/b/c&window=x&agencies=");
    expect([odd.selection, odd.pane, odd.view, odd.window, odd.agencies]).toEqual([null, "selection", null, null, []]);
  });
});

describe("the queue", () => {
  const held = (untilS: number) => ({ until: at(untilS), reason: "chờ chủ nhà", by: "u1", at: at(0) });

  it("keeps what waits by decision apart, the next review first, and late by nobody's count", () => {
    const rows = rowsOf(
      row("incident", incident({ id: "b", priority: 3, hold: held(900), leg_ids: ["b-4"] })),
      row("leg", leg({ id: "b-4", incident_id: "b", priority: 3, pending_since: at(-3000) })),
      row("incident", incident({ id: "a", priority: 4, hold: held(600), leg_ids: [] })),
    );
    const queue = buildQueue(rows, null, T0_S + 10);
    expect(queue.held.map((item) => [item.incident.id, item.overdue])).toEqual([["a", false], ["b", false]]);
    expect(queue.levels).toEqual([]);
  });

  it("takes it back when the review time has come, and counts how many are overdue", () => {
    const rows = rowsOf(
      row("incident", incident({ id: "b", priority: 3, hold: held(5), leg_ids: ["b-4"] })),
      row("leg", leg({ id: "b-4", incident_id: "b", priority: 3, pending_since: at(-3000) })),
    );
    const queue = buildQueue(rows, null, T0_S + 10);
    expect([queue.held.length, queue.levels[0]?.overdue]).toEqual([0, 1]);
  });

  it("counts what was closed within the hour", () => {
    const closed = (id: string, closedS: number) => row("incident", incident({ id, state: "closed", closed_at: at(closedS), leg_ids: [] }));
    expect(buildQueue(rowsOf(closed("a", -100), closed("b", -4000)), null, T0_S).closed).toBe(1);
  });
});

describe("desks", () => {
  const desk = (id: string, agencies: string[], seats: string[]) =>
    row("desk", { id, name: id, agencies, areas: [], talk_groups: [], seat_ids: seats, version: 1 });

  it("are unattended only where no other desk with a person takes care of the agency", () => {
    expect(unattended(rowsOf(desk("central", ["113", "114"], ["z"]), desk("114", ["114"], []), desk("115", ["115"], [])))).toEqual(["115"]);
  });
});

describe("alerts", () => {
  it("put a mayday first, whoever's it is, and never fold it", () => {
    const rows = rowsOf(
      row("alert", alert({ id: "1", raised_at: at(-50) })),
      row("alert", alert({ id: "2", kind: "mayday", agency_id: "113", about: ["unit", "u"] })),
    );
    expect(buildAlerts(rows, ["114"], T0_S).lines.map((l) => l.alert.id)).toEqual(["2", "1"]);
  });

  it("fold a flood of one condition, but not what waits at priority 1", () => {
    const flood = (level: "A" | "B", kind: string) =>
      [1, 2, 3, 4, 5].map((n) => row("alert", alert({ id: `${kind}${level}${n}`, level, kind })));
    const counts = buildAlerts(rowsOf(...flood("B", "unreceived"), ...flood("A", "pending_overdue")), null, T0_S).lines.map((l) => l.count);
    expect(counts).toEqual([1, 1, 1, 1, 1, 5]);
  });

  it("that are put aside are listed until their end", () => {
    const rows = rowsOf(row("alert", alert({ shelved_until: at(60), shelved_reason: "đã gọi" })));
    expect(shelvedAlerts(rows, null, T0_S).length).toBe(1);
    expect(shelvedAlerts(rows, null, T0_S + 61).length).toBe(0);
  });

  it("bring their usual answer along", () => {
    const rows = rowsOf(row("incident", incident()), row("unit", unit()), row("assignment", assignment()), row("alert", alert()));
    expect(usualAnswer(rows, buildAlerts(rows, null, T0_S), "i1")).toBe("K CC-12");
    const review = rowsOf(row("incident", incident()), row("alert", alert({ kind: "hold_review", level: "B", about: ["incident", "i1"] })));
    expect(usualAnswer(review, buildAlerts(review, null, T0_S), "i1")).toBe("HO 0457 0");
  });
});

describe("sounds", () => {
  const none = rowsOf();

  it("tell a new report and a new alert by agency, the gravest first", () => {
    const now = rowsOf(row("report", report()), row("alert", alert({ agency_id: "115" })));
    expect(newSounds(none, now, null, T0_S)).toEqual([{ event: "A", agencyId: "115" }, { event: "report", agencyId: "114" }]);
    expect(newSounds(now, now, null, T0_S)).toEqual([]);
    expect(newSounds(none, now, ["114"], T0_S)).toEqual([{ event: "report", agencyId: "114" }]);
  });

  it("come again when a claim ran out, and go on while level A has nobody", () => {
    const taken = rowsOf(row("alert", alert({ claimed_by: "u2" })));
    const back = rowsOf(row("alert", alert()));
    expect(newSounds(taken, back, null, T0_S)).toEqual([{ event: "A", agencyId: "114" }]);
    expect([stillSounding(taken, null, T0_S), stillSounding(back, null, T0_S)]).toEqual([[], ["114"]]);
  });

  it("differ by agency in pitch and by gravity in rhythm", () => {
    expect(new Set(["112", "113", "114", "115"].map(baseOf)).size).toBe(4);
    expect(notesOf("A", "114").length).toBeGreaterThan(notesOf("B", "114").length);
  });
});

describe("the board", () => {
  it("says when a unit is later than expected and when it is time to ask a crew", () => {
    const rolling = unit({ phase: "en_route", assignment_id: "a1", in_quarters: false });
    expect(lateOf(rolling, assignment({ eta_s: 100 }), T0_S + 151)).toBe("over_eta");
    expect(lateOf(rolling, assignment({ eta_s: 100 }), T0_S + 149)).toBeNull();
    expect(lateOf(unit({ phase: "on_scene" }), undefined, T0_S + 1201)).toBe("check_in");
  });

  it("calls busy whatever is not free at its station", () => {
    expect([isBusy(unit()), isBusy(unit({ in_quarters: false })), isBusy(unit({ phase: "out_of_service" }))]).toEqual([false, true, true]);
  });
});

describe("what sending costs", () => {
  const place: Record<string, [number, number]> = { cc12: [106.67, 10.77], near: [106.671, 10.77], far: [106.77, 10.77] };

  it("is counted among free units with the skill within three kilometres", () => {
    const rows = rowsOf(...["cc12", "near", "far"].map((id) => row("unit", unit({ id }))), row("unit", unit({ id: "busy", assignment_id: "x" })));
    expect(costOf(rows, "cc12", "fire_engine", new Set(["cc12"]), (id) => place[id])).toEqual({ capability: "fire_engine", before: 2, after: 1 });
    expect(costOf(rows, "cc12", "fire_engine", new Set(), () => undefined)).toBeNull();
  });
});

describe("a refused acceptance", () => {
  it("names who is gone, who left and who joined", () => {
    const seen = recommendation();
    const [first] = seen.proposed;
    if (first === undefined) throw new Error("the fixture proposes nobody");
    const now = recommendation({ version: 8, proposed: [{ ...first, unit_id: "cc11", eta_s: 300 }] });
    const rows = rowsOf(row("unit", unit({ assignment_id: "other" })), row("unit", unit({ id: "cc11" })));
    expect(differenceOf(rows, seen, now)).toEqual({ seen: 7, now: 8, left: [{ unitId: "cc12", gone: true }], joined: [{ unitId: "cc11", etaS: 300 }] });
  });
});

describe("what must be known", () => {
  const notes = [note("trapped", "1 người", 1), note("caution", "bình gas", 2), note("trapped", "2 người tầng 3", 3), note("access", "hẻm 3 mét", 4)];

  it("shows the newest with the one before, and no caution that has expired", () => {
    const old = { ...note("caution", "chó dữ", 5), expires_at: at(10) };
    const facts = factsOf(incident({ notes: [...notes, old] }), T0_S + 11);
    expect([facts.cautions.map((n) => n.text), facts.trapped?.text, facts.trappedBefore?.text]).toEqual([["bình gas"], "2 người tầng 3", "1 người"]);
  });

  it("is read aloud after what and where", () => {
    const words = { type: "Cháy nhà ở", place: "654/3 Lạc Long Quân", priority: "Nguy kịch", unverified: "chưa xác minh", caution: (told: { text: string | null }) => told.text ?? "" };
    const read = radioLine("CC-12", incident({ notes, place: { ...incident().place, state: "read_back" } }), words, T0_S);
    expect(read).toBe("CC-12, cháy nhà ở, 654/3 Lạc Long Quân, hẻm 3 mét, 2 người tầng 3, bình gas, Nguy kịch");
    expect(radioLine("CC-12", incident(), words, T0_S)).toContain("chưa xác minh");
  });
});

describe("what was missed", () => {
  it("is at most ten lines, the gravest first, and only since then", () => {
    const many = Array.from({ length: 14 }, (_, n) => row("incident", incident({ id: `i${n}`, priority: 4, opened_at: at(n), leg_ids: [] })));
    const rows = rowsOf(...many, row("incident", incident({ id: "old", opened_at: at(-99), leg_ids: [] })), row("unit", unit({ mayday_at: at(1) })));
    const missed = missedSince(rows, at(-1), null);
    expect([missed.lines.length, missed.more, missed.lines[0]?.what]).toEqual([LINES, 5, "mayday"]);
    expect(missed.lines.map((l) => l.incidentId)).not.toContain("old");
  });

  it("tells another's changes with the name of who made them", () => {
    const changed = incident({ opened_at: at(-99), changed: { priority: { seq: 5, actor: "u2", at: at(3) } } });
    expect(missedSince(rowsOf(row("incident", changed), row("leg", leg())), at(0), ["114"]).lines.map((l) => [l.what, l.who])).toEqual([["priority", "u2"]]);
    expect(missedSince(rowsOf(row("incident", changed), row("leg", leg())), at(0), ["115"]).lines).toEqual([]);
  });
});

describe("labels of the map", () => {
  const label = (text: string, x: number, y: number, rank: number): Label => ({ text, x, y, width: 40, reach: 8, rank });

  it("never lie on each other or on a mark, and the important ones have room first", () => {
    const labels = Array.from({ length: 60 }, (_, n) => label(`CC-${n}`, 100 + (n % 10) * 12, 100 + Math.floor(n / 10) * 12, n));
    const placed = placeLabels(labels, labels.map(({ x, y }) => ({ x: x - 7, y: y - 7, width: 14, height: 14 })));
    const boxes = placed.map(({ x, y }) => ({ x, y: y - 10, width: 40, height: 14 }));
    const crossing = boxes.flatMap((a, i) => boxes.slice(i + 1).filter((b) => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height));
    expect(crossing).toEqual([]);
    expect(placed.length).toBeGreaterThan(3);
    expect(placeLabels([label("low", 0, 0, 9), label("high", 0, 0, 1)], []).map((p) => p.label.text)[0]).toBe("high");
  });
});

