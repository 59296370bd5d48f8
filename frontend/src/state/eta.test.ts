import { describe, expect, it } from "vitest";

import { assignment, unit } from "../test/fixtures";
import { expectedOf, spanText } from "./eta";

const SENT = "2026-11-22T11:00:00Z";
const sent = assignment({ dispatched_at: SENT, eta_s: 240, eta_p50_s: 250, eta_p90_s: 400 });
const afterMs = (seconds: number) => Date.parse(SENT) + seconds * 1000;
const going = unit({ phase: "en_route" });

describe("when a unit under way is expected", () => {
  it("tells the moment that half keep and the one that nine of ten keep", () => {
    expect(expectedOf(going, sent)).toEqual({ usualMs: afterMs(250), lateMs: afterMs(400) });
  });

  it("moves both when the roads have changed under way", () => {
    const revised = { ...sent, eta_at: new Date(afterMs(600)).toISOString() };
    expect(expectedOf(going, revised)).toEqual({ usualMs: afterMs(610), lateMs: afterMs(760) });
  });

  it("tells one moment where no spread is known or it is under a minute", () => {
    expect(expectedOf(going, { ...sent, eta_p50_s: null, eta_p90_s: null })).toEqual({ usualMs: afterMs(240), lateMs: null });
    expect(expectedOf(going, { ...sent, eta_p90_s: 300 })).toEqual({ usualMs: afterMs(250), lateMs: null });
  });

  it("is written as short as it can be understood", () => {
    const at = (clock: string) => Date.parse(`2026-11-22T${clock}:30+07:00`);
    expect(spanText(at("18:47"), null)).toBe("18:47");
    expect(spanText(at("18:47"), at("18:51"))).toBe("18:47–51");
    expect(spanText(at("18:58"), at("19:02"))).toBe("18:58–19:02");
  });

  it("tells nothing of who has arrived or was sent without an ETA", () => {
    expect(expectedOf(unit({ phase: "on_scene" }), sent)).toBeNull();
    expect(expectedOf(going, { ...sent, eta_s: null })).toBeNull();
  });
});
