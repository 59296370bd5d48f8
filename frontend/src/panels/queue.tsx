/** The queue: ringing calls, waiting reports, open incidents by priority and age, calls to be called back. */
import { useMemo, type ReactNode } from "react";

import { answerCall, attemptCallBack, finishCallBack } from "../commands/actions";
import { useTranslation } from "../i18n/useTranslation";
import { useNowS } from "../live/clock";
import { useCentre } from "../live/store";
import type { Call, Leg, Report } from "../protocol";
import { isCounting } from "../state/automatic";
import { useDeskAgencies } from "../state/desk";
import { furthestPhase, isOver } from "../state/legs";
import { buildQueue, isOverdue, type Queue, type QueuedIncident } from "../state/queue";
import { openNewReport, select, useUi } from "../state/ui";
import { Age, Key, PanelHead, PriorityMark, StatusMark, WaitingMark } from "../ui/marks";
import { clockText } from "../ui/time";
import { useWords } from "../ui/words";
import { TimeLeft } from "./incident/automatic";
import { PopOut } from "./popOut";

export function useQueue(): Queue {
  const rows = useCentre((s) => s.live.rows);
  const agencies = useDeskAgencies();
  const nowS = useNowS();
  return useMemo(() => buildQueue(rows, agencies, nowS), [rows, agencies, nowS]);
}

/** A part as a row shows it: dashed only while it waits for a unit, not when it is over. */
function LegMark({ leg }: { leg: Leg }) {
  const { t } = useTranslation();
  const rows = useCentre((s) => s.live.rows);
  const words = useWords();
  const nowS = useNowS();
  const phase = furthestPhase(rows, leg);
  const overdue = isOverdue(leg, nowS);
  const said = phase === null ? t(`leg.${leg.state}`) : t(`phase.${phase}`);
  return (
    <span className="leg-mark" title={said}>
      {words.line(leg.agency_id)} {overdue && <strong className="warn">!</strong>}
      {phase !== null ? <StatusMark phase={phase} /> : isOver(leg) ? <span className="note">✓</span> : <WaitingMark />}
      {leg.automatic && isCounting(leg) && (
        <>
          {" "}
          <TimeLeft until={leg.automatic.fires_at} />
          <span className="sr-only">{t("automatic.counting")}</span>
        </>
      )}
      <span className="sr-only">{overdue ? `${said}, ${t("queue.overdue")}` : said}</span>
    </span>
  );
}

function IncidentRow({ item }: { item: QueuedIncident }) {
  const words = useWords();
  const selected = useUi((s) => s.selection?.id === item.incident.id);
  const { incident, legs } = item;
  return (
    <li>
      <button
        type="button"
        className="queue-row"
        aria-current={selected}
        onClick={() => select({ kind: "incident", id: incident.id })}
      >
        <PriorityMark priority={incident.priority} />
        <span className="queue-main cut" title={words.type(incident.type_code)}>
          <span className="num note">{incident.number.slice(-4)}</span>{" "}
          <strong className="type">{words.type(incident.type_code)}</strong>
        </span>
        <span className={item.overdue ? "warn end" : "end"}>
          {item.overdue && <strong aria-hidden="true">! </strong>}
          <Age since={incident.opened_at} className="strong" />
        </span>
        <span className="queue-second">
          <span className="queue-place">{words.place(incident.place)}</span>
          <span className="queue-legs">
            {incident.report_ids.length > 1 && <span className="num note">×{incident.report_ids.length}</span>}
            {legs.map((leg) => (
              <LegMark key={leg.id} leg={leg} />
            ))}
          </span>
        </span>
      </button>
    </li>
  );
}

function ReportRow({ report }: { report: Report }) {
  const { t } = useTranslation();
  // What only a wide circle reaches is told in the report itself.
  const likely = report.duplicates.filter(({ why }) => why.join() !== "in_circle").length;
  const words = useWords();
  const selected = useUi((s) => s.selection?.id === report.id);
  const told = report.words.find((line) => line !== null) ?? "";
  return (
    <li>
      <button
        type="button"
        className="queue-row"
        aria-current={selected}
        onClick={() => select({ kind: "report", id: report.id })}
      >
        <span className="report-mark" aria-hidden="true">
          ✉
        </span>
        <span className="queue-main cut">
          <strong>{told || words.type(report.type_code)}</strong>
        </span>
        <Age since={report.received_at} className="strong end" />
        <span className="queue-second">
          <span className={`queue-place ${report.place.lon_lat === null ? "warn" : ""}`}>{words.place(report.place)}</span>
          <span className="queue-legs">
            {likely > 0 && <span className="badge">{t("queue.duplicates", { count: likely })}</span>}
            {report.opened_by !== null && <span className="note">{t("queue.in_hand")}</span>}
          </span>
        </span>
      </button>
    </li>
  );
}

function Ringing({ call }: { call: Call }) {
  const { t } = useTranslation();
  return (
    <li className="call-row">
      <span className="num strong">{call.line}</span>
      <span className="num">{call.number ?? t("call.no_number")}</span>
      <span className="grow" />
      <Age since={call.rung_at} />
      <button type="button" className="button primary" data-call={call.id} onClick={() => void answerCall(call.id)}>
        {t("call.answer")}
      </button>
    </li>
  );
}

function CallBack({ call }: { call: Call }) {
  const { t } = useTranslation();
  return (
    <li className="call-row">
      <span className="num strong">{call.line}</span>
      <span className="num">{call.number ?? t("call.no_number")}</span>
      <span className="note">{t("call.attempts", { count: call.attempts.length })}</span>
      <span className="grow" />
      <button type="button" className="button" onClick={() => void attemptCallBack(call.id, false)}>
        {t("call.not_reached")}
      </button>
      <button type="button" className="button" onClick={() => void attemptCallBack(call.id, true)}>
        {t("call.reached")}
      </button>
      <button type="button" className="button" onClick={() => void finishCallBack(call.id, "handled")}>
        {t("call.done")}
      </button>
    </li>
  );
}

/** Waiting by decision: until when, and why. */
function HeldRow({ item }: { item: QueuedIncident }) {
  const { t } = useTranslation();
  const words = useWords();
  const selected = useUi((s) => s.selection?.id === item.incident.id);
  const { incident } = item;
  return (
    <li>
      <button type="button" className="queue-row" aria-current={selected} onClick={() => select({ kind: "incident", id: incident.id })}>
        <PriorityMark priority={incident.priority} />
        <span className="queue-main cut">
          <span className="num note">{incident.number.slice(-4)}</span>{" "}
          <strong className="type">{words.type(incident.type_code)}</strong>
        </span>
        <span className="note end">
          {t("queue.until")} <span className="num">{clockText(incident.hold?.until ?? "").slice(0, 5)}</span>
        </span>
        <span className="queue-second">
          <span className="queue-place">{words.place(incident.place)}</span>
          <span className="note cut">{incident.hold?.reason}</span>
        </span>
      </button>
    </li>
  );
}

function Calls({ title, children, count, mark }: { title: string; count: number; children: ReactNode; mark?: string }) {
  return count === 0 ? null : (
    <>
      <h3 className="group">
        {title} <span className="num">{count}</span>
        <span className="grow" />
        {mark !== undefined && <span className="warn">{mark}</span>}
      </h3>
      <ul>{children}</ul>
    </>
  );
}

/** Whose work is shown: any of the agencies, kept in the address. */
function AgencyFilter() {
  const { t } = useTranslation();
  const words = useWords();
  const shown = useDeskAgencies();
  const all = Object.keys(words.codes?.agencies ?? {}).sort();
  const toggle = (id: string) => {
    const now = shown ?? all;
    const next = now.includes(id) ? now.filter((other) => other !== id) : [...now, id].sort();
    useUi.setState({ agencies: next.length === 0 ? null : next });
  };
  return (
    <span className="filter" role="group" aria-label={t("queue.agencies")}>
      {all.map((id) => (
        <button key={id} type="button" className="chip num" aria-pressed={shown === null || shown.includes(id)} onClick={() => toggle(id)}>
          {words.line(id)}
        </button>
      ))}
    </span>
  );
}

function QueueHead({ queue }: { queue: Queue }) {
  const { t } = useTranslation();
  const open = queue.levels.reduce((sum, level) => sum + level.items.length, 0) + queue.held.length;
  return (
    <PanelHead title={t("queue.title")} note={<span className="num">{open}</span>}>
      <AgencyFilter />
      <button type="button" className="button plain" title={t("queue.new_report")} onClick={() => openNewReport()}>
        + <Key>N</Key> <span className="sr-only">{t("queue.new_report")}</span>
      </button>
      <PopOut pane="queue" />
    </PanelHead>
  );
}

function QueueFoot({ queue }: { queue: Queue }) {
  const { t } = useTranslation();
  return (
    <p className="panel-foot">
      <span>
        {t("queue.held")} <span className="num">{queue.held.length}</span>
      </span>
      <span>
        {t("queue.closed")} <span className="num">{queue.closed}</span>
      </span>
      <span className="grow" />
      <span>
        {t("queue.elsewhere")} <span className="num">{queue.others}</span>
      </span>
    </p>
  );
}

export function QueuePanel() {
  const { t } = useTranslation();
  const queue = useQueue();
  const empty = queue.levels.length === 0 && queue.reports.length === 0;
  return (
    <section className="panel queue" aria-label={t("queue.title")}>
      <QueueHead queue={queue} />
      <div className="scroll" tabIndex={0} role="group" aria-label={t("queue.title")}>
        <Calls title={t("call.ringing")} count={queue.ringing.length}>
          {queue.ringing.map((call) => (
            <Ringing key={call.id} call={call} />
          ))}
        </Calls>
        <Calls title={t("queue.reports")} count={queue.reports.length}>
          {queue.reports.map((report) => (
            <ReportRow key={report.id} report={report} />
          ))}
        </Calls>
        {queue.levels.map((level) => (
          <Calls
            key={level.priority}
            title={t(`priority.${level.priority}`)}
            count={level.items.length}
            {...(level.overdue > 0 ? { mark: t("queue.late", { count: level.overdue }) } : {})}
          >
            {level.items.map((item) => (
              <IncidentRow key={item.incident.id} item={item} />
            ))}
          </Calls>
        ))}
        <Calls title={t("queue.held")} count={queue.held.length}>
          {queue.held.map((item) => (
            <HeldRow key={item.incident.id} item={item} />
          ))}
        </Calls>
        <Calls title={t("call.call_back")} count={queue.callBacks.length}>
          {queue.callBacks.map((call) => (
            <CallBack key={call.id} call={call} />
          ))}
        </Calls>
        {empty && <p className="empty">{t("queue.empty")}</p>}
      </div>
      <QueueFoot queue={queue} />
    </section>
  );
}
