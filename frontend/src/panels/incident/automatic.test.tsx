/** What counts down is told with its units and its moment, and F1 stops it; how it ended stays on the part. */
import { act, render, screen } from "@testing-library/react";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";

import { onPageKey } from "../../commands/keys";
import { wordsHere } from "../../i18n";
import { applyAction, useCentre } from "../../live/store";
import type { Countdown, Leg } from "../../protocol";
import { findSoonest, listCounting } from "../../state/automatic";
import { select, useUi } from "../../state/ui";
import { CODES, incident, leg, row, unit } from "../../test/fixtures";
import { AutomaticBar, AutomaticEnd } from "./automatic";

const NOTHING = {
  alerts: { lines: [], counts: { A: 0, B: 0, C: 0 } },
  queue: { ringing: [], callBacks: [], reports: [], levels: [], held: [], others: 0, closed: 0 },
} as unknown as Parameters<typeof onPageKey>[1];

function counting(part: Partial<Countdown> = {}): Countdown {
  return {
    state: "armed", version: 7, unit_ids: ["cc12"], countdown_s: 20, armed_at: "2026-11-22T11:42:16Z", fires_at: "2026-11-22T11:42:36Z",
    taken_up: false, ended_at: null, by: null, why: null, ...part,
  };
}

function lastCommand() {
  return [...useCentre.getState().outbox.values()].at(-1)?.frame.body;
}

function put(...rows: Leg[]): void {
  const incidents = rows.map((one) => row("incident", incident({ id: one.incident_id, leg_ids: [one.id] })));
  const all = [row("unit", unit()), ...incidents, ...rows.map((one) => row("leg", one))];
  act(() => void applyAction({ t: "snapshot", snapshot: { centre_id: "hcmc", log_id: "log-1", seq: 10, rows: all } }));
}

const rows = () => useCentre.getState().live.rows;

beforeAll(wordsHere);
beforeEach(() => {
  const me = { id: "u1", name: "Lan", role: "dispatcher", agencies: ["114"], mode: "demo" as const };
  useCentre.setState({ me, codes: CODES, outbox: new Map() });
});

describe("what goes by itself", () => {
  it("is told with its units and its moment, and F1 stops it on the incident in hand", () => {
    put(leg({ automatic: counting() }));
    act(() => select({ kind: "incident", id: "i1" }));
    render(<AutomaticBar incident={incident()} />);
    expect(screen.getByRole("status").textContent).toContain("CC-12 tự đi lúc 18:42:36");
    expect(onPageKey(new KeyboardEvent("keydown", { key: "F1" }), NOTHING)).toBe(true);
    expect(lastCommand()).toEqual({ type: "automatic.stop", incident_id: "i1" });
  });

  it("is gone to by F1 from elsewhere, and nothing is stopped by that", () => {
    put(leg({ automatic: counting() }), leg({ id: "i2-4", incident_id: "i2", automatic: counting({ fires_at: "2026-11-22T11:42:20Z" }) }));
    act(() => useUi.setState({ selection: null }));
    onPageKey(new KeyboardEvent("keydown", { key: "F1" }), NOTHING);
    expect(useUi.getState().selection).toEqual({ kind: "incident", id: "i2" });
    expect(lastCommand()).toBeUndefined();
  });

  it("is another agency's to stop", () => {
    put(leg({ id: "i1-5", agency_id: "115", automatic: counting() }));
    render(<AutomaticBar incident={incident({ leg_ids: ["i1-5"] })} />);
    expect(screen.getByRole("status")).toBeTruthy();
    expect(screen.queryByRole("button")).toBeNull();
    expect(listCounting(rows(), incident({ leg_ids: ["i1-5"] }), ["114"])).toEqual([]);
    expect(findSoonest(rows(), ["113"])).toBeNull();
  });

  it("says afterwards who or what stopped it, or that it went", () => {
    render(<AutomaticEnd leg={leg({ automatic: counting({ state: "stopped", why: "unit_needed", by: "timers" }) })} />);
    expect(screen.getByText(/vụ gấp hơn cần tổ này/)).toBeTruthy();
    render(<AutomaticEnd leg={leg({ automatic: counting({ state: "sent", by: "timers" }) })} />);
    expect(screen.getByText(/trung tâm tự điều/)).toBeTruthy();
  });
});
