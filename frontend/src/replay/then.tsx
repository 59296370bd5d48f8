/** How everything stood at the instant shown: units, open incidents, or what held on the roads. */
import "../i18n/areas/roads";
import { useMemo, useRef, type ReactNode } from "react";

import { useTranslation } from "../i18n/useTranslation";
import type { Incident, RoadCondition, Unit } from "../protocol";
import { aboutFit, livingRoads, muchOf } from "../roads/living";
import { RoadMark } from "../roads/mark";
import { PriorityMark, StatusMark } from "../ui/marks";
import { useRowsInView } from "../ui/rowsInView";
import { ageText, clockText } from "../ui/time";
import { useWords } from "../ui/words";
import { incidentOf, listIncidents, listUnits } from "./look";
import { selectIncident, selectUnit, useReplay, type Tab } from "./store";
import { useFilter, usePlayhead } from "./use";

const ROW_PX = 28;

/** Time since a moment, by the replay's clock. */
function AgeThen({ since }: { since: string }) {
  const atMs = usePlayhead(1000);
  return <span className="num note">{ageText((atMs - Date.parse(since)) / 1000)}</span>;
}

function UnitRow({ unit }: { unit: Unit }) {
  const { t } = useTranslation();
  const words = useWords();
  const chosen = useReplay((s) => s.unitId === unit.id);
  const incidentId = useReplay((s) => incidentOf(s.live.rows, unit));
  const number = useReplay((s) => (incidentId === null ? "" : (s.live.rows.incident.get(incidentId)?.number ?? "")));
  return (
    <button
      type="button"
      className="replay-unit"
      aria-pressed={chosen}
      title={t(chosen ? "replay.unfollow" : "replay.follow", { unit: unit.call_sign })}
      onClick={() => selectUnit(chosen ? null : unit.id)}
    >
      <StatusMark phase={unit.phase} inQuarters={unit.in_quarters} />
      <span className="num strong">{unit.call_sign}</span>
      <span className="cut">{words.status(unit)}</span>
      <AgeThen since={unit.phase_since} />
      <span className="num">{number.slice(-4)}</span>
    </button>
  );
}

function IncidentRow({ incident }: { incident: Incident }) {
  const words = useWords();
  const chosen = useReplay((s) => s.incidentId === incident.id);
  return (
    <button
      type="button"
      className="replay-incident"
      aria-pressed={chosen}
      onClick={() => selectIncident(chosen ? null : incident.id)}
    >
      <PriorityMark priority={incident.priority} />
      <span className="num">{incident.number.slice(-4)}</span>
      <strong className="cut">{words.type(incident.type_code)}</strong>
      <span className="cut">{words.place(incident.place)}</span>
      <AgeThen since={incident.opened_at} />
    </button>
  );
}

function RoadRow({ road }: { road: RoadCondition }) {
  const { t } = useTranslation();
  const much = aboutFit(road.kind) ? t(`roads.class.${road.vehicle_class}`) : muchOf(road);
  return (
    <div className="replay-road">
      <RoadMark kind={road.kind} />
      <span className="num">{road.number}</span>
      <strong className="cut">{`${t(`roads.${road.kind}`)} ${much}`.trim()}</strong>
      <span className="cut">
        {!road.confirmed && `${t("roads.unconfirmed")} · `}
        {road.where} {road.reason}
      </span>
      <AgeThen since={road.at} />
    </div>
  );
}

interface ListProps<T> {
  items: readonly T[];
  empty: string;
  label: string;
  row: (item: T) => ReactNode;
}

function List<T extends { id: string }>({ items, empty, label, row }: ListProps<T>) {
  const box = useRef<HTMLDivElement>(null);
  const view = useRowsInView(box, items.length, ROW_PX);
  return (
    <div ref={box} className="scroll" tabIndex={0} role="group" aria-label={label}>
      {items.length === 0 && <p className="empty">{empty}</p>}
      <ul className="replay-lines" style={{ height: view.totalPx }}>
        {view.shown.map((index) => {
          const item = items[index];
          return item === undefined ? null : (
            <li key={item.id} style={{ transform: `translateY(${view.startOf(index)}px)` }}>
              {row(item)}
            </li>
          );
        })}
      </ul>
    </div>
  );
}

function UnitsThen() {
  const { t } = useTranslation();
  const filter = useFilter();
  const chosen = useReplay((s) => s.incidentId);
  const rows = useReplay((s) => s.live.rows);
  const units = useMemo(() => listUnits(rows, filter, chosen), [rows, filter, chosen]);
  return (
    <List items={units} empty={t("replay.no_units")} label={t("replay.units")} row={(unit) => <UnitRow unit={unit} />} />
  );
}

function IncidentsThen() {
  const { t } = useTranslation();
  const filter = useFilter();
  const rows = useReplay((s) => s.live.rows);
  const incidents = useMemo(() => listIncidents(rows, filter), [rows, filter]);
  const row = (incident: Incident) => <IncidentRow incident={incident} />;
  return <List items={incidents} empty={t("replay.nothing_open")} label={t("replay.incidents")} row={row} />;
}

function RoadsThen() {
  const { t } = useTranslation();
  const rows = useReplay((s) => s.live.rows.road_condition);
  const roads = useMemo(() => livingRoads(rows.values()), [rows]);
  return <List items={roads} empty={t("roads.none")} label={t("replay.roads")} row={(road) => <RoadRow road={road} />} />;
}

const TABS: readonly Tab[] = ["units", "incidents", "roads"];
const LISTS: Readonly<Record<Tab, () => ReactNode>> = { units: UnitsThen, incidents: IncidentsThen, roads: RoadsThen };

export function ThenPanel() {
  const { t } = useTranslation();
  const tab = useReplay((s) => s.tab);
  const atMs = usePlayhead(1000);
  const Shown = LISTS[tab];
  return (
    <section className="panel replay-then" aria-label={t(`replay.${tab}`)}>
      <div className="panel-head">
        <h2 className="sr-only">{t(`replay.${tab}`)}</h2>
        <div role="group" className="replay-tabs" aria-label={TABS.map((name) => t(`replay.${name}`)).join(", ")}>
          {TABS.map((name) => (
            <button key={name} type="button" aria-pressed={tab === name} onClick={() => useReplay.setState({ tab: name })}>
              {t(`replay.${name}`)}
            </button>
          ))}
        </div>
        <span className="num note">{t("replay.at", { time: clockText(atMs) })}</span>
      </div>
      <Shown />
    </section>
  );
}
