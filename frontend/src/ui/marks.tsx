/** Small marks that every list shares: status, priority, ticks, keys, ages. */
import type { ReactNode } from "react";

import { useTranslation } from "../i18n/useTranslation";
import type { Phase } from "../protocol";
import type { Tick, Ticks } from "../state/board";
import { useNowS } from "../live/clock";
import { shapeOf } from "./shapes";
import { ageText, secondsSince } from "./time";

export function StatusMark({ phase, inQuarters = false }: { phase: Phase; inQuarters?: boolean }) {
  const shape = shapeOf(phase, inQuarters);
  const colour = `var(${shape.token})`;
  const inside = shape.filled ? "var(--panel)" : colour;
  return (
    <svg className="mark" viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
      <path d={shape.path} fill={shape.filled ? colour : "none"} stroke={colour} strokeWidth="1.6" />
      {shape.mark && <path d={shape.mark} fill="none" stroke={phase === "staged" ? colour : inside} strokeWidth="1.8" />}
    </svg>
  );
}

/** A part without a unit. */
export function WaitingMark() {
  return (
    <svg className="mark" viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
      <circle cx="8" cy="8" r="5" fill="none" stroke="var(--ink-2)" strokeWidth="1.6" strokeDasharray="2 2.2" />
    </svg>
  );
}

export function PriorityMark({ priority }: { priority: number }) {
  const { t } = useTranslation();
  return (
    <span className={`prio prio-${priority}`}>
      <span className="sr-only">{t("priority.short")} </span>
      {priority}
    </span>
  );
}

export function Key({ children }: { children: ReactNode }) {
  return <kbd className="key">{children}</kbd>;
}

/** Time since a moment, running by the centre's clock. */
export function Age({ since, className = "" }: { since: string; className?: string }) {
  const nowS = useNowS();
  return <span className={`num ${className}`}>{ageText(secondsSince(since, nowS))}</span>;
}

const TICK_SIGN: Record<Tick, string> = { done: "✓", waiting: "–", late: "!", none: " " };

export function TickMarks({ ticks }: { ticks: Ticks }) {
  const { t } = useTranslation();
  const parts = [
    ["received", ticks.received],
    ["read", ticks.read],
    ["rolling", ticks.rolling],
  ] as const;
  const said = parts.map(([name, tick]) => `${t(`tick.${name}`)}: ${t(`tick.${tick}`)}`).join(", ");
  return (
    <span className="ticks" role="img" aria-label={said} title={said}>
      {parts.map(([name, tick]) => (
        <span key={name} className={`tick tick-${tick}`}>
          {TICK_SIGN[tick]}
        </span>
      ))}
    </span>
  );
}

export function AlertMark({ level }: { level: "A" | "B" | "C" }) {
  const paths = {
    A: "M5.2 1.5h5.6L14.5 5.2v5.6L10.8 14.5H5.2L1.5 10.8V5.2z",
    B: "M8 1L15.5 14.5H.5z",
    C: "M8 1.5a6.5 6.5 0 1 0 0 13a6.5 6.5 0 1 0 0-13z",
  };
  return (
    <svg className={`mark alert-mark alert-${level}`} viewBox="0 0 16 16" width="18" height="18" aria-hidden="true">
      <path d={paths[level]} />
      <text x="8" y={level === "B" ? 13 : 11.5} textAnchor="middle">
        {level}
      </text>
    </svg>
  );
}

export function PanelHead({ title, note, children }: { title: string; note?: ReactNode; children?: ReactNode }) {
  return (
    <div className="panel-head">
      <h2>{title}</h2>
      {note !== undefined && <span className="note">{note}</span>}
      <span className="grow" />
      {children}
    </div>
  );
}
