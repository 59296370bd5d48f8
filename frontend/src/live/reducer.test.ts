import { describe, expect, it } from "vitest";

import { changes, incident, report, row, unit } from "../test/fixtures";
import { emptyState, LOG_KEPT, reduce, type LiveState } from "./reducer";

const snapshot = (seq: number, rows = [row("incident", incident())]): LiveState =>
  reduce(emptyState(), { t: "snapshot", snapshot: { centre_id: "hcmc", log_id: "log-1", seq, rows } });

describe("the reducer", () => {
  it("takes a snapshot as the whole truth", () => {
    const before = reduce(snapshot(5), changes(5, 6, [row("unit", unit())]));
    const after = reduce(before, { t: "snapshot", snapshot: { centre_id: "hcmc", log_id: "log-2", seq: 9, rows: [] } });
    expect(after.rows.unit.size + after.rows.incident.size).toBe(0);
    expect([after.logId, after.seq]).toEqual(["log-2", 9]);
  });

  it("applies what follows and leaves untouched kinds shared", () => {
    const before = snapshot(5);
    const after = reduce(before, changes(5, 8, [row("report", report())]));
    expect(after.seq).toBe(8);
    expect(after.rows.report.get("r1")?.words).toEqual(["khói ra cửa sổ lầu ba"]);
    expect(after.rows.incident).toBe(before.rows.incident);
  });

  it("removes rows that are gone", () => {
    const after = reduce(snapshot(5), changes(5, 6, [], [["incident", "i1"]]));
    expect(after.rows.incident.size).toBe(0);
  });

  it("ignores a frame it has already taken in", () => {
    const before = snapshot(5);
    expect(reduce(before, changes(3, 5, [], [["incident", "i1"]]))).toBe(before);
  });

  it("takes a frame that overlaps the snapshot", () => {
    const after = reduce(snapshot(5), changes(3, 7, [row("incident", incident({ priority: 2 }), 2)]));
    expect(after.rows.incident.get("i1")?.priority).toBe(2);
    expect(after.gap).toBe(false);
  });

  it("marks a gap and changes nothing when frames are missing", () => {
    const after = reduce(snapshot(5), changes(7, 9, [], [["incident", "i1"]]));
    expect(after.gap).toBe(true);
    expect([after.seq, after.rows.incident.size]).toEqual([5, 1]);
  });

  it("never changes the state it was given", () => {
    const before = snapshot(5);
    const rows = [...before.rows.incident.entries()];
    reduce(before, changes(5, 6, [row("incident", incident({ id: "i2" }))], [["incident", "i1"]]));
    expect([...before.rows.incident.entries()]).toEqual(rows);
  });

  it("keeps a bounded log, the newest lines", () => {
    let state = snapshot(0, []);
    for (let seq = 1; seq <= LOG_KEPT + 20; seq++) {
      const line = { seq, type: "leg.seen", at: "", recorded_at: "", received_at: "", actor: "", agency: "", incident_id: null, about: ["leg", "x"] as [string, string], data: {} };
      state = reduce(state, { ...changes(seq - 1, seq), log: [line] });
    }
    expect(state.log.length).toBe(LOG_KEPT);
    expect(state.log.at(-1)?.seq).toBe(LOG_KEPT + 20);
  });

  it("skips kinds of rows it does not know", () => {
    const after = reduce(snapshot(5), changes(5, 6, [{ kind: "novelty", id: "x", version: 1, body: incident() }]));
    expect(after.seq).toBe(6);
  });
});
