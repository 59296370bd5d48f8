/** Where units were: typed arrays of what the centre had, and the newest fix at or before an instant. Pure. */
import type { Position } from "../live/positions";
import { countUntil } from "./reel";
import type { PastTracks, WireTrack } from "./wire";

const MICRO = 1e6;

export interface Track {
  /** Milliseconds since 1970 at which the centre had each fix. */
  readonly t: Float64Array;
  /** Millionths of a degree. */
  readonly lon: Int32Array;
  readonly lat: Int32Array;
  /** How old each fix was when it came, ms. */
  readonly age: Int32Array;
  /** Metres, -1 where unknown. */
  readonly accuracy: Int32Array;
}

export interface Tracks {
  readonly stepS: number;
  readonly units: ReadonlyMap<string, Track>;
  readonly bytes: number;
}

export const NO_TRACKS: Tracks = { stepS: 0, units: new Map(), bytes: 0 };

function sums<A extends Float64Array | Int32Array>(into: A, differences: readonly number[], first: number): A {
  let sum = first;
  differences.forEach((difference, i) => {
    sum += difference;
    into[i] = sum;
  });
  return into;
}

function decodeTrack(wire: WireTrack, startMs: number): Track {
  const n = wire.t.length;
  return {
    t: sums(new Float64Array(n), wire.t, startMs),
    lon: sums(new Int32Array(n), wire.lon, 0),
    lat: sums(new Int32Array(n), wire.lat, 0),
    age: Int32Array.from(wire.age),
    accuracy: Int32Array.from(wire.accuracy),
  };
}

export function decodeTracks(wire: PastTracks): Tracks {
  const startMs = Date.parse(wire.start);
  const units = new Map(wire.tracks.map((track) => [track.unit_id, decodeTrack(track, startMs)]));
  const fixes = wire.tracks.reduce((sum, track) => sum + track.t.length, 0);
  return { stepS: wire.step_s, units, bytes: fixes * 24 };
}

/** The newest fix that the centre had of a unit; `at` is when the unit was there. */
export function positionAt(tracks: Tracks, unitId: string, atMs: number): Position | undefined {
  const track = tracks.units.get(unitId);
  if (track === undefined) return undefined;
  const i = countUntil(track.t, atMs) - 1;
  const t = track.t[i];
  if (t === undefined) return undefined;
  const accuracyM = track.accuracy[i] ?? -1;
  return {
    lonLat: [(track.lon[i] ?? 0) / MICRO, (track.lat[i] ?? 0) / MICRO],
    at: t - (track.age[i] ?? 0),
    accuracyM: accuracyM < 0 ? null : accuracyM,
  };
}

/** The way of a unit between two instants as it was driven, oldest first. */
export function wayBetween(tracks: Tracks, unitId: string, fromMs: number, toMs: number): [number, number][] {
  const track = tracks.units.get(unitId);
  if (track === undefined) return [];
  const way: [number, number][] = [];
  for (let i = Math.max(0, countUntil(track.t, fromMs) - 1); i < track.t.length && (track.t[i] ?? 0) <= toMs; i++) {
    way.push([(track.lon[i] ?? 0) / MICRO, (track.lat[i] ?? 0) / MICRO]);
  }
  return way;
}
