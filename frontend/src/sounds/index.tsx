/** The sound of the room, and the sign that says whether it is on. */
import { useEffect } from "react";

import { useTranslation } from "../i18n/useTranslation";
import { serverNow, useCentre } from "../live/store";
import { useDeskAgencies } from "../state/desk";
import { play, setMuted, unlock, unlockByFirstAct, useSounds } from "./player";
import { newSounds, stillSounding } from "./watch";

const AGAIN_MS = 5_000;

/** Plays what is new, and level A again until it is taken. One window of a desk sounds, not its pop-outs. */
export function useRoomSounds(): void {
  const agencies = useDeskAgencies();
  useEffect(() => unlockByFirstAct(), []);
  useEffect(() => {
    const stop = useCentre.subscribe((state, before) => {
      // A snapshot brings what stood before: that is looked at, not heard.
      if (state.live.rows === before.live.rows || state.live.logId !== before.live.logId || before.live.seq === 0) return;
      for (const { event, agencyId } of newSounds(before.live.rows, state.live.rows, agencies, serverNow() / 1000)) {
        play(event, agencyId);
      }
    });
    const again = window.setInterval(() => {
      for (const id of stillSounding(useCentre.getState().live.rows, agencies, serverNow() / 1000)) play("A", id);
    }, AGAIN_MS);
    return () => {
      stop();
      window.clearInterval(again);
    };
  }, [agencies]);
}

/** Always in sight: on, off or still locked; and a way to hear it. */
export function SoundSign() {
  const { t } = useTranslation();
  const { unlocked, muted, played } = useSounds();
  const agencies = useCentre((s) => s.me?.agencies ?? []);
  const state = muted ? "muted" : unlocked ? "on" : "locked";
  const test = () => void unlock().then(() => play("B", agencies[0] ?? ""));
  return (
    <span className={`sound ${state === "on" ? "" : "warn"}`} data-played={`${played.n}:${played.what}`}>
      <button
        type="button"
        className="button plain"
        aria-pressed={!muted}
        onClick={() => (state === "locked" ? void unlock() : setMuted(!muted))}
      >
        <span aria-hidden="true">{state === "on" ? "◉" : "⊘"}</span> {t(`sound.${state}`)}
      </button>
      <button type="button" className="button plain" onClick={test}>
        {t("sound.test")}
      </button>
    </span>
  );
}
