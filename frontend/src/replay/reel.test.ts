import { describe, expect, it } from "vitest";

import { emptyState, reduce, type LiveState } from "../live/reducer";
import { incident, row, unit } from "../test/fixtures";
import { countUntil, frameOf, makeReel, mergeMoments, ReelReader } from "./reel";
import { preciseMs, type Moment } from "./wire";

const START = Date.parse("2026-11-22T11:40:00Z");

/** A small generator with a seed: the same chance every time. */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1664525 + 1013904223) % 4294967296;
    return state / 4294967296;
  };
}

/** Rows come, change, go and come again; some moments show nothing, some cover hidden ones before them. */
function story(seed: number, count: number): Moment[] {
  const draw = chance(seed);
  const there = new Set<string>();
  const moments: Moment[] = [];
  let seq = 10;
  let ms = START;
  for (let n = 0; n < count; n++) {
    const prev = seq;
    seq += 1 + Math.floor(draw() * 3);
    ms += Math.floor(draw() * 800);
    const id = `i${Math.floor(draw() * 12)}`;
    const goes = there.has(id) && draw() < 0.3;
    if (goes) there.delete(id);
    else there.add(id);
    const rows = goes ? [] : [row("incident", incident({ id, priority: 1 + Math.floor(draw() * 4) }), seq)];
    if (draw() < 0.4) rows.push(row("unit", unit({ id: `u${Math.floor(draw() * 5)}`, call_sign: String(seq) }), seq));
    moments.push({ prev, seq, at: new Date(ms).toISOString(), rows, gone: goes ? [["incident", id]] : [], log: null });
  }
  return moments;
}

function base(): LiveState {
  return reduce(emptyState(), { t: "snapshot", snapshot: { centre_id: "", log_id: "past", seq: 10, rows: [] } });
}

/** The truth: one frame after the other, as a live screen takes them. */
function oneByOne(moments: readonly Moment[], count: number): LiveState {
  return moments.slice(0, count).reduce((state, moment) => reduce(state, frameOf(moment)), base());
}

const rowsOf = (state: LiveState) => JSON.stringify([state.seq, [...state.rows.incident].sort(), [...state.rows.unit].sort()]);

describe("a reel", () => {
  it("gives at any place, asked for in any order, what a live screen had there", () => {
    const moments = story(7, 700);
    const reader = new ReelReader(makeReel(START, START + 300_000, base(), moments));
    const draw = chance(99);
    const places = [...Array.from({ length: 60 }, () => Math.floor(draw() * 701)), 700, 699, 0, 1, 128, 127, 129];
    for (const place of places) expect(rowsOf(reader.after(place)), String(place)).toBe(rowsOf(oneByOne(moments, place)));
  });

  it("gives the same states backward as forward", () => {
    const moments = story(8, 300);
    const reel = makeReel(START, START + 300_000, base(), moments);
    const forward = new ReelReader(reel);
    const seen = Array.from({ length: 301 }, (_, place) => rowsOf(forward.after(place)));
    const backward = new ReelReader(reel);
    for (let place = 300; place >= 0; place--) expect(rowsOf(backward.after(place))).toBe(seen[place]);
  });

  it("shows an event from the instant at which it was recorded, not before", () => {
    const moments = story(9, 50);
    const reader = new ReelReader(makeReel(START, START + 300_000, base(), moments));
    moments.forEach((moment, n) => {
      const ms = Date.parse(moment.at);
      const last = moments.findLastIndex((other) => Date.parse(other.at) <= ms);
      expect(reader.atInstant(ms).seq).toBe(moments[last]?.seq);
      if (n > 0 && Date.parse(moments[n - 1]?.at ?? "") < ms) expect(reader.atInstant(ms - 1).seq).toBe(moments[n - 1]?.seq);
    });
    expect(reader.atInstant(START - 1).seq).toBe(10);
  });

  it("joins several changes into one that does the same, also for what goes and comes again", () => {
    for (let seed = 1; seed <= 30; seed++) {
      const moments = story(seed, 40);
      const merged = mergeMoments(moments);
      expect(merged).not.toBeNull();
      if (merged !== null) expect(rowsOf(reduce(base(), merged))).toBe(rowsOf(oneByOne(moments, 40)));
    }
    expect(mergeMoments([])).toBeNull();
  });

  it("never changes a state that it has given", () => {
    const moments = story(11, 400);
    const reader = new ReelReader(makeReel(START, START + 300_000, base(), moments));
    const early = reader.after(50);
    const before = rowsOf(early);
    reader.after(400);
    reader.after(3);
    expect(rowsOf(early)).toBe(before);
  });
});

it("counts how many sorted times have come", () => {
  expect([0, 1, 2, 3, 9].map((ms) => countUntil([1, 2, 2, 5], ms))).toEqual([0, 1, 3, 3, 4]);
  expect(countUntil([], 5)).toBe(0);
});

it("keeps the microseconds of the log in their order", () => {
  const a = preciseMs("2026-11-22T11:40:00.123456Z");
  expect(a - preciseMs("2026-11-22T11:40:00.123Z")).toBeCloseTo(0.456, 2);
  expect(preciseMs("2026-11-22T11:40:00Z")).toBe(START);
  expect(preciseMs("2026-11-22T18:40:00.5+07:00")).toBe(START + 500);
});
