/** How everything stood at the instant shown: units, or open incidents. */
import { useMemo, useRef, type ReactNode } from "react";

import { useTranslation } from "../i18n/useTranslation";
import type { Incident, Unit } from "../protocol";
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

const TABS: readonly Tab[] = ["units", "incidents"];

export function ThenPanel() {
  const { t } = useTranslation();
  const tab = useReplay((s) => s.tab);
  const atMs = usePlayhead(1000);
  return (
    <section className="panel replay-then" aria-label={t(`replay.${tab}`)}>
      <div className="panel-head">
        <h2 className="sr-only">{t(`replay.${tab}`)}</h2>
        <div role="group" className="replay-tabs" aria-label={`${t("replay.units")}, ${t("replay.incidents")}`}>
          {TABS.map((name) => (
            <button key={name} type="button" aria-pressed={tab === name} onClick={() => useReplay.setState({ tab: name })}>
              {t(`replay.${name}`)}
            </button>
          ))}
        </div>
        <span className="num note">{t("replay.at", { time: clockText(atMs) })}</span>
      </div>
      {tab === "units" ? <UnitsThen /> : <IncidentsThen />}
    </section>
  );
}
