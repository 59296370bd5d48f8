import { describe, expect, it } from "vitest";

import { incident, row } from "../test/fixtures";
import { REEL_MS, Reels, type Source } from "./reels";
import type { Moment } from "./wire";

const START = Math.ceil(Date.parse("2026-11-22T11:00:00Z") / REEL_MS) * REEL_MS;
const EVERY_MS = 10_000;

/** A log with one event every ten seconds; event n was recorded at START + n × 10 s. */
function log(limit: number, padding = 0) {
  const asked: string[] = [];
  const seqAt = (ms: number) => Math.max(0, Math.min(limit, Math.floor((ms - START) / EVERY_MS)));
  const rowAt = (seq: number) => row("incident", incident({ id: "i1", level: seq, number: "x".repeat(padding) }), seq);
  const moment = (seq: number): Moment => ({
    prev: seq - 1, seq, at: new Date(START + seq * EVERY_MS).toISOString(), rows: [rowAt(seq)], gone: [], log: null,
  });
  const source: Source = {
    state: (ms) => {
      asked.push("state");
      return Promise.resolve({ seq: seqAt(ms), at: null, head: limit, link: "ab", rows: seqAt(ms) > 0 ? [rowAt(seqAt(ms))] : [] });
    },
    changes: (after, until) => {
      asked.push(`changes ${after}`);
      const last = seqAt(until);
      const seq = Math.min(last, after + 7);
      return Promise.resolve({ after, seq, until_seq: last, moments: Array.from({ length: seq - after }, (_, n) => moment(after + n + 1)) });
    },
    tracks: (from, to) => Promise.resolve({ start: new Date(from).toISOString(), end: new Date(to).toISOString(), step_s: 0, tracks: [] }),
  };
  return { source, asked };
}

const PRESENT = START + 24 * 3_600_000;

describe("the reels", () => {
  it("give the log's state at every instant of several of them, forward, backward and across their edges", async () => {
    const { source } = log(200);
    const reels = new Reels(source);
    const instants = [5, 299, 300, 301, 599, 601, 1_399, 20, 900].map((s) => START + s * 1000);
    for (const ms of instants) {
      const loaded = await reels.load(ms, PRESENT);
      expect(loaded.reader.atInstant(ms).seq, String(ms - START)).toBe(Math.floor((ms - START) / EVERY_MS));
      expect(loaded.reader.atInstant(ms).rows.incident.get("i1")?.level ?? 0).toBe(Math.floor((ms - START) / EVERY_MS));
    }
  });

  it("begin where the one before has ended instead of asking for rows again", async () => {
    const { source, asked } = log(200);
    const reels = new Reels(source);
    await reels.load(START, PRESENT);
    await reels.load(START + REEL_MS, PRESENT);
    expect(asked.filter((what) => what === "state")).toHaveLength(1);
  });

  it("ask again when the present has moved past the end of what is being fetched", async () => {
    const { source } = log(200);
    const reels = new Reels(source);
    const [early, late] = await Promise.all([reels.load(START, START + 20_000), reels.load(START + 90_000, START + 95_000)]);
    expect(early.reel.endMs).toBe(START + 20_000);
    expect(late.reader.atInstant(START + 90_000).seq).toBe(9);
  });

  it("never stand without the positions: where those fail, the reel is fetched anew", async () => {
    const { source } = log(200);
    let failing = true;
    const reels = new Reels({
      ...source,
      tracks: (from, to) => (failing ? Promise.reject(new Error("lost")) : source.tracks(from, to)),
    });
    await expect(reels.load(START, PRESENT)).rejects.toThrow("lost");
    expect(reels.find(START)).toBeUndefined();
    failing = false;
    await reels.load(START, PRESENT);
    expect(reels.find(START)?.tracks.stepS).toBe(0);
  });

  it("ask once for a reel that two want at the same time", async () => {
    const { source, asked } = log(200);
    const reels = new Reels(source);
    const [a, b] = await Promise.all([reels.load(START, PRESENT), reels.load(START + 5, PRESENT)]);
    expect(a).toBe(b);
    expect(asked.filter((what) => what === "state")).toHaveLength(1);
  });

  it("do not pretend to cover what had not happened when they were fetched", async () => {
    const { source } = log(20);
    const reels = new Reels(source);
    const present = START + 100_000;
    await reels.load(START, present);
    expect(reels.find(present)).toBeDefined();
    expect(reels.find(present + 1)).toBeUndefined();
    const later = await reels.load(present + 50_000, present + 60_000);
    expect(later.reader.atInstant(present + 50_000).seq).toBe(15);
  });

  it("stay within their bound and let go of what is farthest from the playhead", async () => {
    const { source } = log(2_000);
    const reels = new Reels(source, 400_000);
    for (let n = 0; n < 20; n++) await reels.load(START + n * REEL_MS, PRESENT);
    expect(reels.size().bytes).toBeLessThanOrEqual(400_000);
    expect(reels.find(START + 19 * REEL_MS)).toBeDefined();
    expect(reels.find(START)).toBeUndefined();
  });

  it("tell a failure and can be asked again", async () => {
    const { source } = log(50);
    let broken = true;
    const reels = new Reels({ ...source, state: (ms) => (broken ? Promise.reject(new Error("lost")) : source.state(ms)) });
    await expect(reels.load(START, PRESENT)).rejects.toThrow("lost");
    broken = false;
    expect((await reels.load(START, PRESENT)).reel.moments.length).toBeGreaterThan(0);
  });
});
