/** Each clock of each agency against its target: spread, share within, and how many times nobody told. */

import { useTranslation } from "../i18n/useTranslation";
import { PanelHead } from "../ui/marks";
import { useWords } from "../ui/words";
import type { AgencyClocks, ClockResult, ClocksAnswer, Polled } from "./data";
import { durationText, shareText } from "./figures";
import { Trouble } from "./trouble";

const ORDER = [
  "answer_s", "processing_s", "notify_s", "turnout_s", "travel_s", "access_s", "scene_s", "transport_s",
  "handover_s", "total_s",
] as const;

/** The 90th percentile over the range, drawn small; a gap is a part of the range without a time. */
function Trend({ values }: { values: readonly (number | null)[] }) {
  const known = values.filter((value) => value !== null);
  if (known.length < 2) return null;
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const y = (value: number) => (high === low ? 7 : 13 - ((value - low) / (high - low)) * 12);
  const parts: string[] = [];
  values.forEach((value, n) => {
    if (value === null) return;
    const joined = n > 0 && values[n - 1] !== null;
    parts.push(`${joined ? "L" : "M"}${(n / (values.length - 1)) * 64} ${y(value)}${joined ? "" : "h0.1"}`);
  });
  return (
    <svg className="trend" viewBox="0 -1 64 16" width="64" height="16" aria-hidden="true">
      <path d={parts.join("")} fill="none" stroke="var(--ink-2)" strokeWidth="1.2" strokeLinecap="round" />
    </svg>
  );
}

function Spread({ clock }: { clock: ClockResult }) {
  const target = clock.targets[0];
  const top = Math.max(clock.p90 ?? 0, target?.within_s ?? 0) * 1.15;
  if (top === 0) return <span className="spread none" aria-hidden="true" />;
  const at = (seconds: number) => `${(seconds / top) * 100}%`;
  return (
    <span className="spread" aria-hidden="true">
      {clock.p10 !== null && clock.p50 !== null && clock.p90 !== null && (
        <>
          <span className="spread-bar" style={{ left: at(clock.p10), width: at(clock.p90 - clock.p10) }} />
          <span className="spread-mid" style={{ left: at(clock.p50) }} />
          <span className={`spread-end ${target?.met === false ? "failed" : ""}`} style={{ left: at(clock.p90) }} />
        </>
      )}
      {target && <span className="spread-target" style={{ left: at(target.within_s) }} />}
    </span>
  );
}

function Cell({ clock }: { clock: ClockResult }) {
  const { t } = useTranslation();
  const target = clock.targets[0];
  const failed = target?.met === false;
  const over = failed && clock.p90 !== null ? clock.p90 - target.within_s : 0;
  const said = clock.targets
    .map((one) => t("supervisor.clock.target_said", { limit: durationText(one.within_s), share: one.share === null ? t("supervisor.clock.no_share") : shareText(one.share), source: one.source, edition: one.edition }))
    .join("; ");
  return (
    <td title={said || undefined}>
      <span className="clock-line">
        {clock.n === 0 ? (
          <span className="note">
            <span aria-hidden="true">–</span>
            <span className="sr-only">{t("supervisor.clock.none")}</span>
          </span>
        ) : (
          <>
            <span className="note">p50</span> <span className="num">{durationText(clock.p50 ?? 0)}</span>{" "}
            <span className="note">p90</span> <b className={`num ${failed ? "warn" : ""}`}>{durationText(clock.p90 ?? 0)}</b>{" "}
            {over >= 0.5 && <span className="num warn">+{durationText(over)}</span>}
          </>
        )}
        <span className="grow" />
        <Trend values={clock.trend} />
      </span>
      <Spread clock={clock} />
      <span className="clock-line small">
        {clock.n > 0 && <span>{t("supervisor.clock.times", { count: clock.n })}</span>}{" "}
        {clock.missing > 0 && <span>{t("supervisor.clock.missing", { count: clock.missing })}</span>}{" "}
        {clock.running > 0 && <span>{t("supervisor.clock.running", { count: clock.running })}</span>}{" "}
        <span className="grow" />
        {target && (
          <span className={failed ? "warn" : ""}>
            {target.within !== null && `${shareText(target.within)} `}
            ≤ <span className="num">{durationText(target.within_s)}</span>
            {target.share !== null && ` / ${shareText(target.share)}`}
          </span>
        )}
      </span>
    </td>
  );
}

function Row({ name, agencies }: { name: (typeof ORDER)[number]; agencies: readonly AgencyClocks[] }) {
  const { t } = useTranslation();
  return (
    <tr>
      <th scope="row">
        {t(`supervisor.clocks.${name}`)}
        <span className="note">{t(`supervisor.clock_of.${name}`)}</span>
      </th>
      {agencies.map((agency) => {
        const clock = agency.clocks.find((one) => one.clock === name);
        return clock ? <Cell key={agency.agency_id} clock={clock} /> : <td key={agency.agency_id} className="note">{t("supervisor.clock.not_here")}</td>;
      })}
    </tr>
  );
}

function Legend() {
  const { t } = useTranslation();
  return (
    <span className="legend">
      <span className="legend-bar" aria-hidden="true" /> p10–p90
      <span className="legend-mid" aria-hidden="true" /> p50
      <span className="spread-end" aria-hidden="true" /> {t("supervisor.clock.met")}
      <span className="spread-end failed" aria-hidden="true" /> <span className="warn">{t("supervisor.clock.failed")}</span>
      <span className="legend-target" aria-hidden="true" /> {t("supervisor.clock.target")}
    </span>
  );
}

export function ClocksPanel({ polled, note }: { polled: Polled<ClocksAnswer>; note: string }) {
  const { t } = useTranslation();
  const words = useWords();
  const { data } = polled;
  return (
    <section className="panel clocks" aria-label={t("supervisor.clocks_title")}>
      <PanelHead title={t("supervisor.clocks_title")} note={note}>
        <Legend />
      </PanelHead>
      <Trouble polled={polled} />
      {data !== null && (
        <div className="scroll" tabIndex={0} role="group" aria-label={t("supervisor.clocks_title")}>
          <table className="clock-table">
            <thead>
              <tr>
                <th scope="col">{t("supervisor.clock.name")}</th>
                {data.agencies.map(({ agency_id: id }) => (
                  <th key={id} scope="col">
                    <span className="num">{words.line(id)}</span> {words.agency(id)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {ORDER.map((name) => (
                <Row key={name} name={name} agencies={data.agencies} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

/** Every source that a target names, once. */
export function useSources(data: ClocksAnswer | null): string {
  const named = (data?.agencies ?? []).flatMap((agency) => agency.clocks.flatMap((clock) => clock.targets.map((one) => `${one.source} (${one.edition})`)));
  return [...new Set(named)].join(" · ");
}
