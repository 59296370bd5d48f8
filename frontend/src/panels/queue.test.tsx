import { render, screen } from "@testing-library/react";
import { beforeAll, expect, it } from "vitest";

import { wordsHere } from "../i18n";
import { applyAction, useCentre } from "../live/store";
import { CODES, incident, leg, row } from "../test/fixtures";
import { QueuePanel } from "./queue";

beforeAll(wordsHere);

it("shows of a part whether it waits for a unit or is over", () => {
  const me = { id: "u1", name: "Trần Thị Mẫu", role: "dispatcher", agencies: ["114", "115"], mode: "demo" as const };
  useCentre.setState({ me, codes: CODES });
  const rows = [
    row("incident", incident({ leg_ids: ["l4", "l5"] })),
    row("leg", leg({ id: "l4", state: "pending", assignment_ids: [] })),
    row("leg", leg({ id: "l5", agency_id: "115", state: "closed", assignment_ids: [] })),
  ];
  applyAction({ t: "snapshot", snapshot: { centre_id: "hcmc", log_id: "log-1", seq: 10, rows } });
  render(<QueuePanel />);
  expect(screen.getByTitle("chờ điều động")).not.toHaveTextContent("✓");
  expect(screen.getByTitle("đã xong")).toHaveTextContent("✓");
});
