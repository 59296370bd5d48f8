/** What happened, newest first: fetched from the log, continued by the live frames. */
import { useEffect, useMemo, useState } from "react";

import { useTranslation } from "../../i18n/useTranslation";
import { api } from "../../live/http";
import { LOG_KEPT } from "../../live/reducer";
import { useCentre } from "../../live/store";
import type { Incident, LogLine } from "../../protocol";
import { lineDetail } from "../../state/timeline";
import { PanelHead } from "../../ui/marks";
import { clockText } from "../../ui/time";
import { useNames } from "../../ui/names";
import { useWords } from "../../ui/words";

function useTimeline(incidentId: string): { lines: LogLine[]; failed: boolean } {
  const log = useCentre((s) => s.live.log);
  // The live log keeps the newest lines of the whole city only: fetch again before any can have slid out of
  // it, and after a snapshot has emptied it.
  const reach = useCentre((s) => Math.floor(s.live.seq / (LOG_KEPT / 2)));
  const emptied = log.length === 0;
  const [fetched, setFetched] = useState<{ id: string; lines: LogLine[]; failed: boolean } | null>(null);
  useEffect(() => {
    let current = true;
    api.timeline(incidentId).then(
      (lines) => current && setFetched({ id: incidentId, lines, failed: false }),
      () => current && setFetched({ id: incidentId, lines: [], failed: true }),
    );
    return () => {
      current = false;
    };
  }, [incidentId, reach, emptied]);
  return useMemo(() => {
    const base = fetched?.id === incidentId ? fetched.lines : [];
    const last = base.reduce((seq, line) => Math.max(seq, line.seq), 0);
    const newer = log.filter((line) => line.incident_id === incidentId && line.seq > last);
    return { lines: [...base, ...newer].reverse(), failed: fetched?.id === incidentId && fetched.failed };
  }, [fetched, incidentId, log]);
}

function Line({ line }: { line: LogLine }) {
  const { t } = useTranslation();
  const rows = useCentre((s) => s.live.rows);
  const words = useWords();
  const nameOf = useNames();
  return (
    <li className="log-line">
      <time className="num note" dateTime={line.at}>
        {clockText(line.at)}
      </time>
      <span className="note cut">{nameOf(line.actor)}</span>
      <span>
        {t(`log.${line.type}`, { otherwise: line.type })}{" "}
        <strong>{lineDetail(line, rows, { ...words, phase: (phase) => t(`phase.${phase}`), seen: t("unit.seen"), left: t("unit.left") })}</strong>
      </span>
    </li>
  );
}

export function Timeline({ incident }: { incident: Incident }) {
  const { t } = useTranslation();
  const { lines, failed } = useTimeline(incident.id);
  return (
    <section aria-label={t("timeline.title")}>
      <PanelHead title={t("timeline.title")} note={t("timeline.newest")} />
      {failed && <p className="empty">{t("timeline.failed")}</p>}
      <ol className="timeline">
        {lines.map((line) => (
          <Line key={line.seq} line={line} />
        ))}
      </ol>
    </section>
  );
}
