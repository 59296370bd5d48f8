/** The dispatcher's screen: header, band, queue, what is in hand, map over board, keys; or one pane in its own window. */
import "../i18n/areas/calls";
import { useTranslation } from "../i18n/useTranslation";
import { Suspense, useEffect, useRef, type KeyboardEvent as ReactKeyboardEvent } from "react";

import { onPageKey, type KeyContext } from "../commands/keys";
import { useCentre } from "../live/store";
import { bringMap, MapPanel } from "../map";
import { useRoomSounds } from "../sounds";
import { watchPresence } from "../state/away";
import { shareWindows } from "../state/share";
import { useUi } from "../state/ui";
import { AlertList } from "./alertList";
import { Alerts, useAlertBoard } from "./alerts";
import { BoardPanel, useIsWide } from "./board";
import { CommandBar, StatusVoice } from "./commandBar";
import { Header } from "./header";
import { LinkBadge, ModeBadge } from "./headPieces";
import { IncidentPanel } from "./incident";
import { KeyBar } from "./keyBar";
import { opened } from "./later";
import { LinkStrip } from "./linkStrip";
import { QueuePanel, useQueue } from "./queue";
import { ReportPanel } from "./report";
import { CallTaker } from "./report/callTaker";

/** Panes that most of a shift goes by without. */
const OPENED = { help: opened.part("Help"), missed: opened.part("Missed"), who: opened.part("Who"), roads: opened.part("Roads") };
const CallOff = opened.part("CallOff");

function usePageKeys(context: KeyContext): void {
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

function useSharedWindows(): void {
  const userId = useCentre((s) => s.me?.id);
  useEffect(() => (userId === undefined ? undefined : shareWindows(userId)), [userId]);
}

function CentrePane({ context }: { context: KeyContext }) {
  const { t } = useTranslation();
  const pane = useUi((s) => s.pane);
  const selection = useUi((s) => s.selection);
  if (pane in OPENED) {
    const Opened = OPENED[pane as keyof typeof OPENED];
    return (
      <Suspense fallback={null}>
        <Opened />
      </Suspense>
    );
  }
  if (pane === "alerts") return <AlertList board={context.alerts} />;
  if (selection === null) return <p className="empty">{t("incident.choose")}</p>;
  if (selection.kind === "report") return <ReportPanel key={selection.id} id={selection.id} />;
  return <IncidentPanel key={selection.id} id={selection.id} />;
}

const TABS = ["map", "board"] as const;

/** One stop for Tab; arrows, Home and End go from tab to tab. */
function onTabKey(event: ReactKeyboardEvent): void {
  const here = TABS.indexOf(useUi.getState().tab);
  const steps: Readonly<Record<string, number>> = { ArrowLeft: here - 1, ArrowRight: here + 1, Home: 0, End: TABS.length - 1 };
  const step = steps[event.key];
  const next = step === undefined ? undefined : TABS[(step + TABS.length) % TABS.length];
  if (next === undefined) return;
  event.preventDefault();
  useUi.setState({ tab: next });
  document.getElementById(`tab-${next}`)?.focus();
}

/** Map over board where there is room for both; otherwise one is a tab of the other. */
function RightSide() {
  const { t } = useTranslation();
  const wide = useIsWide();
  const tab = useUi((s) => s.tab);
  if (wide) {
    return (
      <div className="right">
        <MapPanel />
        <BoardPanel />
      </div>
    );
  }
  return (
    <div className="right tabbed">
      <div className="tabs" role="tablist" aria-label={t("tab.title")} onKeyDown={onTabKey}>
        {TABS.map((name) => (
          <button
            key={name}
            type="button"
            role="tab"
            id={`tab-${name}`}
            aria-selected={tab === name}
            tabIndex={tab === name ? 0 : -1}
            onClick={() => useUi.setState({ tab: name })}
          >
            {t(name === "map" ? "map.title" : "board.title")}
          </button>
        ))}
      </div>
      <div className="tab-panel" role="tabpanel" aria-labelledby={`tab-${tab}`}>
        {tab === "map" ? <MapPanel /> : <BoardPanel />}
      </div>
    </div>
  );
}

/** One pane alone: the selection is the desk's, the sounds stay with the desk. */
function PopOutWindow({ pane }: { pane: "queue" | "map" | "board" }) {
  const { t } = useTranslation();
  return (
    <div className="console alone">
      <header className="header">
        <ModeBadge />
        <h1>{t("title")}</h1>
        <span className="grow" />
        <LinkBadge />
      </header>
      <LinkStrip />
      <main className="body">
        {pane === "queue" && <QueuePanel />}
        {pane === "map" && <MapPanel />}
        {pane === "board" && <BoardPanel />}
      </main>
      <StatusVoice />
    </div>
  );
}

function Desk() {
  const { t } = useTranslation();
  const loaded = useCentre((s) => s.live.logId !== null);
  const taking = useUi((s) => s.pane === "new_report");
  const asking = useUi((s) => s.callingOff !== null);
  const context: KeyContext = { alerts: useAlertBoard(), queue: useQueue() };
  const mayday = context.alerts.lines.some(({ alert }) => alert.kind === "mayday" && alert.claimed_by === null);
  usePageKeys(context);
  useRoomSounds();
  useEffect(() => watchPresence(), []);
  useEffect(() => {
    if (!loaded) return;
    void opened.bring();
    bringMap();
  }, [loaded]);
  return (
    <div className={`console ${mayday ? "mayday" : ""}`}>
      <div className="top">
        <Header alerts={context.alerts} />
      </div>
      <div className="band">
        <CommandBar />
        <Alerts board={context.alerts} />
      </div>
      {taking ? (
        <main className="taking" aria-busy={!loaded}>
          <CallTaker />
        </main>
      ) : (
        <main className="body" aria-busy={!loaded}>
          <QueuePanel />
          <section className="panel centre" aria-label={t("incident.in_hand")}>
            <CentrePane context={context} />
          </section>
          <RightSide />
        </main>
      )}
      <KeyBar />
      <LinkStrip />
      <StatusVoice />
      <Suspense fallback={null}>{asking && <CallOff />}</Suspense>
    </div>
  );
}

export default function Console() {
  const pane = useUi((s) => s.window);
  useSharedWindows();
  return pane === null ? <Desk /> : <PopOutWindow pane={pane} />;
}
