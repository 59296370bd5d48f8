import { cleanup, configure, render, screen, within } from "@testing-library/react";
import { afterEach, beforeAll, expect, it } from "vitest";

import "../i18n/areas/compare";
import { wordsHere } from "../i18n";
import type { Comparison, Figure, Run } from "./data";
import { Result } from "./result";

configure({ asyncUtilTimeout: 30_000 });

const run: Run = {
  id: "r", asked_by_name: "Hùng", asked_at: "2026-11-22T10:00:00Z", state: "done", step: "", share: 1, vi: "", en: "",
  question: { day: { kind: "recorded", start: "2026-11-21T17:00:00Z", hours: 24 }, agencies: ["115"], policy: "default", other: "closest" },
};

const figure = (policy: number, other: number, half: number | null): Figure => ({ policy, other, difference: policy - other, plus_minus: half });

function found(days: number, half: number | null): Comparison {
  return {
    days, incidents: 40, left_out: 2,
    agencies: {
      "115": {
        figures: { calls: figure(40, 40, half), mean_min: figure(7.9, 9.3, half), late_12: figure(0.3, 0.2, half) },
        target_min: null, sooner: 20, later: 5, same: 15,
        wards: [{ code: "1", name: "Phường Sài Gòn", incidents: 9, policy_min: 3, other_min: 8 }],
        incidents: [{ number: "261122-0011", type_code: "stroke", priority: 1, policy_min: 4, other_min: 9, policy_units: ["u1"], other_units: ["u2"] }],
      },
    },
  };
}

/** There is no centre here: the map says so, the list beside it stands. */
const noOutlines = () => screen.findByText(/Trung tâm không trả lời/);

beforeAll(() => wordsHere());
afterEach(cleanup);

it("sets both policies side by side and says which difference is beyond doubt", async () => {
  render(<Result run={run} found={found(5, 0.05)} options={null} />);
  const row = (name: string) => screen.getByRole("row", { name: new RegExp(name) });
  expect(within(row("Tổ cuối cùng đến: trung bình")).getAllByRole("cell").map((cell) => cell.textContent)).toEqual(["7,90", "9,30", "−1,40", "± 0,05", "▼ tốt hơn"]);
  expect(row("Trễ quá 12 phút").textContent).toContain("+10,0 điểm");
  expect(row("Trễ quá 12 phút").textContent).toContain("kém hơn");
  expect(screen.getByText(/Bỏ qua 2 vụ/)).toBeTruthy();
  expect(screen.queryByText(/Chỉ một ngày/)).toBeNull();
  await noOutlines();
});

it("judges nothing by one day, names wards for who sees no map, and opens incidents as they were", async () => {
  render(<Result run={run} found={found(1, null)} options={null} />);
  expect(screen.getByText(/Chỉ một ngày/)).toBeTruthy();
  expect(screen.queryByText(/tốt hơn$/)).toBeNull();
  expect(screen.getByRole("button", { name: /Phường Sài Gòn.*−5,00.*9 vụ/ })).toBeTruthy();
  await noOutlines();
  expect(screen.getByRole("link", { name: "261122-0011" }).getAttribute("href")).toBe("/replay?incident=261122-0011");
});

it("opens an incident as either side would have had it, where the simulated day is kept", () => {
  const { rerender } = render(<Result run={run} found={found(1, null)} options={null} />);
  expect(document.querySelector('a[href^="/replay/what-if"]')).toBeNull();
  rerender(<Result run={run} found={{ ...found(1, null), told: ["2026-11-21T17:00:00Z", "2026-11-22T17:00:00Z"] }} options={null} />);
  const links = [...document.querySelectorAll('a[href^="/replay/what-if"]')].map((link) => link.getAttribute("href"));
  expect(links).toEqual(["/replay/what-if/r/a?incident=261122-0011", "/replay/what-if/r/b?incident=261122-0011"]);
});

it("shows a chief of other agencies nothing of this one", () => {
  render(<Result run={run} found={{ ...found(1, null), agencies: {} }} options={null} />);
  expect(screen.getByText(/không có lực lượng nào bạn phụ trách/)).toBeTruthy();
});
