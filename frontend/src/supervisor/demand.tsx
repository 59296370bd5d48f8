/** Reports by hour: today's as columns, the usual of this weekday as a line in its band. */

import { useTranslation } from "../i18n/useTranslation";
import { PanelHead } from "../ui/marks";
import { usePolled, type Demand } from "./data";
import { ForecastLines } from "./forecast";
import { useStepS } from "./range";
import { Trouble } from "./trouble";

const WIDTH = 1200;
const HEIGHT = 100;
const HOURS = 24;
const STEP = WIDTH / HOURS;

function line(values: readonly number[], top: number): string {
  return values.map((value, hour) => `${(hour + 0.5) * STEP} ${HEIGHT - (value / top) * HEIGHT}`).join("L");
}

function Chart({ demand, hourNow }: { demand: Demand; hourNow: number }) {
  const { t } = useTranslation();
  const { today, median, low, high } = demand;
  const top = Math.max(4, ...today, ...(high ?? [])) * 1.1;
  const said = today.slice(0, hourNow + 1).map((n, hour) => `${String(hour).padStart(2, "0")}h: ${n}`).join(", ");
  return (
    <svg className="demand-chart" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={`${t("supervisor.demand.title")}. ${said}`}>
      {low !== null && high !== null && (
        <path d={`M${line(high, top)}L${line(low, top).split("L").reverse().join("L")}Z`} fill="var(--raised-2)" />
      )}
      {today.map((n, hour) => (
        <rect key={hour} className={hour === hourNow ? "now" : ""} x={hour * STEP + 6} width={STEP - 12} y={HEIGHT - (n / top) * HEIGHT} height={(n / top) * HEIGHT} />
      ))}
      {median !== null && <path d={`M${line(median, top)}`} className="usual" vectorEffect="non-scaling-stroke" />}
    </svg>
  );
}

export function DemandPanel() {
  const { t } = useTranslation();
  const polled = usePolled<Demand>("/api/supervision/demand", 60);
  const nowS = useStepS(60);
  const hourNow = Math.floor((nowS + 7 * 3600) / 3600) % 24;
  const { data } = polled;
  const note = data === null ? undefined : data.weeks > 0 ? t("supervisor.demand.usual", { count: data.weeks }) : t("supervisor.demand.no_past");
  return (
    <section className="panel demand" aria-label={t("supervisor.demand.title")}>
      <PanelHead title={t("supervisor.demand.title")} note={note}>
        {data !== null && <span className="num note">{t("supervisor.demand.total", { count: data.today.reduce((sum, n) => sum + n, 0) })}</span>}
      </PanelHead>
      <Trouble polled={polled} />
      {data !== null && (
        <div className="demand-body">
          <Chart demand={data} hourNow={hourNow} />
          <p className="hours num" aria-hidden="true">
            {[0, 3, 6, 9, 12, 15, 18, 21, 24].map((hour) => <span key={hour}>{String(hour).padStart(2, "0")}:00</span>)}
          </p>
        </div>
      )}
      <ForecastLines />
    </section>
  );
}
