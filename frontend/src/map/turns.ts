/** When a canvas over the map may be drawn again: whenever it is asked where frames are cheap, seldom where the
    processor draws them, and then not into somebody's typing. Pure. */

/** Ask by itself: positions, rows, ages. Ask soon: a person did something. Ask at once: the map moves. */
export const HASTES = ["turn", "soon", "once"] as const;
export type Haste = (typeof HASTES)[number];

/** Frames that take longer are felt by who types; a screen's usual ones cost nothing. */
const DEAR_MS = 40;
/** So many times as long as a dear frame took, the machine is left alone after it. */
const REST = 7;
const REST_MOST_MS = 3_000;
const AFTER_KEY_MS = 200;
const LATE_MOST_MS = 1_000;

export class Turns {
  private drawnAt = -Infinity;
  private costMs = 0;
  private keyAt = -Infinity;

  key(now: number): void {
    this.keyAt = now;
  }

  /** A drawing began at `at`, and the next frame came at `next`. */
  drawn(at: number, next: number): void {
    this.drawnAt = at;
    // One frame that was held up by something else says little.
    this.costMs += (next - at - this.costMs) / 2;
  }

  /** Milliseconds from `now` until what was asked at `asked` may be drawn. */
  waitMs(haste: Haste, now: number, asked: number): number {
    if (haste === "once" || this.costMs <= DEAR_MS) return 0;
    const rest = haste === "turn" ? this.drawnAt + Math.min(REST_MOST_MS, this.costMs * REST) : 0;
    const typed = Math.min(this.keyAt + AFTER_KEY_MS, Math.max(asked, this.drawnAt) + LATE_MOST_MS);
    return Math.max(0, rest - now, typed - now);
  }
}
