import { act, configure, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";

import { wordsHere } from "../../i18n";
import { applyAction, useCentre } from "../../live/store";
import { useUi } from "../../state/ui";
import { CODES, assignment, changes, incident, leg, recommendation, report, row, unit } from "../../test/fixtures";
import { IncidentPanel } from ".";
import { Lines } from "./beside";

configure({ asyncUtilTimeout: 30_000 });

const me = { id: "u1", name: "Trần Thị Mẫu", role: "dispatcher", agencies: ["114"], mode: "demo" as const };

function lastCommand() {
  return [...useCentre.getState().outbox.values()].at(-1)?.frame.body;
}

/** Without a centre behind it the panel says that earlier lines are missing; then it is at rest. */
async function show() {
  render(<IncidentPanel id="i1" />);
  await screen.findByText(/Chưa lấy được diễn biến/);
}

beforeAll(wordsHere);
beforeEach(() => {
  useCentre.setState({ me, codes: CODES, outbox: new Map(), announcement: null });
  const rows = [
    row("incident", incident()),
    row("report", report({ status: "attached", incident_id: "i1" })),
    row("leg", leg()),
    row("unit", unit()),
    row("unit", unit({ id: "cc11", call_sign: "CC-11" })),
    row("recommendation", recommendation({ version: 1 })),
  ];
  applyAction({ t: "snapshot", snapshot: { centre_id: "hcmc", log_id: "log-1", seq: 10, rows } });
});

describe("the incident in hand", () => {
  it("shows what, where, who told it and what is missing", async () => {
    await show();
    expect(screen.getByRole("heading", { name: "Cháy nhà ở" })).toBeVisible();
    expect(screen.getByText("384/20 Lý Thái Tổ")).toBeVisible();
    expect(screen.getByText("“khói ra cửa sổ lầu ba”")).toBeVisible();
    expect(screen.getAllByText("thiếu 1").length).toBeGreaterThan(0);
    expect(screen.getByText(/kế tiếp CC-11 5:00/)).toBeVisible();
  });

  it("accepts with the version that was seen", async () => {
    await show();
    await userEvent.click(screen.getByRole("button", { name: /Nhận v1: CC-12/ }));
    expect(lastCommand()).toEqual({ type: "recommendation.accept", incident_id: "i1", version: 1, leg_ids: [] });
  });

  it("sends nothing when the recommendation changed a moment ago", async () => {
    await show();
    act(() => void applyAction(changes(10, 11, [row("recommendation", recommendation({ version: 2 }), 2)])));
    await userEvent.click(await screen.findByRole("button", { name: /Nhận v2/ }));
    expect(lastCommand()).toBeUndefined();
    expect(useCentre.getState().announcement?.outcome).toMatchObject({ ok: false, error: { code: "local.just_changed" } });
  });

  it("strikes out a proposed unit that another has taken, and does not offer it", async () => {
    applyAction(changes(10, 11, [row("unit", unit({ assignment_id: "other" }), 2)]));
    await show();
    expect(screen.getByText("Không còn rảnh.")).toBeVisible();
    expect(screen.queryByRole("button", { name: /Nhận v/ })).toBeNull();
  });

  it("marks straight-line answers", async () => {
    applyAction(changes(10, 11, [row("recommendation", recommendation({ degraded: true }), 2)]));
    await show();
    expect(screen.getByText("đường chim bay")).toBeVisible();
  });

  it("marks a quick plan until the best one confirms it", async () => {
    applyAction(changes(10, 11, [row("recommendation", recommendation({ hasty: true }), 2)]));
    await show();
    expect(screen.getByText("tạm, đang tính kỹ hơn")).toBeVisible();
    act(() => void applyAction(changes(11, 12, [row("recommendation", recommendation(), 3)])));
    expect(screen.queryByText("tạm, đang tính kỹ hơn")).toBeNull();
  });

  it("tells who is as good as the plan as equal, never as later by nothing", () => {
    const sent = { need_id: "i1-4/1/fire_engine", unit_id: "cc12", capability: "fire_engine", eta_s: 200, cover_s: 0, cost_s: 200 };
    const plan = { sent: [sent], missing: 0, last_eta_s: 200, sum_eta_s: 200, cover_s: 0, cost_s: 200 };
    const waits = { need_id: sent.need_id, unit_id: "cc11", eta_s: 200 };
    const changed = { need_id: sent.need_id, leaves: "cc12", comes: ["cc11"], missing: 0 };
    const thoughts = { plan, next_best: null, closest: plan, gap: 0 };
    const { rerender } = render(<Lines of={{ ...thoughts, changes: [{ ...changed, later_s: 0 }], waiting: [{ ...waits, sooner_s: 0 }] }} />);
    expect(screen.getByText("CC-12 và CC-11 ngang nhau.")).toBeVisible();
    expect(screen.getByText("CC-11 (3:20) ngang nhau với tổ được chọn.")).toBeVisible();
    rerender(<Lines of={{ ...thoughts, changes: [{ ...changed, later_s: 5 }], waiting: [{ ...waits, sooner_s: 5 }] }} />);
    expect(screen.getByText("CC-12 chậm thêm 0:05 thì CC-11 đi thay.")).toBeVisible();
    expect(screen.getByText("CC-11 (3:20) tới sớm hơn 0:05 thì được chọn.")).toBeVisible();
  });

  it("tells a busy unit that would be sooner, and only offers its line", async () => {
    const one = { unit_id: "cc11", need_id: "i1-4/1/fire_engine", leg_id: "i1-4", capability: "fire_engine", eta_s: 100, saves_s: 200, runs: null, net_s: 150, later_s: 250 };
    applyAction(
      changes(10, 11, [
        row("incident", incident({ id: "i2", number: "260712-0455", priority: 3 })),
        row("assignment", assignment({ id: "a2", incident_id: "i2", unit_id: "cc11" })),
        row("unit", unit({ id: "cc11", call_sign: "CC-11", assignment_id: "a2", phase: "en_route", in_quarters: false }), 2),
        row("recommendation", recommendation({ version: 1, suggested: [{ ...one, kind: "reassign" }] }), 2),
      ]),
    );
    await show();
    expect(screen.getByText(/CC-11 đang tới 0455 \(P3\): đến đây sau 1:40, sớm hơn 3:20/)).toBeVisible();
    await userEvent.click(screen.getByRole("button", { name: /^RP \d{4} CC-11$/ }));
    expect(useUi.getState().offered?.line).toMatch(/^RP \d{4} CC-11$/);
    expect(lastCommand()).toBeUndefined();
    act(() => void applyAction(changes(11, 12, [row("recommendation", recommendation({ version: 1, suggested: [{ ...one, kind: "queue", runs: 0 }] }), 3)])));
    expect(await screen.findByText(/CC-11 sắp xong 0455 .*theo định mức/)).toBeVisible();
    expect(screen.getByRole("button", { name: /^Q \d{4} CC-11$/ })).toBeVisible();
  });

  it("shows an unread update with the old value struck through", async () => {
    const update = { n: 2, kind: "place", old: "384 Lý Thái Tổ", new: "384/20 Lý Thái Tổ hẻm", at: "2026-11-22T11:41:00Z", received_at: null, accepted_at: null };
    applyAction(
      changes(10, 11, [
        row("leg", leg({ state: "active", assignment_ids: ["a1"] }), 2),
        row("assignment", assignment({ updates: [update] })),
        row("unit", unit({ assignment_id: "a1", phase: "dispatched", in_quarters: false }), 2),
      ]),
    );
    await show();
    expect(screen.getByText("384 Lý Thái Tổ").tagName).toBe("S");
    expect(screen.getByText(/cập nhật 2 chưa đọc: vị trí/)).toBeVisible();
  });

  it("begins the line of the hospital so that its name is typed right on", async () => {
    const there = { phase: "on_scene", occurred_at: "2026-11-22T11:41:00Z", recorded_at: "2026-11-22T11:41:00Z", source: "crew" };
    applyAction(
      changes(10, 11, [
        row("leg", leg({ state: "active", assignment_ids: ["a1"] }), 2),
        row("assignment", assignment({ times: { on_scene: there } } as object)),
        row("unit", unit({ assignment_id: "a1", phase: "on_scene", in_quarters: false, vehicle_class: "ambulance" }), 2),
      ]),
    );
    await show();
    await userEvent.click(screen.getByRole("button", { name: "bệnh viện" }));
    expect(useUi.getState().offered).toMatchObject({ line: "BV CC-12 " });
  });

  it("hides words that this agency may not see, and says that they are hidden", async () => {
    applyAction(changes(10, 11, [row("report", report({ words: [null], phone: null }), 2)]));
    await show();
    expect(screen.getByText(/chỉ lực lượng liên quan được xem/)).toBeVisible();
  });

  it("keeps a note in its field until the centre has it", async () => {
    await show();
    const field = screen.getByRole("textbox", { name: /Ghi chú/ });
    await userEvent.type(field, "cổng sau khóa{Enter}");
    expect(lastCommand()).toEqual({ type: "incident.note", incident_id: "i1", text: "cổng sau khóa" });
    expect(field).toHaveValue("cổng sau khóa");
  });
});
