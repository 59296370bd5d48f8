/** The last act that can be taken back, for as long as it can: the centre says what it was. */
import { create } from "zustand";

import { serverNow, useCentre } from "../live/store";
import type { Label } from "../protocol";

export const UNDO_S = 30;

export interface LastAct {
  label: Label;
  /** The centre's time, seconds. */
  atS: number;
}

export const useUndo = create<{ last: LastAct | null }>(() => ({ last: null }));

export function noteAct(undo: unknown): void {
  if (typeof undo !== "object" || undo === null) return;
  useUndo.setState({ last: { label: undo as Label, atS: serverNow() / 1000 } });
}

export function forgetAct(): void {
  useUndo.setState({ last: null });
}

useCentre.subscribe((state, before) => {
  const outcome = state.announcement?.outcome;
  if (state.announcement !== before.announcement && outcome?.ok === true) noteAct(outcome.data.undo);
});
