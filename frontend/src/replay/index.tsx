/** The past, played: another frame and another paper, so that nothing here is taken for the present. */
import "../i18n/areas/replay";
import { useTranslation } from "../i18n/useTranslation";
import "./replay.css";
import { useCallback, useEffect, useRef } from "react";

import { useWords } from "../ui/words";
import { Controls, TIME_FIELD } from "./controls";
import { ExportDialog, KeysDialog } from "./dialogs";
import { Banner, Head } from "./head";
import { onReplayKey, type KeyPorts } from "./keys";
import { LogPanel } from "./log";
import { MapPanel } from "./mapPanel";
import { startPlayer } from "./player";
import { Scrubber } from "./scrubber";
import { useReplay } from "./store";
import { ThenPanel } from "./then";
import { useLines } from "./use";
import { simulated } from "./wire";

function leave(): void {
  if (simulated !== null) return location.assign(`/compare?id=${simulated.run}`);
  const { incidentId } = useReplay.getState();
  location.assign(incidentId === null ? "/" : `/#incident=${incidentId}`);
}

function focusTime(): void {
  document.getElementById(TIME_FIELD)?.focus();
}

/** Which lines pass the filters: what a step goes to. A reel that has just come is judged by its own lines. */
function useIsShown(): KeyPorts["isShown"] {
  const { lines } = useLines();
  const filtered = useReplay((s) => s.only || s.without.size > 0);
  const known = useRef(new Set<number>());
  useEffect(() => {
    known.current = new Set(lines.map(({ line }) => line.seq));
  }, [lines]);
  return useCallback((seq) => !filtered || known.current.has(seq), [filtered]);
}

function useKeys(isShown: KeyPorts["isShown"]): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (onReplayKey(event, { isShown, focusTime, leave })) event.preventDefault();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [isShown]);
}

function Trouble() {
  const words = useWords();
  const trouble = useReplay((s) => s.trouble);
  return trouble === null ? null : (
    <p className="replay-trouble" role="alert">
      {words.error(trouble)}
    </p>
  );
}

export default function Replay() {
  const { t } = useTranslation();
  const dialog = useReplay((s) => s.dialog);
  const waiting = useReplay((s) => s.waiting);
  const seq = useReplay((s) => s.live.seq);
  const isShown = useIsShown();
  useKeys(isShown);
  useEffect(startPlayer, []);
  return (
    <div className="replay" data-seq={seq}>
      <Banner />
      <Head onLeave={leave} />
      <Trouble />
      <main className="replay-body" aria-busy={waiting} aria-label={t("replay.banner")}>
        <MapPanel />
        <div className="replay-side">
          <LogPanel />
          <ThenPanel />
        </div>
      </main>
      <footer className="replay-foot">
        <Controls isShown={isShown} />
        <Scrubber />
      </footer>
      {dialog === "keys" && <KeysDialog />}
      {dialog === "export" && <ExportDialog />}
    </div>
  );
}
