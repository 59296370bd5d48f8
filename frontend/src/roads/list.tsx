/** One line for each condition; Delete lifts the line the keyboard is at, Ctrl+Z at the command line takes that back. */
import type { KeyboardEvent } from "react";

import { useTranslation } from "../i18n/useTranslation";
import { sendCommand, serverNow, useCentre } from "../live/store";
import type { RoadCondition } from "../protocol";
import { lookAt } from "../state/ui";
import { Key } from "../ui/marks";
import { useNames } from "../ui/names";
import { aboutFit, muchOf, oneHourMore, whenText } from "./living";
import { RoadMark } from "./mark";

function lift(road: RoadCondition, reason: string): void {
  void sendCommand({ type: "road_condition.lift", condition_id: road.id, reason }, "did.road_lift");
}

/** Delete lifts; arrows, Home and End go from line to line. */
function onListKey(event: KeyboardEvent<HTMLUListElement>): void {
  const lines = [...event.currentTarget.querySelectorAll<HTMLElement>("[data-road]")];
  const here = lines.findIndex((line) => line === document.activeElement);
  if (here < 0) return;
  const steps: Readonly<Record<string, number>> = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: lines.length - 1 };
  const step = steps[event.key];
  if (step === undefined) return;
  event.preventDefault();
  lines[Math.max(0, Math.min(lines.length - 1, step))]?.focus();
}

function Times({ road }: { road: RoadCondition }) {
  const { t } = useTranslation();
  const at = (time: string) => whenText(time, serverNow());
  return (
    <span className="note">
      {`${t(road.state === "planned" ? "roads.planned" : "roads.since", { at: at(road.from_at) })} · `}
      {road.until !== null ? t("roads.until", { at: at(road.until) }) : road.review_at !== null && t("roads.review", { at: at(road.review_at) })}
    </span>
  );
}

function Streets({ road }: { road: RoadCondition }) {
  const { t } = useTranslation();
  if (road.state === "planned") return null;
  if (road.stretches === null) return <span className="note">{t("roads.streets_waiting")}</span>;
  if (road.stretches === 0) return <span className="badge warn">{t("roads.streets_none")}</span>;
  return <span className="note">{t("roads.streets", { count: road.stretches })}</span>;
}

function Line({ road }: { road: RoadCondition }) {
  const { t } = useTranslation();
  const nameOf = useNames();
  const unit = useCentre((s) => (road.unit_id === null ? undefined : s.live.rows.unit.get(road.unit_id)));
  const fit = aboutFit(road.kind);
  const what = `${t(`roads.${road.kind}`)} ${fit ? t(`roads.class.${road.vehicle_class}`) : muchOf(road)}`.trim();
  const reason = t("roads.lift_reason");
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    if (event.key !== "Delete" || event.target !== event.currentTarget) return;
    event.preventDefault();
    lift(road, reason);
  };
  return (
    <li className="road" data-road={road.id} tabIndex={0} aria-label={`${road.number} ${what} ${road.where || road.reason}`} onKeyDown={onKeyDown}>
      <p className="road-what">
        <RoadMark kind={road.kind} />
        <span className="num strong">{road.number}</span>
        <strong>{what}</strong>
        {!road.confirmed && <span className="badge warn">{t("roads.unconfirmed")}</span>}
        <span className="grow" />
        <Streets road={road} />
      </p>
      <p className="road-where">
        {road.where && <strong>{road.where}</strong>} {road.reason}
      </p>
      <p className="road-acts">
        <span className="note">{unit?.call_sign ?? nameOf(road.by)}</span>
        <Times road={road} />
        <span className="grow" />
        {!road.confirmed && (
          <button type="button" className="button primary" onClick={() => void sendCommand({ type: "road_condition.confirm", condition_id: road.id }, "did.road_confirm")}>
            {t("roads.confirm")}
          </button>
        )}
        <button type="button" className="button plain" onClick={() => lookAt(...road.lon_lats)}>
          {t("roads.show")}
        </button>
        {(road.until ?? road.review_at) !== null && (
          <button type="button" className="button plain" onClick={() => void sendCommand({ type: "road_condition.change", condition_id: road.id, seen: road.version, ...oneHourMore(road) }, "did.road_change")}>
            {t("roads.more")}
          </button>
        )}
        <button type="button" className="button" onClick={() => lift(road, reason)}>
          <Key>Delete</Key> {t("roads.lift")}
        </button>
      </p>
    </li>
  );
}

export function RoadList({ roads }: { roads: readonly RoadCondition[] }) {
  const { t } = useTranslation();
  return (
    <ul className="roads" aria-label={t("roads.list")} onKeyDown={onListKey}>
      {roads.map((road) => (
        <Line key={road.id} road={road} />
      ))}
    </ul>
  );
}
