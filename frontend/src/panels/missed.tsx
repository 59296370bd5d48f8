/** What happened while nobody looked, in ten lines. */
import { useMemo } from "react";

import { useTranslation } from "../i18n/useTranslation";
import { useNowS } from "../live/clock";
import { useCentre } from "../live/store";
import { missedFrom, useAway } from "../state/away";
import { useDeskAgencies } from "../state/desk";
import { missedSince, type MissedLine } from "../state/missed";
import { closePane, select } from "../state/ui";
import { Key, PanelHead, PriorityMark } from "../ui/marks";
import { useNames } from "../ui/names";
import { clockText } from "../ui/time";
import { useWords } from "../ui/words";

function Line({ line }: { line: MissedLine }) {
  const { t } = useTranslation();
  const words = useWords();
  const nameOf = useNames();
  const incident = useCentre((s) => (line.incidentId === null ? undefined : s.live.rows.incident.get(line.incidentId)));
  const report = useCentre((s) => (line.reportId === null ? undefined : s.live.rows.report.get(line.reportId)));
  const open = () => {
    if (line.incidentId !== null) select({ kind: "incident", id: line.incidentId });
    else if (line.reportId !== null) select({ kind: "report", id: line.reportId });
  };
  const told = report?.words.find((words_) => words_ !== null) ?? "";
  return (
    <li>
      <button type="button" className="missed-row" disabled={line.incidentId === null && line.reportId === null} onClick={open}>
        <time className="num note" dateTime={line.at}>
          {clockText(line.at)}
        </time>
        {line.priority !== null ? <PriorityMark priority={line.priority} /> : <span />}
        <span>
          <strong className={line.rank === 0 ? "alarm" : ""}>{t(`missed.${line.what}`)}</strong>{" "}
          {incident && (
            <>
              <span className="num">{incident.number.slice(-4)}</span> {words.type(incident.type_code)}, {words.place(incident.place)}
            </>
          )}
          {report && (told || words.place(report.place))} <span className="note">{nameOf(line.who)}</span>
        </span>
      </button>
    </li>
  );
}

export default function MissedPanel() {
  const { t } = useTranslation();
  const rows = useCentre((s) => s.live.rows);
  const agencies = useDeskAgencies();
  const from = useAway((s) => s.from);
  const nowS = useNowS();
  const since = missedFrom(from, nowS - (nowS % 60));
  const missed = useMemo(() => missedSince(rows, since, agencies), [rows, since, agencies]);
  return (
    <>
      <PanelHead title={t("missed.title")} note={t(from === null ? "missed.last" : "missed.since", { time: clockText(since) })}>
        <button type="button" className="button plain" onClick={closePane}>
          <Key>Esc</Key> {t("form.leave")}
        </button>
      </PanelHead>
      <div className="scroll" tabIndex={0} role="group" aria-label={t("missed.title")}>
        {missed.lines.length === 0 && <p className="empty">{t("missed.nothing")}</p>}
        <ol className="missed">
          {missed.lines.map((line) => (
            <Line key={`${line.what}-${line.at}-${line.incidentId ?? line.reportId ?? line.who}`} line={line} />
          ))}
        </ol>
        {missed.more > 0 && <p className="empty">{t("missed.more", { count: missed.more })}</p>}
      </div>
    </>
  );
}
