/** The log around the playhead: what has happened, the line of now, and, dimmer, what is still to come. */
import { memo, useEffect, useRef } from "react";

import { useTranslation } from "../i18n/useTranslation";
import { Key, PanelHead } from "../ui/marks";
import { scrollToRow, useRowsInView } from "../ui/rowsInView";
import { clockText } from "../ui/time";
import { useDetail } from "./detail";
import { incidentOfLine, type Index } from "./look";
import { seek } from "./player";
import type { ReelLine } from "./reel";
import { useReplay } from "./store";
import { useLines, useNamesThen } from "./use";

const ROW_PX = 28;

/** Index of the last line at or before the playhead, -1 before the first. */
function useCurrent(lines: readonly ReelLine[]): number {
  return useReplay((s) => {
    let low = 0;
    let high = lines.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((lines[middle]?.atMs ?? Infinity) <= s.atMs) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  });
}

interface LineProps {
  entry: ReelLine;
  index: Index;
  when: "past" | "now" | "future";
}

const Line = memo(function Line({ entry, index, when }: LineProps) {
  const { t } = useTranslation();
  const nameOf = useNamesThen();
  const chosen = useReplay((s) => s.incidentId);
  const { line } = entry;
  const incidentId = incidentOfLine(line, index);
  const number = incidentId === null ? "" : (index.numberOf.get(incidentId)?.slice(-4) ?? "");
  const own = incidentId !== null && incidentId === chosen;
  const { now, before } = useDetail(line, index);
  const who = nameOf(line.actor);
  return (
    <button
      type="button"
      className={`replay-line ${when} ${own ? "own" : ""}`}
      aria-current={when === "now" ? "step" : undefined}
      tabIndex={when === "now" ? 0 : -1}
      onClick={() => seek(Math.ceil(entry.atMs))}
    >
      <span className="num replay-line-time">{clockText(entry.atMs)}</span>
      <span className="cut replay-line-who" title={who}>
        {who}
      </span>
      <span className="num">{number}</span>
      <span className="cut replay-line-what">
        {t(`log.${line.type}`, { otherwise: line.type })} {now !== "" && <b>{now}</b>}
        {before !== "" && <s> {before}</s>}
      </span>
    </button>
  );
});

function whenOf(i: number, current: number): LineProps["when"] {
  if (i === current) return "now";
  return i < current ? "past" : "future";
}

export function LogPanel() {
  const { t } = useTranslation();
  const { lines, index } = useLines();
  const current = useCurrent(lines);
  const box = useRef<HTMLDivElement>(null);
  const view = useRowsInView(box, lines.length, ROW_PX);
  useEffect(() => {
    if (lines.length > 0) scrollToRow(box.current, Math.max(0, current), ROW_PX, true);
  }, [current, lines.length]);
  return (
    <section className="panel replay-log" aria-label={t("replay.log")}>
      <PanelHead title={t("replay.log")} note={t("replay.log_note")}>
        <span className="note">
          <Key>[</Key> <Key>]</Key> {t("replay.by_event")}
        </span>
      </PanelHead>
      <div ref={box} className="scroll" tabIndex={0} role="group" aria-label={t("replay.log")}>
        {lines.length === 0 && <p className="empty">{t("replay.log_empty")}</p>}
        <ol className="replay-lines" style={{ height: view.totalPx }}>
          {view.shown.map((at) => {
            const entry = lines[at];
            return entry === undefined ? null : (
              <li key={entry.line.seq} style={{ transform: `translateY(${view.startOf(at)}px)` }}>
                <Line entry={entry} index={index} when={whenOf(at, current)} />
              </li>
            );
          })}
        </ol>
      </div>
    </section>
  );
}
