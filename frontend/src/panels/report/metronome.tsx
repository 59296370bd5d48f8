/** The rhythm of pressing, to be counted aloud with the caller: heard once the browser lets the page sound, and seen. */
import { useEffect, useState } from "react";

import { useTranslation } from "../../i18n/useTranslation";

const COUNTED = 30;
const CLICK_S = 0.05;
const CLICK_HZ = 1_000;
const AHEAD_S = 0.25;
const LOOK_EVERY_MS = 100;

/** Clicks by the sound card's own clock, so that no busy page bends the rhythm. Gives how to stop them. */
function click(audio: AudioContext, perMinute: number): () => void {
  const period = 60 / perMinute;
  let next = audio.currentTime + 0.05;
  const schedule = () => {
    if (audio.state !== "running") return;
    next = Math.max(next, audio.currentTime);
    while (next < audio.currentTime + AHEAD_S) {
      const tone = audio.createOscillator();
      const gain = audio.createGain();
      tone.frequency.value = CLICK_HZ;
      gain.gain.setValueAtTime(0.3, next);
      gain.gain.exponentialRampToValueAtTime(0.001, next + CLICK_S);
      tone.connect(gain).connect(audio.destination);
      tone.start(next);
      tone.stop(next + CLICK_S);
      next += period;
    }
  };
  const timer = window.setInterval(schedule, LOOK_EVERY_MS);
  return () => window.clearInterval(timer);
}

function useClicks(perMinute: number, heard: boolean): boolean {
  const [locked, setLocked] = useState(false);
  useEffect(() => {
    if (!heard) return;
    const audio = new AudioContext();
    const follow = () => setLocked(audio.state !== "running");
    audio.addEventListener("statechange", follow);
    const unlock = () => void audio.resume();
    window.addEventListener("keydown", unlock);
    window.addEventListener("pointerdown", unlock);
    void audio.resume().then(follow);
    const stop = click(audio, perMinute);
    return () => {
      stop();
      window.removeEventListener("keydown", unlock);
      window.removeEventListener("pointerdown", unlock);
      audio.removeEventListener("statechange", follow);
      void audio.close();
    };
  }, [perMinute, heard]);
  return heard && locked;
}

/** 1 … 30 and again, by the page's own clock. */
function useBeat(perMinute: number): number {
  const [beat, setBeat] = useState(0);
  useEffect(() => {
    const begun = performance.now();
    const period = 60_000 / perMinute;
    let frame = 0;
    const draw = () => {
      setBeat(Math.floor((performance.now() - begun) / period));
      frame = requestAnimationFrame(draw);
    };
    frame = requestAnimationFrame(draw);
    return () => cancelAnimationFrame(frame);
  }, [perMinute]);
  return beat;
}

function Beat({ perMinute }: { perMinute: number }) {
  const beat = useBeat(perMinute);
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  return (
    <span className={`beat ${!still && beat % 2 === 1 ? "odd" : ""}`} aria-hidden="true" data-beat={beat}>
      {(beat % COUNTED) + 1}
    </span>
  );
}

export function Metronome({ perMinute }: { perMinute: number }) {
  const { t } = useTranslation();
  const [heard, setHeard] = useState(true);
  const locked = useClicks(perMinute, heard);
  return (
    <div className="metronome" role="group" aria-label={t("calls.beat", { count: perMinute })}>
      <Beat perMinute={perMinute} />
      <strong>{t("calls.beat", { count: perMinute })}</strong>
      <button type="button" className="button" aria-pressed={heard} onClick={() => setHeard(!heard)}>
        {t(heard ? "calls.beat_silence" : "calls.beat_sound")}
      </button>
      {locked && <span className="warn">{t("calls.beat_locked")}</span>}
    </div>
  );
}
