/** Supervisor's view: clocks against target, desks, what waits too long, coverage, demand, closures. */
import { useTranslation } from "../i18n/useTranslation";
import "./figures.css";
import "./supervisor.css";

import { useCentre } from "../live/store";
import { AlertBand } from "./alertBand";
import { ClocksPanel, useSources } from "./clocks";
import { CoveragePanel } from "./coverage";
import { usePolled, type ClocksAnswer } from "./data";
import { DemandPanel } from "./demand";
import { DesksPanel } from "./desks";
import { PageHead } from "./pageHead";
import { RANGES, useRange, useRangeQuery } from "./range";
import { ReviewPanel } from "./review";
import { LatePanel, QueuesPanel } from "./waiting";

/** Figures of a range are counted anew this often, seconds; a longer range changes more slowly. */
const STEP_S = { hour: 15, shift: 15, day: 30, week: 300 } as const;

export default function Supervisor() {
  const { t } = useTranslation();
  const [range, choose] = useRange();
  const query = useRangeQuery(range, STEP_S[range]);
  const clocks = usePolled<ClocksAnswer>(`/api/clocks?${query}`, 300);
  const loaded = useCentre((s) => s.live.logId !== null);
  const sources = useSources(clocks.data);
  const chief = useCentre((s) => s.me?.role !== "commander");
  const links = [
    { href: "/", text: t("supervisor.to_console") },
    { href: "/wall", text: t("supervisor.to_wall") },
    { href: "/handover", text: t("supervisor.to_handover") },
    { href: "/replay", text: t("supervisor.to_replay") },
    ...(chief ? [{ href: "/compare", text: t("supervisor.to_compare") }, { href: "/tours", text: t("supervisor.to_tours") }] : []),
  ];
  return (
    <div className="supervisor">
      <PageHead title={t("supervisor.title")} links={links}>
        <span role="group" aria-label={t("supervisor.range_title")} className="segments">
          {RANGES.map((name) => (
            <button key={name} type="button" className="segment" aria-pressed={range === name} onClick={() => choose(name)}>
              {t(`supervisor.range.${name}`)}
            </button>
          ))}
        </span>
      </PageHead>
      <AlertBand />
      <main className="supervisor-body" aria-busy={!loaded}>
        <div className="supervisor-left">
          <ClocksPanel polled={clocks} note={t(`supervisor.range_note.${range}`)} />
          <DesksPanel />
          <DemandPanel />
        </div>
        <div className="supervisor-right">
          <CoveragePanel />
          <QueuesPanel />
          <LatePanel />
          <ReviewPanel query={query} />
        </div>
      </main>
      <footer className="supervisor-foot">
        <span>{t("supervisor.foot")}</span>
        <span className="grow" />
        <span className="cut">{sources && t("supervisor.sources", { sources })}</span>
      </footer>
    </div>
  );
}
