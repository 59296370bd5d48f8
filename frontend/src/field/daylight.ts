/** The page's colours follow the sun over the crew; a hand on the switch overrides it until it is given back. */
import { useEffect } from "react";
import { create } from "zustand";

import { useUi, type Theme } from "../state/ui";
import type { LonLat } from "../protocol";
import { clockText } from "../ui/time";
import { useWhereabouts } from "./whereabouts";

const LOOK_KEY = "dispatch.field.look";
const EACH_MS = 60_000;
const RAD = Math.PI / 180;
const J2000_MS = Date.UTC(2000, 0, 1, 12);
const DAY_MS = 86_400_000;
/** The sun's upper edge at the horizon, with the air's refraction. */
const HORIZON_DEG = -0.833;

export type Look = Theme | "hour";

function lookKept(): Look {
  const kept = localStorage.getItem(LOOK_KEY);
  return kept === "light" || kept === "dark" ? kept : "hour";
}

/** What the crew chose: a theme, or the hour. */
export const useLook = create<{ look: Look }>(() => ({ look: lookKept() }));

/** Degrees of the sun above the horizon (Astronomical Almanac's low-precision formulas, good to some 0.02°). Pure. */
export function sunDeg(at: number, [lon, lat]: LonLat): number {
  const days = (at - J2000_MS) / DAY_MS;
  const anomaly = (357.528 + 0.9856003 * days) * RAD;
  const ecliptic = (280.46 + 0.9856474 * days + 1.915 * Math.sin(anomaly) + 0.02 * Math.sin(2 * anomaly)) * RAD;
  const tilt = (23.439 - 0.0000004 * days) * RAD;
  const ascension = Math.atan2(Math.cos(tilt) * Math.sin(ecliptic), Math.cos(ecliptic));
  const declination = Math.asin(Math.sin(tilt) * Math.sin(ecliptic));
  const siderealDeg = 280.46062 + 360.98564737 * days + lon;
  const hourAngle = siderealDeg * RAD - ascension;
  const height =
    Math.sin(lat * RAD) * Math.sin(declination) + Math.cos(lat * RAD) * Math.cos(declination) * Math.cos(hourAngle);
  return Math.asin(height) / RAD;
}

/** Whether it is night: the sun is down where the crew is, or, where that is not known, it is 18 to 6 o'clock. Pure. */
export function isNight(at: number, lonLat: LonLat | null): boolean {
  if (lonLat !== null) return sunDeg(at, lonLat) < HORIZON_DEG;
  const hour = Number(clockText(at).slice(0, 2));
  return hour >= 18 || hour < 6;
}

function wear(look: Look): void {
  const night = isNight(Date.now(), useWhereabouts.getState().lonLat);
  const theme = look === "hour" ? (night ? "dark" : "light") : look;
  document.documentElement.dataset.theme = theme;
  if (useUi.getState().theme !== theme) useUi.setState({ theme });
}

/** The crew's own choice, kept on this device; the console's is another. */
export function chooseLook(look: Look): void {
  localStorage.setItem(LOOK_KEY, look);
  useLook.setState({ look });
  wear(look);
}

/** Wears what was chosen, and looks at the sun every minute and as soon as the device knows where it is. */
export function useDaylight(): void {
  const look = useLook((s) => s.look);
  const known = useWhereabouts((s) => s.lonLat !== null);
  useEffect(() => {
    wear(look);
    const timer = window.setInterval(() => wear(look), EACH_MS);
    return () => window.clearInterval(timer);
  }, [look, known]);
}
