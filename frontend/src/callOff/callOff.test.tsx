import { act, configure, render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";

import { wordsHere } from "../i18n";
import { applyAction, useCentre } from "../live/store";
import { useUi, type CallingOff } from "../state/ui";
import { CODES, T0, assignment, at, changes, incident, leg, row, unit } from "../test/fixtures";
import CallOff from ".";

configure({ asyncUtilTimeout: 30_000 });

const me = { id: "u1", name: "Trần Thị Mẫu", role: "dispatcher", agencies: ["114"], mode: "demo" as const };
const SENT = assignment({ received_at: T0 });
const UNSENT = assignment({ id: "a2", unit_id: "cc11" });

function lastCommand() {
  return [...useCentre.getState().outbox.values()].at(-1)?.frame.body;
}

function ask(kind: CallingOff["kind"], reason = "báo giả") {
  useUi.setState({ callingOff: { kind, incidentId: "i1", agencyId: null, reason } });
  render(<CallOff />);
}

const inDialog = () => within(screen.getByRole("dialog"));

beforeAll(wordsHere);
beforeEach(() => {
  useCentre.setState({ me, codes: CODES, outbox: new Map(), announcement: null });
  const rows = [
    row("incident", incident({ version: 9 })),
    row("leg", leg({ state: "active", assignment_ids: ["a1", "a2"] })),
    row("unit", unit({ phase: "en_route", assignment_id: "a1" })),
    row("unit", unit({ id: "cc11", call_sign: "CC-11", phase: "dispatched", assignment_id: "a2" })),
    row("unit", unit({ id: "cc14", call_sign: "CC-14" })),
    row("assignment", SENT),
    row("assignment", UNSENT),
  ];
  applyAction({ t: "snapshot", snapshot: { centre_id: "hcmc", log_id: "log-1", seq: 10, rows } });
});

describe("what is asked before everybody of an incident is called off", () => {
  it("says what happens to each unit, with the keyboard where nothing happens", async () => {
    ask("cancel");
    const lines = inDialog().getAllByRole("row").slice(1).map((line) => line.textContent);
    expect(lines).toEqual([expect.stringMatching(/CC-12.*tổ phải xác nhận/), expect.stringMatching(/CC-11.*máy chưa nhận/)]);
    expect(inDialog().getByRole("button", { name: "Không, để nguyên" })).toHaveFocus();
    await userEvent.keyboard("{Enter}");
    expect(screen.queryByRole("dialog")).toBeNull();
    expect(lastCommand()).toBeUndefined();
  });

  it.each(["cancel", "recall"] as const)("sends a %s with what was seen", async (kind) => {
    ask(kind);
    await userEvent.tab();
    await userEvent.keyboard("{Enter}");
    const seen = { incident_id: "i1", reason: "báo giả", seen: 9, assignment_ids: ["a1", "a2"] };
    expect(lastCommand()).toEqual(
      kind === "cancel" ? { type: "incident.cancel", ...seen } : { type: "incident.recall", agencies: ["114"], ...seen },
    );
  });

  it("sends nothing without a reason", async () => {
    ask("cancel", "");
    await userEvent.click(inDialog().getByRole("button", { name: /^Hủy vụ 0457/ }));
    expect(lastCommand()).toBeUndefined();
  });

  it("shows a unit that came meanwhile, with who sent it, and sends only after that was seen", async () => {
    ask("cancel");
    const late = assignment({ id: "a3", unit_id: "cc14", created_at: at(60), dispatched_by: "u1" });
    const rows = [row("assignment", late, 11), row("leg", leg({ state: "active", assignment_ids: ["a1", "a2", "a3"] }), 11)];
    act(() => void applyAction(changes(10, 11, rows)));
    expect(await inDialog().findByRole("alert")).toHaveTextContent(/thêm CC-14, do Trần Thị Mẫu lúc 18:41:00/);
    await userEvent.click(inDialog().getByRole("button", { name: "Đã xem, tính lại" }));
    expect(lastCommand()).toBeUndefined();
    await userEvent.click(inDialog().getByRole("button", { name: /3 tổ được gọi về/ }));
    expect(lastCommand()).toMatchObject({ assignment_ids: ["a1", "a2", "a3"] });
  });

  it("offers nothing any more once the incident is over", async () => {
    ask("recall");
    act(() => void applyAction(changes(10, 11, [row("incident", incident({ state: "closed", version: 11 }), 11)])));
    expect(await inDialog().findByRole("alert")).toHaveTextContent("vụ việc đã xong");
    expect(inDialog().getAllByRole("button")).toHaveLength(1);
  });

  it("never cancels over somebody in a crew's care, and leaves that crew in a recall", () => {
    const rows = [row("unit", unit({ phase: "at_patient", assignment_id: "a1" }), 11)];
    applyAction(changes(10, 11, rows));
    ask("cancel");
    expect(inDialog().getByText(/^Chưa hủy được: CC-12/)).toBeVisible();
    expect(inDialog().getAllByRole("button")).toHaveLength(1);
    act(() => useUi.setState({ callingOff: { kind: "recall", incidentId: "i1", agencyId: null, reason: "why" } }));
    expect(inDialog().getByText("để lại: đang có người")).toBeVisible();
    expect(inDialog().getByRole("button", { name: "Gọi 1 tổ về · vụ 0457 vẫn mở" })).toBeEnabled();
  });
});
