/** Desks: who sits there, what is open by priority, how long the oldest waits. An empty one is marked. */
import { useMemo } from "react";

import { useTranslation } from "../i18n/useTranslation";
import { useCentre } from "../live/store";
import { Age, PanelHead } from "../ui/marks";
import { useNames } from "../ui/names";
import { ageText } from "../ui/time";
import { useWords } from "../ui/words";
import { buildDesks, PRIORITIES, type DeskLine } from "./figures";
import { LIST_STEP_S, useStepS } from "./range";

function OpenBar({ line, most }: { line: DeskLine; most: number }) {
  const { t } = useTranslation();
  const said = PRIORITIES.filter((p) => line.open[p]).map((p) => `${t("priority.short")} ${p}: ${line.open[p] ?? 0}`).join(", ");
  return (
    <span className="open-bar" role="img" aria-label={said || t("supervisor.desk.nothing")}>
      {PRIORITIES.map((priority) => {
        const count = line.open[priority] ?? 0;
        if (count === 0) return null;
        return (
          <span key={priority} className={`open-part part-${priority}`} style={{ width: `${(count / most) * 100}%` }}>
            {count}
          </span>
        );
      })}
    </span>
  );
}

function Who({ line }: { line: DeskLine }) {
  const { t } = useTranslation();
  const nameOf = useNames();
  if (line.who.length > 0) return <>{line.who.join(", ")}</>;
  if (line.unattended === null) return <span className="note">{t("supervisor.desk.covered")}</span>;
  return (
    <b className="absent">
      {t("supervisor.desk.absent")} <Age since={line.unattended.raised_at} />
      {line.unattended.claimed_by !== null && <span className="note"> · {t("alert.claimed_by", { name: nameOf(line.unattended.claimed_by) })}</span>}
    </b>
  );
}

export function DesksPanel() {
  const { t } = useTranslation();
  const words = useWords();
  const rows = useCentre((s) => s.live.rows);
  const nowS = useStepS(LIST_STEP_S);
  const lines = useMemo(() => buildDesks(rows, nowS), [rows, nowS]);
  const most = Math.max(8, ...lines.map((line) => line.total));
  return (
    <section className="panel desks-panel" aria-label={t("supervisor.desk.title")}>
      <PanelHead title={t("supervisor.desk.title")} note={t("supervisor.desk.note", { count: lines.filter((line) => line.who.length > 0).length, all: lines.length })} />
      {lines.length === 0 && <p className="empty">{t("supervisor.desk.none")}</p>}
      <div className="scroll" tabIndex={0} role="group" aria-label={t("supervisor.desk.title")}>
        <table className="rows-table">
          <thead>
            <tr>
              <th scope="col">{t("supervisor.desk.name")}</th>
              <th scope="col">{t("supervisor.desk.who")}</th>
              <th scope="col" className="wide">{t("supervisor.desk.by_priority")}</th>
              <th scope="col" className="figure">{t("supervisor.desk.open")}</th>
              <th scope="col" className="figure">{t("supervisor.desk.waiting")}</th>
              <th scope="col" className="figure">{t("supervisor.desk.oldest")}</th>
            </tr>
          </thead>
          <tbody>
            {lines.map((line) => (
              <tr key={line.desk.id} className={line.unattended !== null ? "unattended" : ""}>
                <th scope="row">
                  {line.desk.name} <span className="note num">{line.desk.agencies.map(words.line).filter((n) => !line.desk.name.includes(n)).join(" ")}</span>
                </th>
                <td><Who line={line} /></td>
                <td><OpenBar line={line} most={most} /></td>
                <td className="figure num">{line.total}</td>
                <td className="figure num">{line.waiting}</td>
                <td className={`figure num ${line.over ? "warn" : ""}`}>{line.oldestS === null ? "–" : ageText(line.oldestS)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
