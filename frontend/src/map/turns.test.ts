/** The map's canvas yields to the person, and only where its frames are dear. */
import { describe, expect, it } from "vitest";

import { Turns } from "./turns";

const TICK_MS = 250;

/** After so many frames of `costMs` each, the last of which was drawn at 0. */
function after(costMs: number): Turns {
  const turns = new Turns();
  for (let n = 9; n >= 0; n--) turns.drawn(-n * TICK_MS, -n * TICK_MS + costMs);
  return turns;
}

describe("turns of the map's canvas", () => {
  it.each([0, 8, 17, 33])("keep every tick where a frame takes %i ms, in the middle of typing too", (cost) => {
    const turns = after(cost);
    turns.key(1);
    // A replay that plays draws every frame of the screen.
    for (const now of [1, 17, TICK_MS]) expect(turns.waitMs("turn", now, now)).toBe(0);
  });

  it("leave the machine alone for several times what a dear frame took, and for three seconds at most", () => {
    expect(after(100).waitMs("turn", TICK_MS, TICK_MS)).toBeCloseTo(700 - TICK_MS, -1);
    expect(after(2000).waitMs("turn", 0, 0)).toBe(3000);
    expect(after(2000).waitMs("turn", 3000, 300)).toBe(0);
  });

  it("wait where frames are dear until a moment after the last key, and come a second late at most", () => {
    const turns = after(100);
    turns.key(1000);
    expect(turns.waitMs("soon", 1010, 1010)).toBe(190);
    turns.key(1900);
    expect(turns.waitMs("soon", 1950, 1010)).toBe(60);
    expect(turns.waitMs("soon", 2100, 2100)).toBe(0);
  });

  it("show what a person did before what goes on by itself, and follow a map that is moved at once", () => {
    const turns = after(400);
    expect(turns.waitMs("turn", 10, 10)).toBeGreaterThan(2000);
    expect(turns.waitMs("soon", 10, 10)).toBe(0);
    turns.key(10);
    expect(turns.waitMs("once", 11, 11)).toBe(0);
  });

  it("forget one frame that was held up by something else", () => {
    const turns = after(17);
    turns.drawn(0, 300);
    for (let at = 1; at <= 4; at++) turns.drawn(at * TICK_MS, at * TICK_MS + 17);
    expect(turns.waitMs("turn", 5 * TICK_MS, 5 * TICK_MS)).toBe(0);
  });
});
