/** What must be noticed: a tone that comes back until somebody has answered, and a screen that stays on. */
import { useEffect } from "react";

import { playTone, unlockSound, type Tone } from "./tone";

const AGAIN_MS = 4_000;

/** Sounds at once and every four seconds, as long as there is something to answer. */
export function useAlarm(tone: Tone | null): void {
  useEffect(() => {
    if (tone === null) return;
    playTone(tone);
    const timer = window.setInterval(() => playTone(tone), AGAIN_MS);
    return () => window.clearInterval(timer);
  }, [tone]);
}

/** The first touch or key of a page lets it be heard. */
export function useUnlockByTouch(): void {
  useEffect(() => {
    const unlock = () => void unlockSound();
    window.addEventListener("pointerdown", unlock, { once: true });
    window.addEventListener("keydown", unlock, { once: true });
    return () => {
      window.removeEventListener("pointerdown", unlock);
      window.removeEventListener("keydown", unlock);
    };
  }, []);
}

/** Keeps the screen on while it is looked at. The browser lets go whenever the page is hidden. */
export function useWakeLock(): void {
  useEffect(() => {
    if (!("wakeLock" in navigator)) return;
    let lock: WakeLockSentinel | null = null;
    let over = false;
    const ask = async () => {
      if (document.visibilityState !== "visible") return;
      try {
        lock = await navigator.wakeLock.request("screen");
        if (over) await lock.release();
      } catch {
        lock = null; // a flat battery or the system says no: the page works without
      }
    };
    void ask();
    const again = () => void ask();
    document.addEventListener("visibilitychange", again);
    return () => {
      over = true;
      document.removeEventListener("visibilitychange", again);
      void lock?.release();
    };
  }, []);
}
