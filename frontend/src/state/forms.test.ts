import { beforeEach, describe, expect, it } from "vitest";

import { call } from "../test/fixtures";
import { emptyState } from "../live/reducer";
import { callBacks, inHand, ringing, whyDue } from "./calls";
import {
  accountOf, beginForm, changeForm, dirty, dropForm, emptyForm, findFormOfCall, isEmpty, isUntouched, restoreForms, useForms,
} from "./forms";
import { useUi } from "./ui";

const NOW = Date.now();

beforeEach(() => {
  localStorage.clear();
  dirty.clear();
  useForms.setState({ forms: new Map(), current: null, saved: new Map(), done: new Set() });
  useUi.setState({ pane: "selection" });
  restoreForms("u1", NOW);
});

describe("forms", () => {
  it("stand on the screen again after a crash, open as they were", () => {
    const form = beginForm({ callId: "c1", phone: "0900000018" });
    useUi.setState({ pane: "new_report" });
    changeForm(form.id, { heard: "384 xẹt 20 Lý Thái Tổ", line: "đang nói dở" });
    useForms.setState({ forms: new Map(), current: null });
    expect(restoreForms("u1", NOW)).toBe(true);
    const { forms, current } = useForms.getState();
    expect(current).toBe(form.id);
    expect(forms.get(form.id)).toMatchObject({ heard: "384 xẹt 20 Lý Thái Tổ", line: "đang nói dở", callId: "c1" });
    expect([...dirty]).toEqual([form.id]);
  });

  it("belong to the person who typed them", () => {
    beginForm({ heard: "một" });
    expect(restoreForms("u2", NOW)).toBe(false);
    useForms.setState({ forms: new Map(), current: null });
    restoreForms("u2", NOW);
    expect(useForms.getState().forms.size).toBe(0);
  });

  it("are forgotten after a day", () => {
    beginForm({ heard: "một" });
    restoreForms("u1", NOW + 25 * 3600 * 1000);
    expect(useForms.getState().forms.size).toBe(0);
  });

  it("do not come back for a call that is dealt with", () => {
    const form = beginForm({ callId: "c1" });
    dropForm(form.id);
    expect(findFormOfCall("c1")).toBeNull();
    expect(useForms.getState().done.has("c1")).toBe(true);
    expect(useForms.getState().current).toBeNull();
  });

  it("tell everything that was said, the line being typed too", () => {
    const form = emptyForm({ lines: [{ at: "", text: "cháy nhà" }], line: " còn hai người " });
    expect(accountOf(form)).toBe("cháy nhà\ncòn hai người");
  });

  it("are untouched while only the telephone filled them in", () => {
    const form = emptyForm({ callId: "c1", phone: "0900000018" });
    expect(isUntouched(form)).toBe(true);
    expect(isEmpty(form)).toBe(false);
    expect(isUntouched({ ...form, name: "Lan" })).toBe(false);
  });
});

describe("calls", () => {
  const rows = {
    ...emptyState().rows,
    call: new Map(
      [
        call({ id: "b", rung_at: "2026-11-22T11:40:05Z" }),
        call({ id: "a", rung_at: "2026-11-22T11:40:00Z" }),
        call({ id: "other", agency_id: "113" }),
        call({ id: "mine", state: "held", answered_by: "u1" }),
        call({ id: "tried", state: "abandoned", call_back_due: true, attempts: [{ by: "u1", at: "", reached: false }] }),
        call({ id: "untried", state: "ended", silent: true, call_back_due: true, rung_at: "2026-11-22T12:00:00Z" }),
      ].map((made) => [made.id, made]),
    ),
  };

  it("ring in the order in which they came, on one's own lines", () => {
    expect(ringing(rows, ["114"]).map((found) => found.id)).toEqual(["a", "b"]);
    expect(ringing(rows, null)).toHaveLength(3);
  });

  it("are in hand while spoken on or held", () => {
    expect(inHand(rows, "u1").map((found) => found.id)).toEqual(["mine"]);
    expect(inHand(rows, "u2")).toEqual([]);
  });

  it("wait to be called back, those first whom nobody tried", () => {
    expect(callBacks(rows, ["114"]).map((found) => found.id)).toEqual(["untried", "tried"]);
    expect(callBacks(rows, ["114"]).map(whyDue)).toEqual(["silent", "abandoned"]);
  });
});
