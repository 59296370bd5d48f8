/** Loud tones from the loudspeaker, and the phone's vibration. A browser wants one touch before it sounds. */
import { useSyncExternalStore } from "react";

export type Tone = "assignment" | "stand_down" | "test";

interface Beep {
  hz: number;
  s: number;
}

/** Two rising notes call out, two falling ones call off: told apart without looking. */
const TONES: Record<Tone, readonly Beep[]> = {
  assignment: [{ hz: 660, s: 0.25 }, { hz: 990, s: 0.45 }, { hz: 660, s: 0.25 }, { hz: 990, s: 0.45 }],
  stand_down: [{ hz: 880, s: 0.35 }, { hz: 440, s: 0.7 }],
  test: [{ hz: 660, s: 0.2 }, { hz: 990, s: 0.3 }],
};
const BUZZ: Record<Tone, number[]> = { assignment: [400, 150, 400, 150, 800], stand_down: [900], test: [200] };
const LOUDNESS = 0.9;
const EDGE_S = 0.015;

let context: AudioContext | null = null;
const listeners = new Set<() => void>();

function isOn(): boolean {
  return context?.state === "running";
}

function changed(): void {
  for (const listener of listeners) listener();
}

/** Must be called from a touch or key. */
export async function unlockSound(): Promise<void> {
  if (!("AudioContext" in window)) return;
  if (context === null) {
    context = new AudioContext();
    context.onstatechange = changed;
  }
  await context.resume();
  changed();
}

/** Not every phone can. */
export function buzz(pattern: number[]): void {
  if ("vibrate" in navigator) navigator.vibrate(pattern);
}

export function playTone(tone: Tone): void {
  buzz(BUZZ[tone]);
  if (context === null || !isOn()) return;
  let at = context.currentTime;
  for (const { hz, s } of TONES[tone]) {
    const sound = context.createOscillator();
    const volume = context.createGain();
    sound.type = "square";
    sound.frequency.value = hz;
    volume.gain.setValueAtTime(0, at);
    volume.gain.linearRampToValueAtTime(LOUDNESS, at + EDGE_S);
    volume.gain.setValueAtTime(LOUDNESS, at + s - EDGE_S);
    volume.gain.linearRampToValueAtTime(0, at + s);
    sound.connect(volume).connect(context.destination);
    sound.start(at);
    sound.stop(at + s);
    at += s;
  }
}

/** Whether this page can be heard. */
export function useSoundOn(): boolean {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, isOn);
}
