/**
 * A reel is some minutes of the log: the rows at its beginning and every change after them. Any instant of it, in
 * whatever order they are asked for, is made by the screens' one reducer from the nearest kept state before it. Pure.
 */
import type { Changes, LogLine } from "../protocol";
import { emptyState, reduce, type LiveState } from "../live/reducer";
import { preciseMs, type Moment, type PastState } from "./wire";

/** Changes between two kept states: going back costs at most so many reductions, in one step. */
const KEPT_EVERY = 128;

export interface Reel {
  readonly startMs: number;
  /** Complete up to here; less than a whole reel where the log ended when it was fetched. */
  readonly endMs: number;
  readonly base: LiveState;
  readonly moments: readonly Moment[];
  /** When each moment was recorded, in the order of `moments`. */
  readonly times: Float64Array;
  readonly lines: readonly ReelLine[];
  readonly chars: number;
}

export interface ReelLine {
  readonly line: LogLine;
  readonly atMs: number;
}

export function liveOf(state: PastState): LiveState {
  return reduce(emptyState(), { t: "snapshot", snapshot: { centre_id: "", log_id: "past", seq: state.seq, rows: state.rows } });
}

function charsOf(moments: readonly Moment[]): number {
  return moments.reduce((sum, moment) => sum + 200 + moment.rows.length * 900 + (moment.log === null ? 0 : 500), 0);
}

export function makeReel(startMs: number, endMs: number, base: LiveState, moments: readonly Moment[]): Reel {
  const times = Float64Array.from(moments, (moment) => preciseMs(moment.at));
  const lines = moments.flatMap((moment, i) =>
    moment.log === null ? [] : [{ line: moment.log, atMs: times[i] ?? startMs }],
  );
  return { startMs, endMs, base, moments, times, lines, chars: charsOf(moments) };
}

/** How many of the sorted times are at or before an instant. */
export function countUntil(times: ArrayLike<number>, atMs: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? Infinity) <= atMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function frameOf(moment: Moment): Changes {
  const { prev, seq, rows, gone, log } = moment;
  return { t: "changes", prev, seq, rows, gone, log: log === null ? [] : [log] };
}

/** Several changes as one: of each row only what became of it in the end. */
export function mergeMoments(moments: readonly Moment[]): Changes | null {
  const [first] = moments;
  const last = moments.at(-1);
  if (first === undefined || last === undefined) return null;
  const rows = new Map<string, Moment["rows"][number]>();
  const gone = new Map<string, [string, string]>();
  const log: LogLine[] = [];
  for (const moment of moments) {
    for (const row of moment.rows) {
      rows.set(`${row.kind}/${row.id}`, row);
      gone.delete(`${row.kind}/${row.id}`);
    }
    for (const [kind, id] of moment.gone) {
      gone.set(`${kind}/${id}`, [kind, id]);
      rows.delete(`${kind}/${id}`);
    }
    if (moment.log !== null) log.push(moment.log);
  }
  return { t: "changes", prev: first.prev, seq: last.seq, rows: [...rows.values()], gone: [...gone.values()], log };
}

/** Makes states of one reel; forward it goes on from the last one, back from the nearest kept one. */
export class ReelReader {
  private readonly kept: LiveState[];
  private at: { count: number; state: LiveState };

  constructor(readonly reel: Reel) {
    this.kept = [reel.base];
    this.at = { count: 0, state: reel.base };
  }

  /** The state after the first `count` changes. */
  after(count: number): LiveState {
    if (count === this.at.count) return this.at.state;
    const from = count > this.at.count && count - this.at.count < KEPT_EVERY ? this.at : this.nearest(count);
    this.at = { count, state: this.advance(from.state, from.count, count) };
    return this.at.state;
  }

  atInstant(atMs: number): LiveState {
    return this.after(countUntil(this.reel.times, atMs));
  }

  private nearest(count: number): { count: number; state: LiveState } {
    const wanted = Math.floor(count / KEPT_EVERY);
    while (this.kept.length <= wanted) {
      const from = this.kept.length - 1;
      this.kept.push(this.advance(this.kept[from] ?? this.reel.base, from * KEPT_EVERY, (from + 1) * KEPT_EVERY));
    }
    return { count: wanted * KEPT_EVERY, state: this.kept[wanted] ?? this.reel.base };
  }

  private advance(state: LiveState, from: number, to: number): LiveState {
    const merged = mergeMoments(this.reel.moments.slice(from, to));
    return merged === null ? state : reduce(state, merged);
  }
}
