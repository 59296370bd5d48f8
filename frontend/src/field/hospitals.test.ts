import { describe, expect, it } from "vitest";

import { assignment, CODES, T0, unit } from "../test/fixtures";
import type { UnitCommand } from "../protocol";
import { chosenOf, destinationOf, mayChoose, type HospitalOption } from "./hospitals";
import type { WaitingCommand } from "./queue";

const NEAR: HospitalOption = {
  hospital_id: "h1",
  name: "Chợ Rẫy",
  lon_lat: [106.66, 10.757],
  travel_s: 480,
  missing: [],
  diverted: false,
  full: false,
  synthetic: false,
  why: { vi: "8 phút", en: "8 min" },
};

function said(hospitalId: string | null): WaitingCommand {
  const body: UnitCommand = { type: "assignment.choose_hospital", assignment_id: "a1", hospital_id: hospitalId };
  return { kind: "command", id: "1", at: T0, holdUntil: 0, body };
}

const heard = { hospital_id: "h2", name: "115", lon_lat: [106.67, 10.77] as [number, number], by: "d", at: T0 };

describe("where the patient goes", () => {
  it("is what was said here, before the centre has heard it", () => {
    const at = assignment();
    expect(chosenOf(at, [], [NEAR])).toBeNull();
    expect(chosenOf(at, [said("h1")], [NEAR])?.name).toBe("Chợ Rẫy");
    const told = { ...at, hospital: heard } as typeof at;
    expect(chosenOf(told, [], [])?.name).toBe("115");
    expect(chosenOf(told, [said(null)], [NEAR])).toBeNull();
  });

  it("is asked from the scene on, and leads the way only once it drives there", () => {
    const agency = CODES.agencies["115"];
    expect(mayChoose(unit({ phase: "en_route" }), agency, [])).toBe(false);
    const at = { ...assignment(), hospital: heard } as ReturnType<typeof assignment>;
    expect(destinationOf(unit({ phase: "on_scene" }), at)).toBeNull();
    expect(destinationOf(unit({ phase: "transporting" }), at)?.name).toBe("115");
    const brings = { statuses: { h: { code: "h", phase: "at_hospital", label: { vi: "", en: "" }, in_quarters: false } } };
    expect(mayChoose(unit({ phase: "on_scene" }), brings as unknown as typeof agency, [])).toBe(true);
    expect(mayChoose(unit({ phase: "on_scene" }), undefined, [])).toBe(false);
  });
});
