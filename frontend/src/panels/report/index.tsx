/** A waiting report in hand: place it, say what it is, release it, add it to an incident, or end it. */
import { useEffect, useRef, useState, type KeyboardEvent } from "react";

import { attachReport, endReport, openIncident, openReport, placeReport } from "../../commands/actions";
import { isTyping } from "../../commands/held";
import { useTranslation } from "../../i18n/useTranslation";
import { useCentre } from "../../live/store";
import type { PlaceCandidate, Report } from "../../protocol";
import { select, useUi, type Selection } from "../../state/ui";
import { Age, Key, PanelHead } from "../../ui/marks";
import { clockText } from "../../ui/time";
import { PlaceChain } from "../incident/head";
import { ReportWords } from "../incident/reports";
import { ReportPhotos } from "../photos";
import { Duplicates } from "./duplicates";
import { EndReasons, PriorityPicker, TypePicker, reasonOfDigit } from "./pickers";
import { PlaceFinder } from "./placeFinder";

/** Taking a report in hand is said once per report and page, however often the panel is drawn. */
const taken = new Set<string>();

function useTakeInHand(report: Report): void {
  useEffect(() => {
    if (report.opened_at !== null || report.status !== "waiting" || taken.has(report.id)) return;
    taken.add(report.id);
    void openReport(report.id);
  }, [report]);
}

function useReportWork(report: Report) {
  const usual = useCentre((s) => s.codes?.types);
  const [heard, setHeard] = useState<string | null>(null);
  const [typeCode, setTypeCode] = useState(report.type_code);
  const [priority, setPriority] = useState<number | null>(null);
  const type = typeCode === null ? undefined : usual?.[typeCode];
  // By the time the centre answers something else may have been taken in hand, which stays there.
  const goOn = (to: Selection) => {
    const { selection, pane } = useUi.getState();
    if (selection?.id !== report.id) return;
    if (pane === "selection") select(to);
    else useUi.setState({ selection: to });
  };
  return {
    text: heard ?? (report.place.label || report.place.heard),
    asked: heard !== null,
    setHeard,
    typeCode,
    setTypeCode: (code: string) => {
      setTypeCode(code);
      setPriority(null);
    },
    priority,
    setPriority,
    usual: type?.priority ?? null,
    choose: (candidate: PlaceCandidate, all: readonly PlaceCandidate[]) => {
      setHeard(null);
      void placeReport(report, candidate, all);
    },
    release: () => {
      if (typeCode === null) return;
      void openIncident({ reportId: report.id, typeCode, priority, place: null }).then(
        (o) => o.ok && goOn({ kind: "incident", id: String(o.data.incident_id) }),
      );
    },
    attach: (incidentId: string) =>
      void attachReport(report.id, incidentId).then((o) => o.ok && goOn({ kind: "incident", id: incidentId })),
    end: (reason: string) => void endReport(report.id, reason).then((o) => o.ok && goOn(null)),
  };
}

type Work = ReturnType<typeof useReportWork>;

/** Ctrl+Enter releases, F6 adds to the first incident, Alt+digit ends, a bare digit chooses a candidate. */
function useReportKeys(report: Report, work: Work) {
  const reasons = useCentre((s) => s.codes?.end_reasons ?? {});
  return (event: KeyboardEvent) => {
    const reason = reasonOfDigit(reasons, event);
    const digit = isTyping(event.target) ? NaN : Number(event.key);
    const candidate = report.candidates[digit - 1];
    const first = report.duplicates[0];
    if (event.key === "Enter" && event.ctrlKey) work.release();
    else if (event.key === "F6" && first) work.attach(first.incident_id);
    else if (reason !== undefined) work.end(reason);
    else if (candidate && !event.ctrlKey && !event.altKey) work.choose(candidate, report.candidates);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
}

function ReportHead({ report }: { report: Report }) {
  const { t } = useTranslation();
  return (
    <div className="incident-head">
      <div className="title-line">
        <h2>{t("report.one")}</h2>
        <span className="num note">{report.receipt_code}</span>
        {report.test && <span className="badge warn">TEST</span>}
        <span className="grow" />
        <span className="note num">{clockText(report.received_at)}</span>
        <Age since={report.received_at} className="big" />
      </div>
      <ReportWords report={report} />
      <ReportPhotos id={report.id} />
      <PlaceChain state={report.place.state} />
      {report.place.lon_lat === null && <p className="warn">{t("place.unknown")}</p>}
    </div>
  );
}

function WaitingReport({ report }: { report: Report }) {
  const { t } = useTranslation();
  const work = useReportWork(report);
  const onKeyDown = useReportKeys(report, work);
  const root = useRef<HTMLDivElement>(null);
  useTakeInHand(report);
  useEffect(() => root.current?.focus(), []);
  return (
    <div className="form" ref={root} tabIndex={-1} onKeyDown={onKeyDown} role="group" aria-label={t("report.one")}>
      <div className="scroll">
        <ReportHead report={report} />
        <div className="fields">
          <PlaceFinder
            label={t("form.where")}
            text={work.text}
            onText={work.setHeard}
            given={report.candidates}
            asked={work.asked}
            near={report.place.lon_lat}
            chosen={report.place.label}
            onChoose={work.choose}
          />
          <TypePicker value={work.typeCode} onChoose={work.setTypeCode} />
          <PriorityPicker value={work.priority} usual={work.usual} onChoose={work.setPriority} />
        </div>
        <Duplicates duplicates={report.duplicates} onAttach={work.attach} />
        <EndReasons onEnd={work.end} />
      </div>
      <div className="actions pad bar">
        <button type="button" className="button primary" disabled={work.typeCode === null} onClick={work.release}>
          <Key>Ctrl Enter</Key> {t("form.release")}
        </button>
        {work.typeCode === null && <span className="note">{t("form.needs_type")}</span>}
      </div>
    </div>
  );
}

export function ReportPanel({ id }: { id: string }) {
  const { t } = useTranslation();
  const report = useCentre((s) => s.live.rows.report.get(id));
  if (report === undefined) return <p className="empty">{t("report.gone")}</p>;
  if (report.status === "waiting") return <WaitingReport report={report} />;
  return (
    <div className="scroll" tabIndex={0} role="group" aria-label={t("report.one")}>
      <ReportHead report={report} />
      <PanelHead title={t(`report.status.${report.status}`)} />
      {report.incident_id !== null && (
        <div className="actions pad">
          <button
            type="button"
            className="button"
            onClick={() => report.incident_id && select({ kind: "incident", id: report.incident_id })}
          >
            {t("report.show_incident")}
          </button>
        </div>
      )}
    </div>
  );
}
