import { describe, expect, it } from "vitest";

import { NOWHERE, readAddress, readTyped, writeAddress } from "./address";
import { guessWidth, packLanes, spreadMarks } from "./chart";
import { bucketFor, firstBusyMs, stretchAround, stretchOf, ticksOf, zoomed } from "./stretch";
import { decodeTracks, positionAt, wayBetween } from "./tracks";
import { correctOffset, type Lane } from "./wire";

const T = Date.parse("2026-11-22T11:40:00Z");
const iso = (s: number) => new Date(T + s * 1000).toISOString();

describe("the address", () => {
  it("gives back what was put into it", () => {
    const address = {
      atMs: T + 52_400, fromMs: T - 1_200_000, toMs: T + 1_200_000, incident: "261122-0457", unit: "cc12", speed: 30 as const,
      without: ["113", "115"], only: true, view: { lon: 106.67612, lat: 10.76834, zoom: 14.25 },
    };
    expect(readAddress(writeAddress(address))).toEqual(address);
    expect(readAddress(writeAddress(NOWHERE))).toEqual(NOWHERE);
  });

  it("takes nonsense for nothing", () => {
    expect(readAddress("?at=soon&incident=%3Cscript%3E&speed=7&map=1,2&without=,%20,&only=yes")).toEqual(NOWHERE);
    expect(readAddress("?map=106.7,999,12").view).toBeNull();
  });
});

describe("a typed time", () => {
  const at = (text: string) => {
    const ms = readTyped(text, T);
    return ms === null ? null : new Date(ms).toISOString();
  };

  it("is one of Ho Chi Minh City, on the day that is shown", () => {
    expect(at("18:40")).toBe("2026-11-22T11:40:00.000Z");
    expect(at("1840")).toBe("2026-11-22T11:40:00.000Z");
    expect(at("18:40:52,4")).toBe("2026-11-22T11:40:52.400Z");
    expect(at("184052")).toBe("2026-11-22T11:40:52.000Z");
    expect(at("0:05")).toBe("2026-11-21T17:05:00.000Z");
    expect(at("21/11 23:59:59")).toBe("2026-11-21T16:59:59.000Z");
    expect(at("1/2/2027 06:00")).toBe("2027-01-31T23:00:00.000Z");
  });

  it("is refused when there is no such time", () => {
    for (const text of ["", "soon", "25:00", "18:61", "31/02 10:00", "18", "18:40:99"]) expect(at(text), text).toBeNull();
  });
});

describe("the stretch", () => {
  const lane = (part: Partial<Lane>): Lane => ({ id: "i1", number: "261122-0457", type_code: "x", priority: 1, opened_at: iso(0), closed_at: null, ...part });

  it("leaves a right clock alone however slow the answer, and moves a wrong one no further than it must", () => {
    const noon = Date.parse("2026-11-22T12:00:00Z");
    expect(correctOffset(0, noon, noon - 200, noon + 9_000)).toBe(0);
    expect(correctOffset(0, noon, noon + 300_000, noon + 300_100)).toBe(-299_000);
    expect(correctOffset(0, noon, noon - 300_000, noon - 299_900)).toBe(299_900);
    expect(correctOffset(-299_000, noon + 20_000, noon + 320_100, noon + 320_200)).toBe(-299_100);
  });

  it("begins a look back without an instant at its first incident, where anything happened, or at its start", () => {
    const overview = { start: new Date(T).toISOString(), bucket_s: 20, city: [0, 0, 0, 4, 0], lanes: [] };
    const lanes = [lane({ opened_at: iso(80) }), lane({ opened_at: iso(70) })];
    expect(firstBusyMs({ ...overview, lanes }, [T, T + 100_000])).toBe(T + 70_000);
    expect(firstBusyMs({ ...overview, lanes: [lane({ opened_at: iso(-500) })] }, [T, T + 100_000])).toBe(T);
    expect(firstBusyMs(overview, [T, T + 100_000])).toBe(T + 60_000);
    expect(firstBusyMs({ ...overview, city: [0, 0] }, [T, T + 100_000])).toBe(T);
  });

  it("has its instant within and does not run far beyond the present", () => {
    const [fromMs, toMs] = stretchAround(T, undefined, T + 60_000);
    expect(fromMs).toBeLessThan(T);
    expect(toMs).toBeGreaterThanOrEqual(T);
    expect(toMs).toBeLessThanOrEqual(T + 240_000);
  });

  it("of an incident begins before its first report and ends after it was closed", () => {
    const [fromMs, toMs] = stretchOf(lane({ closed_at: iso(1800) }), iso(-90), T + 9_000_000);
    expect(fromMs).toBeLessThanOrEqual(T - 90_000 - 120_000);
    expect(toMs).toBeGreaterThanOrEqual(T + 1_920_000);
    expect(stretchOf(lane({}), null, T + 600_000)[1]).toBeGreaterThanOrEqual(T + 720_000);
  });

  it("keeps the playhead in its place when it grows or shrinks, within bounds", () => {
    const stretch = [T, T + 2_400_000] as const;
    const atMs = T + 1_200_000;
    const [a, b] = zoomed(stretch, atMs, 0.5, Infinity);
    expect(b - a).toBe(1_200_000);
    expect(Math.abs((atMs - a) / (b - a) - 0.5)).toBeLessThan(0.06);
    expect(zoomed(stretch, atMs, 0.0001, Infinity).reduce((x, y) => y - x)).toBe(300_000);
    expect(zoomed(stretch, atMs, 9999, Infinity).reduce((x, y) => y - x)).toBe(86_400_000);
  });

  it("is cut into columns and ticks that can be read", () => {
    for (const minutes of [5, 40, 90, 600, 1440]) {
      const ticks = ticksOf([T, T + minutes * 60_000]);
      expect(ticks.length).toBeGreaterThan(2);
      expect(ticks.length).toBeLessThanOrEqual(11);
      expect((minutes * 60) / bucketFor(minutes * 60_000)).toBeLessThanOrEqual(130);
    }
  });

  it("packs incidents into lanes without covering any, the chosen one first", () => {
    const lanes = [lane({ id: "a" }), lane({ id: "b", closed_at: iso(60) }), lane({ id: "c", opened_at: iso(90) }), lane({ id: "d" })];
    const chosen = lane({ id: "d" });
    const placed = packLanes({ lanes, chosen }, T - 60_000, T + 600_000, T + 300_000, 2, 1_000);
    expect(placed.map(({ lane: { id }, row, own }) => [id, row, own])).toEqual([["d", 0, true], ["a", 1, false]]);
    const more = packLanes({ lanes: lanes.slice(1, 3), chosen: null }, T, T + 600_000, T + 300_000, 2, 1_000);
    expect(more.map(({ row }) => row)).toEqual([0, 0]);
    expect(more[1]?.toMs).toBe(T + 300_000);
  });

  it("names marks whole, cut or not at all, as the next one, the end and what is taken leave room", () => {
    const label = (...args: Parameters<typeof spreadMarks>) => spreadMarks(...args).map((mark) => mark.label);
    const wide = (text: string) => text.length * 6;
    const crowd = [{ x: 10, text: "tin đầu" }, { x: 20, text: "mở vụ" }, { x: 200, text: "đóng" }, { x: 395, text: "cảnh báo A" }];
    expect(label(crowd, 400, [], wide)).toEqual(["tin đầu", "", "đóng", ""]);
    expect(label([{ x: 0, text: "CC-12 đến nơi" }, { x: 60, text: "mở vụ" }], 400, [], wide)).toEqual(["CC-12 đ…", "mở vụ"]);
    expect(label([{ x: 60, text: "mở vụ" }, { x: 0, text: "gọi" }], 400, [], wide)).toEqual(["mở vụ", "gọi"]);
    expect(label([{ x: 300, text: "cảnh báo A" }], 400, [[340, 400]], wide)).toEqual([""]);
    expect(label([{ x: 350, text: "gọi" }], 400, [[340, 400]], wide)).toEqual([""]);
  });

  it("never writes one name over another, wherever the marks are", () => {
    let seed = 7;
    const chance = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
    const words = ["mở vụ", "CC-12 xuất xe", "bậc 3", "115 nhận việc", "đóng"];
    for (let round = 0; round < 300; round += 1) {
      const marks = Array.from({ length: 12 }, () => ({ x: chance() * 900, text: words[Math.floor(chance() * words.length)] ?? "" }));
      const taken = [[600, 660]] as const;
      const spans = spreadMarks(marks, 900, taken)
        .filter(({ label }) => label !== "")
        .map(({ x, label }): [number, number] => [x + 4, x + 4 + guessWidth(label)])
        .concat(taken.map(([a, b]): [number, number] => [a, b]))
        .sort(([a], [b]) => a - b);
      spans.forEach(([from], i) => expect(from).toBeGreaterThanOrEqual(spans[i - 1]?.[1] ?? 0));
      expect(spans.at(-1)?.[1]).toBeLessThanOrEqual(900);
    }
  });
});

describe("the tracks", () => {
  const tracks = decodeTracks({
    start: iso(0), end: iso(300), step_s: 0,
    tracks: [{ unit_id: "u1", t: [-4_000, 14_000, 10_000], lon: [106_700_000, 100, 200], lat: [10_800_000, -50, 0], age: [0, 500, 0], accuracy: [5, -1, 7] }],
  });

  it("put a unit where the centre had it at that instant, with the age of that fix", () => {
    expect(positionAt(tracks, "u1", T - 4_001)).toBeUndefined();
    expect(positionAt(tracks, "u1", T)).toEqual({ lonLat: [106.7, 10.8], at: T - 4_000, accuracyM: 5 });
    expect(positionAt(tracks, "u1", T + 9_999)?.lonLat).toEqual([106.7, 10.8]);
    expect(positionAt(tracks, "u1", T + 10_000)).toEqual({ lonLat: [106.7001, 10.79995], at: T + 9_500, accuracyM: null });
    expect(positionAt(tracks, "u1", T + 99_000)?.lonLat).toEqual([106.7003, 10.79995]);
    expect(positionAt(tracks, "u2", T)).toBeUndefined();
  });

  it("show the way driven between two instants", () => {
    expect(wayBetween(tracks, "u1", T + 5_000, T + 15_000)).toHaveLength(2);
    expect(wayBetween(tracks, "u1", T - 60_000, T + 60_000)).toHaveLength(3);
    expect(wayBetween(tracks, "nobody", T, T + 1)).toEqual([]);
  });
});
