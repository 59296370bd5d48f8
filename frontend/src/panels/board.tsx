/** The unit board: fixed order, 28 px rows, only the rows in view are drawn. */
import { memo, useMemo, useRef, useState, useSyncExternalStore, type KeyboardEvent } from "react";

import { useTranslation } from "../i18n/useTranslation";
import { useNowS } from "../live/clock";
import { freshness } from "../live/freshness";
import { positions } from "../live/positions";
import { useCentre } from "../live/store";
import type { Assignment, Unit } from "../protocol";
import { buildBoard, inColumns, isBusy, isFree, lateOf, ticksOf, type BoardGroup } from "../state/board";
import { useDeskAgencies } from "../state/desk";
import { offerLine, select, useUi } from "../state/ui";
import { Moves } from "./moves";
import { PopOut } from "./popOut";
import { Age, PanelHead, StatusMark, TickMarks } from "../ui/marks";
import { scrollToRow, useRowsInView } from "../ui/rowsInView";
import { ageText } from "../ui/time";
import { useWords } from "../ui/words";

const ROW_PX = 28;

type BoardRow = { kind: "group"; group: BoardGroup } | { kind: "unit"; unit: Unit };

function rowsOf(group: BoardGroup): BoardRow[] {
  return [{ kind: "group", group }, ...group.units.map((unit): BoardRow => ({ kind: "unit", unit }))];
}

/** Where it is: its station while in quarters, else the age of its last position; a lost one is said aloud. */
function Whereabouts({ unit, stationName }: { unit: Unit; stationName: string }) {
  const { t } = useTranslation();
  const nowS = useNowS();
  const offsetMs = useCentre((s) => s.offsetMs);
  const known = positions.find(unit.id);
  const ageS = known === undefined ? null : nowS - (known.at + offsetMs) / 1000;
  const state = freshness(unit.phase, unit.in_quarters, ageS);
  if (state === "quarters") return <span className="note">{stationName || t("unit.in_quarters")}</span>;
  if (state === "unknown" || ageS === null) return <span className="note">{t("unit.no_position")}</span>;
  if (state === "lost") return <span className="warn">{t("unit.lost", { age: ageText(ageS) })}</span>;
  return <span className={`num ${state === "stale" ? "warn" : "note"}`}>{ageText(ageS)}</span>;
}

function Activity({ assignment }: { assignment: Assignment }) {
  const nowS = useNowS();
  const number = useCentre((s) => s.live.rows.incident.get(assignment.incident_id)?.number.slice(-4));
  return (
    <>
      <TickMarks ticks={ticksOf(assignment, nowS)} /> <span className="num strong">{number}</span>
    </>
  );
}

/** Time in the status, and what is too long about it. */
function InStatus({ unit, assignment }: { unit: Unit; assignment: Assignment | undefined }) {
  const { t } = useTranslation();
  const late = lateOf(unit, assignment, useNowS());
  return (
    <span className={late === null ? "note" : "warn"} title={late === null ? undefined : t(`board.late.${late}`)}>
      <Age since={unit.phase_since} />
      {late !== null && <span className="sr-only"> {t(`board.late.${late}`)}</span>}
    </span>
  );
}

/** Waits for receipt or acceptance too long: the row is an alert's. */
function useIsUnanswered(assignment: Assignment | undefined): boolean {
  const nowS = useNowS();
  if (assignment?.accepted_at !== null || Object.keys(assignment.times).length > 0) return false;
  const ticks = ticksOf(assignment, nowS);
  return ticks.read === "late" || ticks.received === "late";
}

const UnitRow = memo(function UnitRow({ unit, stationName }: { unit: Unit; stationName: string }) {
  const words = useWords();
  const assignment = useCentre((s) =>
    unit.assignment_id === null ? undefined : s.live.rows.assignment.get(unit.assignment_id),
  );
  const selected = useUi((s) => assignment !== undefined && s.selection?.id === assignment.incident_id);
  const unanswered = useIsUnanswered(assignment);
  const look = unit.mayday_at !== null || unanswered ? "alarm-row" : selected ? "selected" : isBusy(unit) ? "" : "quiet";
  return (
    <div className={`unit-row ${look}`}>
      <span role="cell">
        <StatusMark phase={unit.phase} inQuarters={unit.in_quarters} />
      </span>
      <span role="cell" className="num sign">
        {unit.call_sign}
      </span>
      <span role="cell" className="cut">
        {words.status(unit)}
        {unit.queued.length > 0 && <span className="note num"> +{unit.queued.length}</span>}
      </span>
      <span role="cell">
        <InStatus unit={unit} assignment={assignment} />
      </span>
      {assignment && (
        <span role="cell">
          <Activity assignment={assignment} />
        </span>
      )}
      <span role="cell" className={`cut where ${assignment ? "" : "broad"}`}>
        <Whereabouts unit={unit} stationName={stationName} />
      </span>
    </div>
  );
});

function GroupRow({ group }: { group: BoardGroup }) {
  const { t } = useTranslation();
  const words = useWords();
  return (
    <div className="group" role="cell">
      <strong className="num">{words.line(group.agencyId)}</strong> {words.agency(group.agencyId)}{" "}
      <span className="note">{t("board.available", { free: group.available, all: group.all })}</span>
    </div>
  );
}

/** The line that a letter on a unit's row begins. Dispatch and queueing name the incident in hand by themselves. */
function lineFor(letter: string, unit: Unit): string {
  return `${letter.toUpperCase()} ${unit.call_sign} `;
}

function openIncidentOf(row: BoardRow): void {
  if (row.kind !== "unit" || row.unit.assignment_id === null) return;
  const assignment = useCentre.getState().live.rows.assignment.get(row.unit.assignment_id);
  if (assignment) select({ kind: "incident", id: assignment.incident_id });
}

function Row({ row }: { row: BoardRow }) {
  const station = useCentre((s) => (row.kind === "unit" ? s.live.rows.station.get(row.unit.station_id)?.name : ""));
  if (row.kind === "group") return <GroupRow group={row.group} />;
  return <UnitRow unit={row.unit} stationName={station ?? ""} />;
}

/** Arrows walk, Enter opens, a letter begins the unit's line: X CC-12, K CC-12 … */
function useRowKeys(rows: readonly BoardRow[], reveal: (index: number) => void) {
  const [at, setAt] = useState(-1);
  const step = (by: number) => {
    let next = at + by;
    while (rows[next]?.kind === "group") next += by;
    if (rows[next] === undefined) return;
    setAt(next);
    reveal(next);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const row = rows[at];
    if (event.key === "ArrowDown") step(1);
    else if (event.key === "ArrowUp") step(-1);
    else if (row?.kind !== "unit" || event.ctrlKey || event.altKey || event.metaKey) return;
    else if (event.key === "Enter") openIncidentOf(row);
    else if (/^[a-z]$/i.test(event.key)) offerLine(lineFor(event.key, row.unit));
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return { at, onKeyDown };
}

function BoardColumn({ rows, label }: { rows: readonly BoardRow[]; label: string }) {
  const { t } = useTranslation();
  const scroller = useRef<HTMLDivElement>(null);
  const view = useRowsInView(scroller, rows.length, ROW_PX);
  const { at, onKeyDown } = useRowKeys(rows, (index) => scrollToRow(scroller.current, index, ROW_PX));
  const here = rows[at];
  return (
    <div
      ref={scroller}
      className="scroll"
      role="table"
      aria-label={here?.kind === "unit" ? `${label}: ${here.unit.call_sign}` : label}
      aria-description={t("board.keys")}
      aria-rowcount={rows.length}
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      <div role="rowgroup" style={{ height: view.totalPx, position: "relative" }}>
        {view.shown.map((index) => {
          const row = rows[index];
          return row === undefined ? null : (
            <div
              key={row.kind === "unit" ? row.unit.id : row.group.agencyId}
              role="row"
              aria-rowindex={index + 1}
              className={`board-row ${index === at ? "at" : ""}`}
              style={{ transform: `translateY(${view.startOf(index)}px)` }}
              onClick={() => openIncidentOf(row)}
            >
              <Row row={row} />
            </div>
          );
        })}
      </div>
    </div>
  );
}

/** Below this width the board is a tab of the map. */
const WIDE = "(min-width: 1600px)";
/** From this width on two columns stand beside each other with nothing cut. */
const WIDEST = "(min-width: 1900px)";

function useMatch(words: string): boolean {
  return useSyncExternalStore(
    (changed) => {
      const query = window.matchMedia(words);
      query.addEventListener("change", changed);
      return () => query.removeEventListener("change", changed);
    },
    () => window.matchMedia(words).matches,
  );
}

export const useIsWide = (): boolean => useMatch(WIDE);

const LEGEND = ["available", "dispatched", "en_route", "on_scene", "transporting", "out_of_service"] as const;

/** How many stand in each state, by the shapes that the rows use. */
function Legend({ units }: { units: readonly Unit[] }) {
  const { t } = useTranslation();
  return (
    <span className="legend">
      {LEGEND.map((phase) => (
        <span key={phase} title={t(`phase.${phase}`)}>
          <StatusMark phase={phase} inQuarters /> <span className="note">{t(`board.short.${phase}`)}</span>{" "}
          <span className="num">{phase === "available" ? units.filter(isFree).length : units.filter((u) => u.phase === phase).length}</span>
        </span>
      ))}
    </span>
  );
}

export function BoardPanel() {
  const { t } = useTranslation();
  const rows = useCentre((s) => s.live.rows);
  const agencies = useDeskAgencies();
  const busyOnly = useUi((s) => s.busyOnly);
  const widest = useMatch(WIDEST);
  const shown = useMemo(
    () => [...rows.unit.values()].filter((u) => (agencies?.includes(u.agency_id) ?? true) && (!busyOnly || isBusy(u))),
    [rows.unit, agencies, busyOnly],
  );
  const columns = useMemo(
    () => inColumns(buildBoard(rows, agencies, shown), widest ? 2 : 1).map((groups) => groups.flatMap(rowsOf)),
    [rows, agencies, shown, widest],
  );
  return (
    <section className="panel board" aria-label={t("board.title")}>
      <PanelHead title={t("board.title")} note={t("board.order", { count: shown.length })}>
        <Legend units={shown} />
        <button type="button" className="chip" aria-pressed={busyOnly} onClick={() => useUi.setState({ busyOnly: !busyOnly })}>
          {t("board.busy_only")}
        </button>
        <PopOut pane="board" />
      </PanelHead>
      <Moves />
      <div className="board-columns">
        {columns.length === 0 && <p className="empty">{t("board.nobody")}</p>}
        {columns.map((column, i) => (
          <BoardColumn key={i} rows={column} label={`${t("board.title")} ${i + 1}`} />
        ))}
      </div>
    </section>
  );
}
