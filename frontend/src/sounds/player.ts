/** The room's loudspeaker: locked by the browser until a person's first act, and honest about it. */
import { create } from "zustand";

import { notesOf, type Event } from "./tones";

export interface Sounds {
  /** False until the browser lets the page sound. */
  unlocked: boolean;
  muted: boolean;
  /** The last tone that was really played: agency and event; `n` grows with each. */
  played: { n: number; what: string };
}

const KEY = "dispatch.muted";
const VOLUME = 0.18;
const FADE_S = 0.012;

export const useSounds = create<Sounds>(() => ({
  unlocked: false,
  muted: localStorage.getItem(KEY) === "yes",
  played: { n: 0, what: "" },
}));

let context: AudioContext | null = null;

function follow(audio: AudioContext): void {
  useSounds.setState({ unlocked: audio.state === "running" });
}

/** Must be called from a person's own act (a key, a click). */
export async function unlock(): Promise<void> {
  if (context === null) {
    context = new AudioContext();
    const made = context;
    made.onstatechange = () => follow(made);
  }
  if (context.state === "suspended") await context.resume();
  follow(context);
}

/** Any first act in the page unlocks the sound; nobody has to remember it. */
export function unlockByFirstAct(): () => void {
  const act = () => void unlock();
  window.addEventListener("keydown", act, { once: true });
  window.addEventListener("pointerdown", act, { once: true });
  return () => {
    window.removeEventListener("keydown", act);
    window.removeEventListener("pointerdown", act);
  };
}

export function setMuted(muted: boolean): void {
  localStorage.setItem(KEY, muted ? "yes" : "no");
  useSounds.setState({ muted });
}

/** Silent while locked or muted; the indicator says so. */
export function play(event: Event, agencyId: string): void {
  const { muted, unlocked, played } = useSounds.getState();
  if (context === null || !unlocked || muted) return;
  for (const note of notesOf(event, agencyId)) {
    const tone = context.createOscillator();
    const gain = context.createGain();
    const begin = context.currentTime + note.at;
    tone.frequency.value = note.hz;
    tone.type = event === "A" ? "square" : "sine";
    gain.gain.setValueAtTime(0, begin);
    gain.gain.linearRampToValueAtTime(VOLUME, begin + FADE_S);
    gain.gain.setValueAtTime(VOLUME, begin + note.s - FADE_S);
    gain.gain.linearRampToValueAtTime(0, begin + note.s);
    tone.connect(gain).connect(context.destination);
    tone.start(begin);
    tone.stop(begin + note.s);
  }
  useSounds.setState({ played: { n: played.n + 1, what: `${agencyId}-${event}` } });
}
