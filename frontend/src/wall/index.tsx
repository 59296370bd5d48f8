/** Wallboard: read from six metres, touched by nobody. Dark always; nothing moves but figures. */
import "../i18n/areas/supervisor";
import "../i18n/areas/wall";
import { useTranslation } from "../i18n/useTranslation";
import "./wall.css";
import { useMemo, type CSSProperties } from "react";

import { useCentre } from "../live/store";
import type { Phase } from "../protocol";
import { activeAlerts, levelOf } from "../state/alerts";
import { usePolled, type ClocksAnswer } from "../supervisor/data";
import { buildQueues, durationText, PRIORITIES, shareText, type AgencyQueue } from "../supervisor/figures";
import { LIST_STEP_S, useRangeQuery, useStepS } from "../supervisor/range";
import { LinkBadge, ModeBadge, RoomClock } from "../panels/headPieces";
import { AlertMark, StatusMark } from "../ui/marks";
import { ageText } from "../ui/time";
import { useWords } from "../ui/words";

const PHASES: readonly Phase[][] = [
  ["available", "returning"],
  ["dispatched", "received"],
  ["en_route", "staged"],
  ["on_scene", "at_patient"],
  ["transporting"],
  ["at_hospital", "clearing"],
  ["out_of_service"],
];

const SHOWN_CLOCKS = ["answer_s", "processing_s", "turnout_s", "total_s"] as const;

function Figure({ value, over = false }: { value: string; over?: boolean }) {
  return <span className={`wall-figure num ${over ? "over" : ""}`}>{value}</span>;
}

function QueueRow({ queue }: { queue: AgencyQueue }) {
  const words = useWords();
  const waiting = PRIORITIES.flatMap((p) => queue.cells[p] ?? []);
  const oldest = waiting.filter((cell) => cell.oldestS !== null).sort((a, b) => (b.oldestS ?? 0) / b.limitS - (a.oldestS ?? 0) / a.limitS)[0];
  return (
    <tr>
      <th scope="row">
        <span className="num">{words.line(queue.agencyId)}</span>
      </th>
      {PRIORITIES.map((priority) => {
        const cell = queue.cells[priority];
        return (
          <td key={priority}>
            <Figure value={cell?.count ? String(cell.count) : "–"} over={cell?.over ?? false} />
          </td>
        );
      })}
      <td>
        <Figure value={queue.reports.count ? String(queue.reports.count) : "–"} />
      </td>
      <td>
        <Figure value={String(queue.open)} />
      </td>
      <td>
        {oldest?.oldestS == null ? <Figure value="–" /> : (
          <>
            <Figure value={ageText(oldest.oldestS)} over={oldest.over} /> <span className="wall-small num">/ {ageText(oldest.limitS)}</span>
          </>
        )}
      </td>
    </tr>
  );
}

function Queues() {
  const { t } = useTranslation();
  const rows = useCentre((s) => s.live.rows);
  const agencies = useCentre((s) => s.me?.agencies);
  const nowS = useStepS(LIST_STEP_S);
  const queues = useMemo(() => buildQueues(rows, agencies ?? [], nowS), [rows, agencies, nowS]);
  return (
    <section aria-label={t("wall.queues")}>
      <h2>{t("wall.queues")}</h2>
      <table>
        <thead>
          <tr>
            <th scope="col"><span className="sr-only">{t("supervisor.queue.agency")}</span></th>
            {PRIORITIES.map((priority) => <th key={priority} scope="col">{t("priority.short")} {priority}</th>)}
            <th scope="col">{t("wall.reports")}</th>
            <th scope="col">{t("wall.open")}</th>
            <th scope="col" className="wall-oldest">{t("wall.oldest")}</th>
          </tr>
        </thead>
        <tbody>{queues.map((queue) => <QueueRow key={queue.agencyId} queue={queue} />)}</tbody>
      </table>
    </section>
  );
}

function Units() {
  const { t } = useTranslation();
  const words = useWords();
  const units = useCentre((s) => s.live.rows.unit);
  const agencies = useCentre((s) => s.me?.agencies) ?? [];
  const counts = useMemo(() => {
    const counted = new Map<string, number>();
    for (const unit of units.values()) {
      if (unit.test) continue;
      const column = PHASES.findIndex((phases) => phases.includes(unit.phase));
      const key = `${unit.agency_id}/${column}`;
      counted.set(key, (counted.get(key) ?? 0) + 1);
    }
    return counted;
  }, [units]);
  return (
    <section aria-label={t("wall.units")}>
      <h2>{t("wall.units")}</h2>
      <table>
        <thead>
          <tr>
            <th scope="col"><span className="sr-only">{t("supervisor.queue.agency")}</span></th>
            {PHASES.map(([phase]) => phase && (
              <th key={phase} scope="col">
                <StatusMark phase={phase} inQuarters /> {t(`wall.phase.${phase}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {agencies.map((id) => (
            <tr key={id}>
              <th scope="row"><span className="num">{words.line(id)}</span></th>
              {PHASES.map((phases, column) => {
                const count = counts.get(`${id}/${column}`) ?? 0;
                return <td key={phases[0]}><Figure value={count ? String(count) : "–"} over={column === 0 && count === 0} /></td>;
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function LastHour() {
  const { t } = useTranslation();
  const words = useWords();
  const query = useRangeQuery("hour", 30);
  const polled = usePolled<ClocksAnswer>(`/api/clocks?${query}`, 300);
  const agencies = polled.data?.agencies ?? [];
  return (
    <section aria-label={t("wall.clocks")}>
      <h2>
        {t("wall.clocks")} {polled.error !== null && <span className="over">{t("wall.old_figures")}</span>}
      </h2>
      <table>
        <thead>
          <tr>
            <th scope="col"><span className="sr-only">{t("supervisor.queue.agency")}</span></th>
            {SHOWN_CLOCKS.map((name) => <th key={name} scope="col">{t(`supervisor.clocks.${name}`)}</th>)}
          </tr>
        </thead>
        <tbody>
          {agencies.map((agency) => (
            <tr key={agency.agency_id}>
              <th scope="row"><span className="num">{words.line(agency.agency_id)}</span></th>
              {SHOWN_CLOCKS.map((name) => {
                const clock = agency.clocks.find((one) => one.clock === name);
                const target = clock?.targets[0];
                return (
                  <td key={name}>
                    <Figure value={clock?.p90 == null ? "–" : durationText(clock.p90)} over={target?.met === false} />{" "}
                    {target && (
                      <span className="wall-small num">
                        ≤ {durationText(target.within_s)}
                        {target.within !== null && ` · ${shareText(target.within)}`}
                      </span>
                    )}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function AlertCounts() {
  const { t } = useTranslation();
  const rows = useCentre((s) => s.live.rows);
  const agencies = useCentre((s) => s.me?.agencies);
  const nowS = useStepS(LIST_STEP_S);
  const standing = activeAlerts(rows, agencies ?? null, nowS);
  return (
    <section className="wall-alerts" aria-label={t("alert.title")}>
      <h2>{t("alert.title")}</h2>
      {(["A", "B", "C"] as const).map((level) => {
        const here = standing.filter((alert) => levelOf(alert) === level);
        const nobody = here.filter((alert) => alert.claimed_by === null).length;
        return (
          <p key={level} className={level === "A" && nobody > 0 ? "lit" : ""}>
            <AlertMark level={level} /> <Figure value={String(here.length)} />
            {here.length > 0 && <span className="wall-small">{nobody > 0 ? t("wall.nobody", { count: nobody }) : t("wall.all_claimed")}</span>}
          </p>
        );
      })}
    </section>
  );
}

/** The dark theme holds for the wall alone; a person's own choice stays as it is. */
const DARK: CSSProperties = { colorScheme: "dark" };

export default function Wall() {
  const { t } = useTranslation();
  const lost = useCentre((s) => s.link.lostSince !== null || s.link.phase !== "live");
  const mode = useCentre((s) => s.me?.mode);
  const city = useCentre((s) => s.city);
  const loaded = useCentre((s) => s.live.logId !== null);
  return (
    <div className={`wall ${lost ? "wall-lost" : ""}`} data-theme="dark" style={DARK}>
      <header>
        <ModeBadge />
        <h1>{city?.name ?? t("title")}</h1>
        {city?.generated && <span className="badge warn">{t("city.generated")}</span>}
        {mode !== undefined && mode !== "live" && <span className="wall-small">{t("mode.not_live")}</span>}
        <span className="grow" />
        <LinkBadge />
        <RoomClock />
      </header>
      {lost && loaded && <p className="wall-loss" role="alert">{t("wall.loss")}</p>}
      <main aria-busy={!loaded}>
        <Queues />
        <AlertCounts />
        <Units />
        <LastHour />
      </main>
    </div>
  );
}
