/** What waits: by agency and priority against the limit, and everything that is over it, worst first. */
import { useMemo } from "react";

import { useTranslation } from "../i18n/useTranslation";
import { useCentre } from "../live/store";
import { PanelHead, PriorityMark } from "../ui/marks";
import { ageText } from "../ui/time";
import { useWords } from "../ui/words";
import { AutomaticPolicy } from "./automatic";
import { buildQueues, listLate, PRIORITIES, type LateItem, type WaitingCell } from "./figures";
import { LIST_STEP_S, useStepS } from "./range";

const SHOWN = 40;

function QueueCell({ cell }: { cell: WaitingCell | undefined }) {
  if (cell === undefined || cell.oldestS === null) return <td className="figure note">–</td>;
  return (
    <td className="figure">
      <b className="num">{cell.count}</b>{" "}
      <span className={`num ${cell.over ? "warn" : "note"}`}>
        {ageText(cell.oldestS)} / {ageText(cell.limitS)}
      </span>
    </td>
  );
}

export function QueuesPanel() {
  const { t } = useTranslation();
  const words = useWords();
  const rows = useCentre((s) => s.live.rows);
  const agencies = useCentre((s) => s.me?.agencies);
  const nowS = useStepS(LIST_STEP_S);
  const queues = useMemo(() => buildQueues(rows, agencies ?? [], nowS), [rows, agencies, nowS]);
  return (
    <section className="panel queues" aria-label={t("supervisor.queue.title")}>
      <PanelHead title={t("supervisor.queue.title")} note={t("supervisor.queue.note")} />
      <table className="rows-table">
        <thead>
          <tr>
            <th scope="col">{t("supervisor.queue.agency")}</th>
            {PRIORITIES.map((priority) => (
              <th key={priority} scope="col" className="figure"><PriorityMark priority={priority} /></th>
            ))}
            <th scope="col" className="figure">{t("supervisor.queue.reports")}</th>
            <th scope="col" className="figure">{t("supervisor.queue.open")}</th>
          </tr>
        </thead>
        <tbody>
          {queues.map((queue) => (
            <tr key={queue.agencyId}>
              <th scope="row" className="num" title={words.agency(queue.agencyId)}>{words.line(queue.agencyId)}</th>
              {PRIORITIES.map((priority) => <QueueCell key={priority} cell={queue.cells[priority]} />)}
              <td className="figure">
                <b className="num">{queue.reports.count || "–"}</b>{" "}
                {queue.reports.oldestS !== null && <span className="num note">{ageText(queue.reports.oldestS)}</span>}
              </td>
              <td className="figure num">{queue.open}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <AutomaticPolicy />
    </section>
  );
}

function LateRow({ item }: { item: LateItem }) {
  const { t } = useTranslation();
  const words = useWords();
  const href = item.incidentId === null ? `/#report=${item.reportId ?? ""}` : `/#incident=${item.incidentId}`;
  return (
    <li className="late-row">
      {item.priority === null ? <span className="prio" aria-hidden="true">–</span> : <PriorityMark priority={item.priority} />}
      <a className="num" href={href}>{item.incidentId === null ? item.number : item.number.slice(-4)}</a>
      <span className="cut grow">
        <span className="num">{words.line(item.agencyId)}</span> {t(`supervisor.late.${item.kind}`)}
      </span>
      <span className="num warn">{ageText(item.ageS)} / {ageText(item.limitS)}</span>
    </li>
  );
}

export function LatePanel() {
  const { t } = useTranslation();
  const rows = useCentre((s) => s.live.rows);
  const nowS = useStepS(LIST_STEP_S);
  const late = useMemo(() => listLate(rows, nowS), [rows, nowS]);
  return (
    <section className="panel late" aria-label={t("supervisor.late.title")}>
      <PanelHead title={t("supervisor.late.title")} note={t("supervisor.late.note")}>
        <span className={`num ${late.length > 0 ? "warn" : "note"}`}>{late.length}</span>
      </PanelHead>
      {late.length === 0 && <p className="empty">{t("supervisor.late.none")}</p>}
      <ul className="scroll" tabIndex={0} aria-label={t("supervisor.late.title")}>
        {late.slice(0, SHOWN).map((item) => <LateRow key={item.key} item={item} />)}
      </ul>
    </section>
  );
}
