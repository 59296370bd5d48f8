import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";

import { wordsHere } from "../../i18n";
import { applyAction, useCentre } from "../../live/store";
import type { Incident } from "../../protocol";
import { CODES, incident, report, row } from "../../test/fixtures";
import { Facts } from "./facts";
import { NoteBox } from "./noteBox";

const me = { id: "u1", name: "Trần Thị Mẫu", role: "dispatcher", agencies: ["114"], mode: "demo" as const };
const IN_A_YEAR = new Date(Date.now() + 365 * 86_400_000).toISOString();

function lastCommand() {
  return [...useCentre.getState().outbox.values()].at(-1)?.frame.body;
}

function take(told: Incident, phone: string | null = "0903000001") {
  const rows = [row("incident", told), row("report", report({ status: "attached", incident_id: "i1", phone }))];
  applyAction({ t: "snapshot", snapshot: { centre_id: "hcmc", log_id: "log-1", seq: 10, rows } });
}

function caution(over: object) {
  return {
    note_id: "c1", text: "chó dữ", by: "u9", at: "2026-11-22T11:41:00Z", kind: "caution", source: "tổ đầu tiên",
    expires_at: IN_A_YEAR, standing: true, scope: "place", ask: [], ...over,
  };
}

beforeAll(wordsHere);
beforeEach(() => {
  useCentre.setState({ me, codes: CODES, outbox: new Map(), announcement: null });
});

describe("a caution is written for this incident, this place or this number", () => {
  async function write(scope: string, valid: string | null) {
    take(incident());
    render(<NoteBox incident={incident()} />);
    await userEvent.selectOptions(screen.getByRole("combobox", { name: "Loại ghi chú" }), "caution");
    await userEvent.selectOptions(screen.getByRole("combobox", { name: "Lưu cho" }), scope);
    if (valid !== null) await userEvent.selectOptions(screen.getByRole("combobox", { name: "Hết hạn" }), valid);
    await userEvent.type(screen.getByRole("textbox", { name: "ai cho biết" }), "chủ nhà");
    await userEvent.type(screen.getByRole("textbox", { name: /Ghi chú/ }), "chó dữ{Enter}");
    return lastCommand() as { type: string; scope?: string; expires_at: string };
  }

  it("stays with the incident unless said otherwise", async () => {
    const sent = await write("chỉ vụ này", null);
    expect(sent).toMatchObject({ type: "incident.note", kind: "caution", text: "chó dữ", source: "chủ nhà" });
    expect(sent.scope).toBeUndefined();
  });

  it.each([["nơi này", "place", "1 năm", 365], ["số máy này", "number", "1 ngày", 1]])("is kept for %s", async (label, scope, valid, days) => {
    const sent = await write(label, valid);
    expect(sent).toMatchObject({ type: "caution.keep", incident_id: "i1", scope, text: "chó dữ", source: "chủ nhà" });
    const left = Date.parse(sent.expires_at) - Date.now();
    expect(left / 86_400_000).toBeCloseTo(days, 1);
  });

  it("offers only what the incident has", async () => {
    const nowhere = incident({ place: { ...incident().place, lon_lat: null } });
    take(nowhere, null);
    render(<NoteBox incident={nowhere} />);
    await userEvent.selectOptions(screen.getByRole("combobox", { name: "Loại ghi chú" }), "caution");
    const scopes = screen.getByRole("combobox", { name: "Lưu cho" });
    expect([...scopes.querySelectorAll("option")].map((option) => option.textContent)).toEqual(["chỉ vụ này"]);
  });
});

describe("a standing caution in the facts", () => {
  it("says that it is kept, who told it and the day it ends", () => {
    const told = incident({ notes: [caution({})] });
    take(told);
    render(<Facts incident={told} />);
    expect(screen.getByText("lưu cho nơi này")).toBeVisible();
    expect(screen.getByText(/tổ đầu tiên/)).toHaveTextContent(/hết hạn \d\d\/\d\d\/\d{4}/);
  });

  it("says that it is for the number, and whom to ask where its words are kept from this incident", () => {
    const told = incident({ notes: [caution({ text: null, scope: "number", ask: ["113"] })] });
    take(told);
    render(<Facts incident={told} />);
    expect(screen.getByText("lưu cho số máy này")).toBeVisible();
    expect(screen.getByText("Có cảnh báo không mở cho bạn: hỏi chỉ huy 113")).toBeVisible();
  });

  it("is withdrawn by a desk, with a reason", async () => {
    const told = incident({ notes: [caution({})] });
    take(told);
    render(<Facts incident={told} />);
    await userEvent.click(screen.getByRole("button", { name: "thu hồi" }));
    await userEvent.type(screen.getByLabelText("Vì sao không còn nguy hiểm"), "đã bán chó{Enter}");
    expect(lastCommand()).toEqual({ type: "caution.withdraw", caution_id: "c1", reason: "đã bán chó" });
  });

  it("is not a call-taker's to withdraw, nor is a caution of this incident alone anybody's", () => {
    const told = incident({ notes: [caution({ standing: false })] });
    take(told);
    const { unmount } = render(<Facts incident={told} />);
    expect(screen.queryByText("lưu cho nơi này")).toBeNull();
    expect(screen.queryByRole("button", { name: "thu hồi" })).toBeNull();
    unmount();
    const kept = incident({ notes: [caution({})] });
    useCentre.setState({ me: { ...me, role: "call_taker" } });
    take(kept);
    render(<Facts incident={kept} />);
    expect(screen.getByText("lưu cho nơi này")).toBeVisible();
    expect(screen.queryByRole("button", { name: "thu hồi" })).toBeNull();
  });
});
