import { describe, expect, it } from "vitest";

import type { Move, Unit } from "../protocol";
import { emptyRows, moveOf, withdrawnMove } from "./rows";

const UNIT = { id: "u1" } as Unit;

function move(id: string, state: string, more: Partial<Move> = {}): Move {
  return { id, unit_id: "u1", state, proposed_at: `2026-11-22T01:0${id}:00Z`, ended_how: null, ...more } as Move;
}

function rowsWith(...moves: Move[]) {
  return { ...emptyRows(), move: new Map(moves.map((each) => [each.id, each])) };
}

describe("where a free unit is to wait", () => {
  it("is what was ordered to it and has not ended", () => {
    const rows = rowsWith(move("1", "ended"), move("2", "ordered"), move("3", "ordered", { unit_id: "u2" }));
    expect(moveOf(rows, UNIT)?.id).toBe("2");
    expect(moveOf(rowsWith(move("1", "ended")), UNIT)).toBeNull();
  });

  it("is told as taken back only when the last order was", () => {
    const back = move("1", "ended", { ended_how: "withdrawn" });
    expect(withdrawnMove(rowsWith(back), UNIT)?.id).toBe("1");
    expect(withdrawnMove(rowsWith(back, move("2", "ended", { ended_how: "arrived" })), UNIT)).toBeNull();
  });
});
