/** Since when a person has not looked: the page hidden or untouched. Survives a reload; a sign-off is an absence too. */
import { create } from "zustand";

import { serverNow } from "../live/store";

const KEY = "dispatch.present";
/** Shorter absences are no absence. */
const AWAY_S = 120;
const WRITE_MS = 10_000;

interface Away {
  /** Beginning and end of the last absence, the centre's time, ISO; null before there was one. */
  from: string | null;
}

export const useAway = create<Away>(() => ({ from: null }));

let written = 0;

function present(): void {
  const now = serverNow();
  if (now - written < WRITE_MS) return;
  const last = Number(localStorage.getItem(KEY) ?? 0);
  written = now;
  localStorage.setItem(KEY, String(now));
  if (last > 0 && now - last > AWAY_S * 1000) useAway.setState({ from: new Date(last).toISOString() });
}

/** Watch for signs of a person until the returned function is called. */
export function watchPresence(): () => void {
  const events = ["keydown", "pointerdown", "pointermove", "focus"] as const;
  for (const name of events) window.addEventListener(name, present, { passive: true });
  present();
  return () => {
    for (const name of events) window.removeEventListener(name, present);
  };
}

/** Where the list of what was missed begins: the last absence, else a quarter of an hour ago. */
export function missedFrom(from: string | null, nowS: number): string {
  return from ?? new Date((nowS - 900) * 1000).toISOString();
}
