/** Who is typing what at this moment, as the centre told last. */
import { create } from "zustand";

import type { DraftLine } from "../protocol";

export interface Typing {
  lines: readonly DraftLine[];
  /** Whether the centre has told at all. */
  told: boolean;
}

export const useTyping = create<Typing>(() => ({ lines: [], told: false }));

export function noteTyping(lines: readonly DraftLine[]): void {
  useTyping.setState({ lines, told: true });
}
