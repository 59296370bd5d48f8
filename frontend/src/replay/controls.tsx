/** Play, pause, speed, direction, step, typed time: each with its key. */
import { useState, type SyntheticEvent } from "react";

import { useTranslation } from "../i18n/useTranslation";
import { Key } from "../ui/marks";
import { clockText } from "../ui/time";
import { readTyped, SPEEDS } from "./address";
import { zoomBy } from "./keys";
import { pause, play, seek, setSpeed, step, toggle } from "./player";
import { openDialog, useReplay } from "./store";
import { bucketFor } from "./stretch";

export const TIME_FIELD = "replay-goto";

function GoTo() {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const [bad, setBad] = useState(false);
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    const ms = readTyped(text, useReplay.getState().atMs);
    setBad(ms === null);
    if (ms === null) return;
    seek(ms);
    setText("");
    (document.activeElement as HTMLElement | null)?.blur();
  };
  return (
    <form className="replay-goto" onSubmit={submit}>
      <label htmlFor={TIME_FIELD}>
        <Key>T</Key> {t("replay.goto")}
      </label>
      <input
        id={TIME_FIELD}
        className="mono"
        autoComplete="off"
        placeholder="18:40:52"
        value={text}
        aria-invalid={bad}
        aria-describedby={bad ? "replay-goto-bad" : undefined}
        onChange={(e) => {
          setText(e.target.value);
          setBad(false);
        }}
        onKeyDown={(e) => e.key === "Escape" && e.currentTarget.blur()}
      />
      {bad && (
        <span id="replay-goto-bad" className="warn" role="alert">
          {t("replay.goto_bad")}
        </span>
      )}
    </form>
  );
}

function Speeds() {
  const { t } = useTranslation();
  const speed = useReplay((s) => s.speed);
  return (
    <div className="replay-speeds" role="group" aria-label={t("replay.speed")}>
      {SPEEDS.map((one) => (
        <button
          key={one}
          type="button"
          aria-pressed={speed === one}
          aria-label={t("replay.speed_of", { speed: one })}
          onClick={() => setSpeed(one)}
        >
          {one}×
        </button>
      ))}
    </div>
  );
}

function Legend() {
  const { t } = useTranslation();
  const length = useReplay((s) => s.toMs - s.fromMs);
  const chosen = useReplay((s) => s.overview?.chosen ?? null);
  const seconds = bucketFor(length);
  const every = seconds < 60 ? `${seconds} s` : `${seconds / 60} min`;
  return (
    <span className="note replay-legend">
      {t("replay.legend", { every })}
      {chosen !== null && (
        <>
          <i className="swatch own" /> {t("replay.legend_own", { number: chosen.number.slice(-4) })}
        </>
      )}
      <i className="swatch" /> {t("replay.legend_city")}
    </span>
  );
}

/** The time at which the playhead waits for its reel. */
function Waiting() {
  const { t } = useTranslation();
  const waiting = useReplay((s) => (s.waiting ? Math.floor(s.atMs / 1000) * 1000 : null));
  return (
    <span className="note replay-waiting" role="status">
      {waiting === null ? "" : t("replay.loading", { time: clockText(waiting) })}
    </span>
  );
}

export function Controls({ isShown }: { isShown: (seq: number) => boolean }) {
  const { t } = useTranslation();
  const playing = useReplay((s) => s.playing);
  const direction = useReplay((s) => s.direction);
  return (
    <div className="replay-controls" role="toolbar" aria-label={t("replay.controls")}>
      <button type="button" className="button" aria-pressed={playing && direction < 0} onClick={() => play(-1)}>
        <Key>J</Key> ◀◀ {t("replay.reverse")}
      </button>
      <button type="button" className="button" onClick={() => void step(-1, isShown)}>
        <Key>[</Key> {t("replay.before")}
      </button>
      <button type="button" className="button primary replay-play" onClick={playing ? pause : toggle}>
        <Key>{playing ? "K" : "Space"}</Key> {t(playing ? "replay.pause" : "replay.play")}
      </button>
      <button type="button" className="button" onClick={() => void step(1, isShown)}>
        <Key>]</Key> {t("replay.after")}
      </button>
      <button type="button" className="button" aria-pressed={playing && direction > 0} onClick={() => play(1)}>
        <Key>L</Key> {t("replay.forward")} ▶▶
      </button>
      <span className="replay-rule" />
      <span className="note">{t("replay.speed")}</span>
      <Speeds />
      <span className="replay-rule" />
      <GoTo />
      <Waiting />
      <span className="grow" />
      <Legend />
      <button type="button" className="button" aria-label={t("replay.longer")} title={t("replay.longer")} onClick={() => zoomBy(2)}>
        <Key>−</Key>
      </button>
      <button type="button" className="button" aria-label={t("replay.shorter")} title={t("replay.shorter")} onClick={() => zoomBy(0.5)}>
        <Key>+</Key>
      </button>
      <button type="button" className="button" aria-label={t("replay.keys")} title={t("replay.keys")} onClick={() => openDialog("keys")}>
        <Key>?</Key>
      </button>
    </div>
  );
}
