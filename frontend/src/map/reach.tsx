/** The bar over the map that says whose reach it shows, and what its lines mean. Esc takes both away. */
import { useEffect, useState, type KeyboardEvent } from "react";

import { focusCommandLine } from "../commands/keys";
import "../i18n/areas/roads";
import { useTranslation } from "../i18n/useTranslation";
import { ApiProblem, api } from "../live/http";
import { useCentre } from "../live/store";
import type { ErrorBody } from "../protocol";
import { classesOf } from "../roads/living";
import { askReach, dropReach, fromPlace, questionOf, useReach } from "../state/reach";
import { useRoadDraft } from "../state/roadDraft";
import { useUi } from "../state/ui";
import { Key } from "../ui/marks";
import { useWords } from "../ui/words";
import "./reach.css";

/** Units move and streets close: what is shown is of this minute. */
const AGAIN_MS = 20_000;
/** After the roads changed the planner needs a moment. */
const ROADS_MS = 1_000;

/** Asks as long as the bar stands; what came last stays until there is something newer. */
function useAsking(): ErrorBody | null {
  const from = useReach((s) => s.from);
  const vehicleClass = useReach((s) => s.vehicleClass);
  const roads = useCentre((s) => s.live.rows.road_condition);
  const [error, setError] = useState<ErrorBody | null>(null);
  useEffect(() => {
    if (from === null) return;
    let current = true;
    const ask = () =>
      void api.reach(questionOf(from, vehicleClass)).then(
        (reach) => {
          if (!current) return;
          useReach.setState({ reach });
          setError(null);
        },
        (problem: unknown) => current && problem instanceof ApiProblem && setError(problem.error),
      );
    const first = window.setTimeout(ask, useReach.getState().reach === null ? 0 : ROADS_MS);
    const again = window.setInterval(ask, AGAIN_MS);
    return () => {
      current = false;
      window.clearTimeout(first);
      window.clearInterval(again);
    };
  }, [from, vehicleClass, roads]);
  return error;
}

/** Whose reach may be asked for: own fleets, the unit that was named, the place in hand. */
function useChoices(from: string): (readonly [string, string])[] {
  const { t } = useTranslation();
  const words = useWords();
  const own = useCentre((s) => s.me?.agencies) ?? [];
  const unit = useCentre((s) => s.live.rows.unit.get(from.replace("unit/", "")));
  const inHand = useUi((s) => (s.selection?.kind === "incident" ? s.selection.id : ""));
  const incident = useCentre((s) => s.live.rows.incident.get(inHand));
  const place = incident?.place.lon_lat;
  const choices = own.map((id): readonly [string, string] => [`fleet/${id}`, t("roads.reach.fleet", { line: words.line(id) })]);
  if (unit) choices.push([`unit/${unit.id}`, unit.call_sign]);
  if (incident && place) choices.push([fromPlace(place), t("roads.reach.incident", { number: incident.number.slice(-4) })]);
  if (choices.every(([value]) => value !== from)) choices.push([from, t("roads.reach.middle")]);
  return choices;
}

function Legend() {
  const { t } = useTranslation();
  const limits = useReach((s) => s.reach?.areas.map((area) => area.limit_s / 60).join(" "));
  return (
    <span className="reach-legend">
      {limits?.split(" ").map((minutes, rank) => (
        <span key={rank} className={`reach-key r${rank}`}>
          {t("roads.minutes", { count: Number(minutes) })}
        </span>
      ))}
    </span>
  );
}

export default function ReachBar() {
  const { t } = useTranslation();
  const words = useWords();
  const from = useReach((s) => s.from) ?? "";
  const vehicleClass = useReach((s) => s.vehicleClass);
  const reach = useReach((s) => s.reach);
  const units = useCentre((s) => s.live.rows.unit);
  const centre = useRoadDraft((s) => s.centre);
  const error = useAsking();
  const choices = useChoices(from);
  const fleet = from.startsWith("fleet/");
  const classes = classesOf([...units.values()].filter((unit) => !fleet || `fleet/${unit.agency_id}` === from));
  const leave = () => {
    dropReach();
    focusCommandLine();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    leave();
  };
  return (
    <div className="reach-bar" role="group" aria-label={t("roads.reach.title")} onKeyDown={onKeyDown}>
      <select aria-label={t("roads.reach.from")} value={from} onChange={(e) => askReach(e.target.value)} autoFocus>
        {choices.map(([value, label]) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
      {!from.startsWith("unit/") && (
        <select aria-label={t("roads.vehicle")} value={vehicleClass} onChange={(e) => askReach(from, e.target.value)}>
          {fleet && <option value="">{t("roads.reach.all")}</option>}
          {classes.map((one) => (
            <option key={one} value={one}>
              {t(`roads.class.${one}`)}
            </option>
          ))}
        </select>
      )}
      <button type="button" className="button plain" disabled={centre === null} onClick={() => centre && askReach(fromPlace(centre))}>
        {t("roads.reach.take_middle")}
      </button>
      <Legend />
      <span className="grow" />
      <span role="status" className={error ? "warn" : "note"}>
        {error ? words.error(error) : reach === null ? t("roads.reach.asking") : fleet ? t("roads.reach.units", { count: reach.units, unplaced: reach.unplaced }) : t("roads.reach.hot")}
      </span>
      <button type="button" className="button plain" onClick={leave}>
        <Key>Esc</Key> {t("roads.drop")}
      </button>
    </div>
  );
}
