/** The way there: minutes and metres on the roads of the moment, a small map, and the phone's own map. */
import { lazy, Suspense, useState } from "react";

import { useTranslation } from "../i18n/useTranslation";
import { useCentre } from "../live/store";
import { mustDraw } from "../map/canDraw";
import { MapBoundary } from "../map/parts";
import type { Assignment, Incident, LonLat, Unit, Way as WayFound, WayQuestion } from "../protocol";
import { ageText, clockText, distanceText } from "../ui/time";
import { Blocked } from "./blocked";
import { minutesText } from "./minutes";
import { nextStep } from "./offWay";
import { OtherWays } from "./otherWays";
import { useField } from "./store";
import { useWay, type HeldWay } from "./useWay";
import { WaySketch } from "./waySketch";
import { distanceM, useWhereabouts } from "./whereabouts";

const WayMap = lazy(() => {
  mustDraw();
  return import("./wayMap");
});

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

/** Where the way is drawn from: the device's own place, else the station's, else where the centre last heard of the unit. */
function useOwn(unit: Unit, driven: boolean): LonLat | null {
  const seen = useWhereabouts((s) => s.lonLat);
  const station = useField((s) => s.rows.station.get(unit.station_id)?.lon_lat ?? null);
  // Until the device knows better, a unit in quarters stands at its station; there the way it left by stays in sight.
  const [leftFrom, setLeftFrom] = useState<LonLat | null>(null);
  if (!driven && unit.in_quarters && station !== leftFrom) setLeftFrom(station);
  return seen ?? (unit.in_quarters ? station : leftFrom);
}

/** What those who drive it are told, and may say. */
function Driven({ unit, own, held, question }: { unit: Unit; own: LonLat | null; held: HeldWay; question: WayQuestion }) {
  const { t } = useTranslation();
  const at = useWhereabouts((s) => s.lonLat);
  const state = useWhereabouts((s) => s.state);
  const { way, taken } = held;
  const seen = at === null ? way?.seen : null;
  return (
    <>
      <Instruction way={way} own={own} />
      {taken !== null && <p className="f-line note">{taken.over === "" ? t("field.other.taken") : t("field.other.taken_over", { street: taken.over })}</p>}
      {seen != null && <p className="f-line note">{t("field.seen", { at: clockText(seen.at).slice(0, 5) })}</p>}
      {state === "refused" && seen == null && <p className="f-line note">{t("field.no_position")}</p>}
      <Blocked unit={unit} at={at}>
        {way !== null && !way.degraded && <OtherWays question={question} taken={taken} onTake={held.take} />}
      </Blocked>
    </>
  );
}

/** The way of a unit to any place. */
export function WayTo({ unit, to, hot, priority, driven = true, revised = null }: Props) {
  const { t } = useTranslation();
  const place = useOwn(unit, driven);
  const attribution = useCentre((s) => s.city?.attribution);
  const unitId = driven ? unit.id : null;
  const vehicleClass = unit.vehicle_class;
  const held = useWay({ key: `${unit.assignment_id ?? ""}/${to?.join() ?? ""}`, own: place, unitId, to, vehicleClass, hot, revised });
  if (to === null) return <p className="f-line note">{t("field.place_unknown")}</p>;
  const { way } = held;
  const own = place ?? way?.seen?.lon_lat ?? null;
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
      {way !== null && way.carry_m > 0 && <p className="f-line">{t("field.carry", { distance: distanceText(way.carry_m) })}</p>}
      {driven && <Driven unit={unit} own={own} held={held} question={{ from: place ?? undefined, unitId: unit.id, to, vehicleClass, hot }} />}
    </section>
  );
}
