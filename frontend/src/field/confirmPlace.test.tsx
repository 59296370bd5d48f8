import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeAll, beforeEach, expect, it } from "vitest";

import "../i18n/areas/field";
import { wordsHere } from "../i18n";
import { useCentre } from "../live/store";
import { CODES, incident, place, unit } from "../test/fixtures";
import { ConfirmPlace } from "./incident";
import { useField } from "./store";

const there = unit({ phase: "on_scene", assignment_id: "a1" });
const confirm = () => screen.queryByRole("button", { name: "Đúng địa chỉ này" });

beforeAll(wordsHere);
beforeEach(() => {
  useCentre.setState({ codes: CODES });
  useField.setState({ queue: [] });
});

it("lets a crew on scene confirm the address with one touch, and asks once", async () => {
  render(<ConfirmPlace unit={there} incident={incident({ place: place({ state: "read_back" }) })} />);
  await userEvent.click(screen.getByRole("button", { name: "Đúng địa chỉ này" }));
  expect(useField.getState().queue).toMatchObject([{ body: { type: "incident.read_back", incident_id: "i1" } }]);
  expect(confirm()).toBeNull();
  expect(screen.getByText("kíp xác nhận")).toBeVisible();
});

it("asks nobody under way, nor of a place that is confirmed or nowhere", () => {
  const told = incident({ place: place({ state: "matched" }) });
  render(<ConfirmPlace unit={unit({ phase: "en_route", assignment_id: "a1" })} incident={told} />);
  render(<ConfirmPlace unit={there} incident={incident({ place: place({ state: "confirmed_by_crew" }) })} />);
  render(<ConfirmPlace unit={there} incident={incident({ place: place({ state: "heard", lon_lat: null }) })} />);
  expect(confirm()).toBeNull();
});
