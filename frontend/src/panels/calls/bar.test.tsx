import { render, screen } from "@testing-library/react";
import { beforeAll, beforeEach, expect, it } from "vitest";

import "../../i18n/areas/calls";
import { wordsHere } from "../../i18n";
import { applyAction, useCentre } from "../../live/store";
import { emptyForm } from "../../state/forms";
import { CODES, T0, call, place, row } from "../../test/fixtures";
import { CallBar } from "./bar";

const HERE: [number, number] = [106.676, 10.768];

function show(chosen: [number, number] | null) {
  const form = emptyForm({ callId: "c1", place: chosen && place({ lon_lat: chosen, radius_m: 15 }) });
  render(<CallBar form={form} onSilentSign={() => undefined} onSilentEnd={() => undefined} />);
}

beforeAll(wordsHere);
beforeEach(() => {
  useCentre.setState({ codes: CODES });
  const handset = { lon_lat: HERE, radius_m: 34, at: T0, method: "gps", floor: "" };
  const rows = [row("call", call({ id: "c1", state: "answered", handset }))];
  applyAction({ t: "snapshot", snapshot: { centre_id: "hcmc", log_id: "log-1", seq: 10, rows } });
});

it("says how well the telephone knows where it is", () => {
  show(null);
  expect(screen.getByText("±34 m")).toBeVisible();
  expect(screen.queryByText(/cách vị trí đã chọn/)).toBeNull();
});

it("warns of a place chosen that is farther from the telephone than both circles explain", () => {
  show([HERE[0], HERE[1] + 0.01]);
  expect(screen.getByText(/cách vị trí đã chọn 1,1 km/)).toBeVisible();
});

it("is quiet about a place that both circles explain", () => {
  show([HERE[0], HERE[1] + 0.0004]);
  expect(screen.queryByText(/cách vị trí đã chọn/)).toBeNull();
});
