/** The way there: minutes and metres on the roads of the moment, a small map, and the phone's own map. */
import { lazy, Suspense, useEffect, useState } from "react";

import { useTranslation } from "../i18n/useTranslation";
import { api } from "../live/http";
import { useCentre } from "../live/store";
import { mustDraw } from "../map/canDraw";
import { MapBoundary } from "../map/parts";
import type { Assignment, Incident, LonLat, Unit, Way as WayFound } from "../protocol";
import { ageText, distanceText } from "../ui/time";
import { Blocked } from "./blocked";
import { minutesText } from "./minutes";
import { nextStep, offWayM } from "./offWay";
import { useField } from "./store";
import { WaySketch } from "./waySketch";
import { distanceM, useWhereabouts } from "./whereabouts";

const WayMap = lazy(() => {
  mustDraw();
  return import("./wayMap");
});

/** Ask again after so many metres; a crew that stands needs no new way. */
const ASK_AGAIN_M = 150;
/** So far from the line, and moved since it was asked for, the crew drives another way: the fix may be 20 m off. */
const OFF_WAY_M = 60;
const MOVED_M = 40;
/** After the roads changed the planner needs a moment. */
const ROADS_MS = 1_000;
/** A straight line in place of a way, or no answer at all: so long until the next attempt. */
const RETRY_MS = 5_000;

/** Grows when the roads have changed and the planner has had its moment. */
function useRoadNews(): number {
  const roads = useField((s) => s.rows.road_condition);
  const [news, setNews] = useState(0);
  useEffect(() => {
    if (roads.size === 0) return;
    const timer = window.setTimeout(() => setNews((n) => n + 1), ROADS_MS);
    return () => window.clearTimeout(timer);
  }, [roads]);
  return news;
}

/** The way from where the crew is: asked again in steps, when it drives another way, and when the roads changed,
 * which a revised arrival tells of too: signs change by the clock. */
function useWay(own: LonLat | null, to: LonLat | null, vehicleClass: string, hot: boolean, revised: string | null): WayFound | null {
  const [way, setWay] = useState<WayFound | null>(null);
  const [from, setFrom] = useState<LonLat | null>(own);
  const [attempt, setAttempt] = useState(0);
  const news = useRoadNews();
  if (own !== null) {
    const movedM = from === null ? Infinity : distanceM(from, own);
    const strayed = way !== null && !way.degraded && movedM > MOVED_M && offWayM(way.lon_lats, own) > OFF_WAY_M;
    if (movedM > ASK_AGAIN_M || strayed) setFrom(own);
  }
  useEffect(() => {
    if (from === null || to === null) return;
    let current = true;
    let timer: number | undefined;
    const retry = () => {
      if (current) timer = window.setTimeout(() => setAttempt((n) => n + 1), RETRY_MS);
    };
    // Without an answer the last way stays: it is still the way.
    api.way(from, to, vehicleClass, hot, true).then((found) => {
      if (!current) return;
      setWay(found);
      if (found.degraded) retry();
    }, retry);
    return () => {
      current = false;
      window.clearTimeout(timer);
    };
  }, [from, to, vehicleClass, hot, news, revised, attempt]);
  return way;
}

/** Opens the phone's own map at the place, or where the patient is taken. */
export function geoLink(incident: Incident, hospital: { name: string; lon_lat: LonLat } | null = null): string | null {
  const at = hospital?.lon_lat ?? incident.place.lon_lat;
  if (at === null) return null;
  const words = encodeURIComponent(hospital?.name ?? (incident.place.label || incident.number));
  return `geo:${at[1]},${at[0]}?q=${at[1]},${at[0]}(${words})`;
}

function WayFigures({ way, straightM }: { way: WayFound | null; straightM: number | null }) {
  const { t } = useTranslation();
  if (way === null && straightM === null) return null;
  const minutes = way && minutesText(way);
  return (
    <p className="f-eta">
      {way !== null && <strong className="num">{minutes === null ? ageText(way.travel_s) : t("field.minutes", { minutes })}</strong>}{" "}
      <span className="num">{distanceText(way?.distance_m ?? straightM ?? 0)}</span>
      {(way === null || way.degraded) && <span className="note"> {t("field.straight")}</span>}
    </p>
  );
}

/** What to do next, and how far it is until there. */
function Instruction({ way, own }: { way: WayFound | null; own: LonLat | null }) {
  const { said } = useTranslation();
  const step = way === null || own === null ? undefined : nextStep(way, own);
  if (step === undefined || own === null) return null;
  return (
    <p className="f-line f-step" role="status">
      <strong className="num">{distanceText(distanceM(own, step.lon_lat))}</strong> {said(step)}
    </p>
  );
}

interface Props {
  unit: Unit;
  to: LonLat | null;
  hot: boolean;
  priority: number;
  /** Seen by those who drive it: with the next turn, and what they can tell of the road. */
  driven?: boolean;
  /** When it is expected, if that was told anew since it was sent. */
  revised?: string | null;
}

/** The way to an incident. */
export function Way({ unit, assignment, incident, driven = true }: { unit: Unit; assignment: Assignment; incident: Incident; driven?: boolean }) {
  return <WayTo unit={unit} to={incident.place.lon_lat} hot={assignment.hot} priority={incident.priority} driven={driven} revised={assignment.eta_at} />;
}

/** The way of a unit to any place. */
export function WayTo({ unit, to, hot, priority, driven = true, revised = null }: Props) {
  const { t } = useTranslation();
  const seen = useWhereabouts((s) => s.lonLat);
  const station = useField((s) => s.rows.station.get(unit.station_id)?.lon_lat ?? null);
  const state = useWhereabouts((s) => s.state);
  // Until the device knows better, a unit in quarters stands at its station; there the way it left by stays in sight.
  const [leftFrom, setLeftFrom] = useState<LonLat | null>(null);
  if (!driven && unit.in_quarters && station !== leftFrom) setLeftFrom(station);
  const own = seen ?? (unit.in_quarters ? station : leftFrom);
  const attribution = useCentre((s) => s.city?.attribution);
  const way = useWay(own, to, unit.vehicle_class, hot, revised);
  if (to === null) return <p className="f-line note">{t("field.place_unknown")}</p>;
  const line = way?.lon_lats ?? (own === null ? [] : [own, to]);
  return (
    <section className="f-way" aria-label={t("field.way")}>
      <MapBoundary instead={<WaySketch line={line} to={to} steps={way?.steps ?? []} />}>
        <div className="f-map-box">
          <Suspense fallback={null}>
            <WayMap line={line} own={own} to={to} priority={priority} />
          </Suspense>
          {attribution !== undefined && <p className="attribution">{attribution}</p>}
        </div>
      </MapBoundary>
      <WayFigures way={way} straightM={own === null ? null : distanceM(own, to)} />
      {driven && <Instruction way={way} own={own} />}
      {way !== null && way.carry_m > 0 && <p className="f-line">{t("field.carry", { distance: distanceText(way.carry_m) })}</p>}
      {driven && state === "refused" && <p className="f-line note">{t("field.no_position")}</p>}
      {driven && <Blocked unit={unit} at={seen} />}
    </section>
  );
}
