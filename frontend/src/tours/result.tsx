/** A plan: what nobody does and why, then each vehicle's day as a list, and all of it on the map. */
import { lazy, useState } from "react";

import { useTranslation } from "../i18n/useTranslation";
import { mustDraw } from "../map/canDraw";
import { MapBody } from "../map/parts";
import { download } from "../ui/download";
import { PanelHead } from "../ui/marks";
import { dateText } from "../ui/time";
import { colourOf, countDone, csvOf, hourText, type LeftOut, type Plan, type Run, type Tour } from "./data";

const MapView = lazy(() => {
  mustDraw();
  return import("./mapView");
});

const HEAD = ["vehicle", "turn", "what", "job", "place", "arrives", "begins", "leaves", "lon", "lat"] as const;

function Left({ left }: { left: LeftOut[] }) {
  const { t, said } = useTranslation();
  if (left.length === 0) return <p className="tours-said">{t("tours.none_left")}</p>;
  return (
    <section className="tours-left-out" aria-label={t("tours.left_out")}>
      <h3 className="warn">{t("tours.left_count", { count: left.length })}</h3>
      <ul>
        {left.map((one) => (
          <li key={one.job}>
            <b>{one.job}</b>: {said(one)}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Vehicle({ tour, n, chosen, onChoose }: { tour: Tour; n: number; chosen: boolean; onChoose: () => void }) {
  const { t } = useTranslation();
  return (
    <section className="tours-vehicle" aria-label={tour.vehicle}>
      <h3>
        <button type="button" className="button plain" aria-pressed={chosen} onClick={onChoose}>
          <span className="tours-pin" style={{ background: colourOf(n) }}>{n + 1}</span> {tour.vehicle}
        </button>
        <span className="note num">{t("tours.day_of", { begins: hourText(tour.begins), ends: hourText(tour.ends), minutes: Math.round(tour.drive_min) })}</span>
      </h3>
      <table className="rows-table">
        <caption className="sr-only">{tour.vehicle}</caption>
        <thead>
          <tr>
            {(["turn", "arrives", "begins", "leaves", "what", "job", "place"] as const).map((name) => (
              <th key={name} scope="col">{t(`tours.column.${name}`)}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {tour.stops.map((stop, turn) => (
            <tr key={`${stop.job} ${stop.what}`}>
              <td className="num">{n + 1}.{turn + 1}</td>
              <td className="num">{hourText(stop.arrives)}</td>
              <td className="num strong">{hourText(stop.begins)}</td>
              <td className="num">{hourText(stop.leaves)}</td>
              <td>{t(`tours.what.${stop.what}`)}</td>
              <th scope="row">{stop.job}</th>
              <td className="tours-place">{stop.place || `${stop.at[1]}, ${stop.at[0]}`}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Files({ plan }: { plan: Plan }) {
  const { t, said } = useTranslation();
  const name = `tours-${plan.day}`;
  const csv = () => csvOf(plan, HEAD.map((one) => t(`tours.column.${one}`)), (what) => t(`tours.what.${what}`), (left) => said(left));
  return (
    <span className="tours-files no-print">
      <button type="button" className="button plain" onClick={() => download(csv(), "text/csv", `${name}.csv`)}>{t("tours.csv")}</button>
      <button type="button" className="button plain" onClick={() => download(JSON.stringify(plan, null, 2), "application/json", `${name}.json`)}>JSON</button>
      <button type="button" className="button plain" onClick={() => window.print()}>{t("tours.print")}</button>
    </span>
  );
}

export function Result({ run, plan }: { run: Run; plan: Plan }) {
  const { t } = useTranslation();
  const [chosen, choose] = useState<string | null>(null);
  const used = plan.tours.filter((tour) => tour.stops.length > 0);
  return (
    <div className="tours-found">
      <section className="panel tours-lists" aria-label={t("tours.plan")}>
        <PanelHead title={t("tours.plan_of", { day: dateText(`${plan.day}T12:00:00+07:00`) })} note={t("tours.sum", { vehicles: used.length, of: run.vehicles, done: countDone(plan), jobs: run.jobs, minutes: Math.round(plan.drive_min) })}>
          <Files plan={plan} />
        </PanelHead>
        <Left left={plan.left_out} />
        {used.map((tour, n) => (
          <Vehicle key={tour.vehicle} tour={tour} n={n} chosen={chosen === tour.vehicle} onChoose={() => choose(chosen === tour.vehicle ? null : tour.vehicle)} />
        ))}
      </section>
      <section className="panel tours-map no-print" aria-label={t("tours.map")}>
        <MapBody>
          <MapView tours={used} chosen={chosen} />
        </MapBody>
      </section>
    </div>
  );
}
