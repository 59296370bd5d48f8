/** The unit board: fixed order, 28 px rows, only the rows in view are drawn. */
import { useVirtualizer } from "@tanstack/react-virtual";
import { memo, useMemo, useRef, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";

import { useNowS } from "../live/clock";
import { freshness } from "../live/freshness";
import { positions } from "../live/positions";
import { useCentre } from "../live/store";
import type { Assignment, Unit } from "../protocol";
import { buildBoard, inColumns, ticksOf, type BoardGroup } from "../state/board";
import { useDeskAgencies } from "../state/desk";
import { select, useUi } from "../state/ui";
import { Age, PanelHead, StatusMark, TickMarks } from "../ui/marks";
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

const UnitRow = memo(function UnitRow({ unit, stationName }: { unit: Unit; stationName: string }) {
  const words = useWords();
  const assignment = useCentre((s) =>
    unit.assignment_id === null ? undefined : s.live.rows.assignment.get(unit.assignment_id),
  );
  const selected = useUi((s) => assignment !== undefined && s.selection?.id === assignment.incident_id);
  return (
    <div className={`unit-row ${selected ? "selected" : ""}`}>
      <span role="cell">
        <StatusMark phase={unit.phase} inQuarters={unit.in_quarters} />
      </span>
      <span role="cell" className="num strong">
        {unit.call_sign}
      </span>
      <span role="cell" className="cut">
        {words.status(unit)}
      </span>
      <span role="cell">
        <Age since={unit.phase_since} className="note" />
      </span>
      <span role="cell">{assignment && <Activity assignment={assignment} />}</span>
      <span role="cell" className="cut">
        <Whereabouts unit={unit} stationName={stationName} />
        {unit.synthetic && <span className="note"> *</span>}
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
      <span className="note">{t("board.available", { free: group.available, all: group.units.length })}</span>
    </div>
  );
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

function BoardColumn({ rows, label }: { rows: readonly BoardRow[]; label: string }) {
  const scroller = useRef<HTMLDivElement>(null);
  // eslint-disable-next-line react-hooks/incompatible-library -- rows are drawn by hand, nothing memoised depends on it
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 8,
  });
  return (
    <div ref={scroller} className="scroll" role="table" aria-label={label} aria-rowcount={rows.length} tabIndex={0}>
      <div role="rowgroup" style={{ height: virtual.getTotalSize(), position: "relative" }}>
        {virtual.getVirtualItems().map((item) => {
          const row = rows[item.index];
          return row === undefined ? null : (
            <div
              key={row.kind === "unit" ? row.unit.id : row.group.agencyId}
              role="row"
              aria-rowindex={item.index + 1}
              className="board-row"
              style={{ transform: `translateY(${item.start}px)` }}
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

/** Below this width the board has one column. */
const WIDE = "(min-width: 1600px)";

function useIsWide(): boolean {
  return useSyncExternalStore(
    (changed) => {
      const query = window.matchMedia(WIDE);
      query.addEventListener("change", changed);
      return () => query.removeEventListener("change", changed);
    },
    () => window.matchMedia(WIDE).matches,
  );
}

export function BoardPanel() {
  const { t } = useTranslation();
  const rows = useCentre((s) => s.live.rows);
  const agencies = useDeskAgencies();
  const wide = useIsWide();
  const columns = useMemo(
    () => inColumns(buildBoard(rows, agencies), wide ? 2 : 1).map((groups) => groups.flatMap(rowsOf)),
    [rows, agencies, wide],
  );
  return (
    <section className="panel board" aria-label={t("board.title")}>
      <PanelHead title={t("board.title")} note={t("board.order", { count: rows.unit.size })}>
        <span className="note">{t("board.legend")}</span>
      </PanelHead>
      <div className="board-columns">
        {columns.map((column, i) => (
          <BoardColumn key={i} rows={column} label={`${t("board.title")} ${i + 1}`} />
        ))}
      </div>
    </section>
  );
}
