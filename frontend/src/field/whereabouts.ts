/**
 * Where this device is: at most one position a second on the move, one in half a minute when parked. What a
 * dead spot swallowed is told afterwards as a track, thinned as the centre's history is.
 */
import { create } from "zustand";

import type { LonLat } from "../protocol";
import { onLive, sendFrame } from "./store";

const MOVING_MS = 1_000;
const PARKED_MS = 30_000;
const MOVED_M = 10;
const TRACK_MS = 10_000;
const TRACK_M = 25;
/** In a tunnel a phone guesses by its cell: so far off, and so long after a good fix, nobody drives by it. */
const ROUGH_M = 200;
const ROUGH_MS = 180_000;
/** As many as one frame takes. */
const TRACK_LIMIT = 200;

export interface Fix {
  at: string;
  lon: number;
  lat: number;
  accuracy: number | null;
  speed: number | null;
  heading: number | null;
}

export interface Whereabouts {
  lonLat: LonLat | null;
  /** `asking` until the device has answered for the first time. */
  state: "asking" | "known" | "refused";
}

export const useWhereabouts = create<Whereabouts>(() => ({ lonLat: null, state: "asking" }));

/** Great-circle distance, metres (haversine, mean radius of the Earth 6,371,008.8 m). */
export function distanceM([lon1, lat1]: LonLat, [lon2, lat2]: LonLat): number {
  const rad = Math.PI / 180;
  const h =
    Math.sin(((lat2 - lat1) * rad) / 2) ** 2 +
    Math.cos(lat1 * rad) * Math.cos(lat2 * rad) * Math.sin(((lon2 - lon1) * rad) / 2) ** 2;
  return 2 * 6_371_008.8 * Math.asin(Math.sqrt(h));
}

/** Whether a fix is worth telling, after the last one that was. Pure. */
export function isDue(last: Fix | null, next: Fix, limits = { movingMs: MOVING_MS, parkedMs: PARKED_MS, movedM: MOVED_M }): boolean {
  if (last === null) return true;
  const passed = Date.parse(next.at) - Date.parse(last.at);
  if (passed >= limits.parkedMs) return true;
  return passed >= limits.movingMs && distanceM([last.lon, last.lat], [next.lon, next.lat]) >= limits.movedM;
}

/** Whether a fix says less about where the crew is than the one it has. Pure. */
export function isRough(known: Fix | null, next: Fix): boolean {
  if (known === null || (next.accuracy ?? 0) <= Math.max(ROUGH_M, known.accuracy ?? 0)) return false;
  return Date.parse(next.at) - Date.parse(known.at) <= ROUGH_MS;
}

/** The track with one more fix, if that is far or late enough; the oldest give way. Pure. */
export function withFix(track: readonly Fix[], fix: Fix): readonly Fix[] {
  const last = track.at(-1) ?? null;
  if (!isDue(last, fix, { movingMs: 0, parkedMs: TRACK_MS, movedM: TRACK_M })) return track;
  return [...track, fix].slice(-TRACK_LIMIT);
}

function fixOf({ coords, timestamp }: GeolocationPosition): Fix {
  return {
    at: new Date(timestamp).toISOString(),
    lon: coords.longitude,
    lat: coords.latitude,
    accuracy: coords.accuracy,
    speed: coords.speed,
    heading: coords.heading === null || Number.isNaN(coords.heading) ? null : coords.heading,
  };
}

/** Watches until the returned function is called. */
export function watchWhereabouts(): () => void {
  if (!("geolocation" in navigator)) {
    useWhereabouts.setState({ state: "refused" });
    return () => undefined;
  }
  let told: Fix | null = null;
  let shown: Fix | null = null;
  let track: readonly Fix[] = [];
  const take = (position: GeolocationPosition) => {
    const fix = fixOf(position);
    if (isRough(shown, fix)) return;
    shown = fix;
    useWhereabouts.setState({ lonLat: [fix.lon, fix.lat], state: "known" });
    if (!isDue(told, fix)) return;
    if (sendFrame({ t: "position", ...fix })) told = fix;
    else track = withFix(track, fix);
  };
  const tellTrack = () => {
    if (track.length > 0 && sendFrame({ t: "track", fixes: [...track] })) track = [];
  };
  const failed = (error: GeolocationPositionError) => {
    if (error.code === error.PERMISSION_DENIED) useWhereabouts.setState({ state: "refused" });
  };
  const watch = navigator.geolocation.watchPosition(take, failed, { enableHighAccuracy: true, maximumAge: 1000 });
  const stopTelling = onLive(tellTrack);
  return () => {
    navigator.geolocation.clearWatch(watch);
    stopTelling();
  };
}
