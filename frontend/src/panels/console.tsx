/** The dispatcher's screen: header, band, queue, what is in hand, map over board, keys. */
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";

import { onPageKey, type KeyContext } from "../commands/keys";
import { useCentre } from "../live/store";
import { MapPanel } from "../map";
import { useUi } from "../state/ui";
import { Alerts, useAlertBoard } from "./alerts";
import { BoardPanel } from "./board";
import { CommandBar, StatusVoice } from "./commandBar";
import { Header } from "./header";
import { HelpPanel } from "./help";
import { IncidentPanel } from "./incident";
import { KeyBar } from "./keyBar";
import { QueuePanel, useQueue } from "./queue";
import { ReportPanel } from "./report";
import { NewReportPanel } from "./report/newReport";

function usePageKeys(): void {
  const context: KeyContext = { alerts: useAlertBoard(), queue: useQueue() };
  const latest = useRef(context);
  useEffect(() => {
    latest.current = context;
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (onPageKey(event, latest.current)) event.preventDefault();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
}

function CentrePane() {
  const { t } = useTranslation();
  const pane = useUi((s) => s.pane);
  const selection = useUi((s) => s.selection);
  if (pane === "new_report") return <NewReportPanel />;
  if (pane === "help") return <HelpPanel />;
  if (selection === null) return <p className="empty">{t("incident.choose")}</p>;
  if (selection.kind === "report") return <ReportPanel key={selection.id} id={selection.id} />;
  return <IncidentPanel key={selection.id} id={selection.id} />;
}

export function Console() {
  const { t } = useTranslation();
  const loaded = useCentre((s) => s.live.logId !== null);
  usePageKeys();
  return (
    <div className="console">
      <Header />
      <div className="band">
        <CommandBar />
        <Alerts />
      </div>
      <main className="body" aria-busy={!loaded}>
        <QueuePanel />
        <section className="panel centre" aria-label={t("incident.in_hand")}>
          <CentrePane />
        </section>
        <div className="right">
          <MapPanel />
          <BoardPanel />
        </div>
      </main>
      <KeyBar />
      <StatusVoice />
    </div>
  );
}
