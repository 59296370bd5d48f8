/** Mode, call sign, what waits to be sent, and the room's clock. */

import { useTranslation } from "../i18n/useTranslation";
import { useNowS } from "../live/clock";
import { useCentre } from "../live/store";
import type { Unit } from "../protocol";
import { clockText } from "../ui/time";
import { untold } from "./queue";
import { isLive, useField } from "./store";

function OfflineMark() {
  return (
    <svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" className="mark">
      <path d="M3 8a10 10 0 0 1 14 0M6 11.5a6 6 0 0 1 8 0M10 15.5v.5M3 3l14 14" fill="none" stroke="currentColor" strokeWidth="1.8" />
    </svg>
  );
}

/** Dashed while the link is away; says how much waits. Nothing while all is told. */
export function QueueBadge() {
  const { t } = useTranslation();
  const live = useField((s) => isLive(s.link));
  const waiting = useField((s) => untold(s.queue).length);
  if (live && waiting === 0) return null;
  const words = waiting === 0 ? t("field.offline") : t(live ? "field.sending" : "field.offline_waiting", { count: waiting });
  return (
    <span className={`f-badge ${live ? "" : "f-offline"}`} role="status">
      {!live && <OfflineMark />} {words}
    </span>
  );
}

export function RoomClock() {
  const nowS = useNowS();
  return (
    <time className="num f-clock" dateTime={new Date(nowS * 1000).toISOString()}>
      {clockText(nowS * 1000).slice(0, 5)}
    </time>
  );
}

export function ModeMark() {
  const { t } = useTranslation();
  const mode = useCentre((s) => s.me?.mode ?? "live");
  return <span className={`mode mode-${mode}`}>{t(`mode.${mode}`)}</span>;
}

export function FieldHeader({ unit }: { unit: Unit }) {
  return (
    <header className="f-head">
      <ModeMark />
      <strong className="num f-sign">{unit.call_sign}</strong>
      <span className="grow" />
      <QueueBadge />
      <RoomClock />
    </header>
  );
}
