/** Who goes, who cannot and why, and how the station's units stand. */
import { useState } from "react";

import { CrewForm } from "../field/crewForm";
import { DeclineReasons } from "../field/decline";
import { moveOf, sortedUnits } from "../field/rows";
import { Sheet } from "../field/sheet";
import { allStatuses } from "../field/statuses";
import { tell, useField } from "../field/store";
import { useTranslation } from "../i18n/useTranslation";
import type { Phase, Unit } from "../protocol";
import { Age, Key, PanelHead, StatusMark } from "../ui/marks";
import { clockText } from "../ui/time";
import { useWords } from "../ui/words";
import { canDecline, declineOrder } from "./acts";
import { pastOf, type Order } from "./orders";

function crewWords(unit: Unit, names: readonly string[] | undefined, nobody: string): string {
  return unit.crew_id === null ? nobody : (names ?? []).join(", ") || "✓";
}

/** Another vehicle in place of the one asked for: the centre sends it, so that one picture stays true. */
function VehiclePicker({ order }: { order: Order }) {
  const { t } = useTranslation();
  const rows = useField((s) => s.rows);
  const words = useWords();
  const [other, setOther] = useState("");
  const free = sortedUnits(rows).filter((unit) => unit.id !== order.unit.id && unit.assignment_id === null && unit.phase === "available");
  const types = words.codes?.agencies[order.unit.agency_id]?.unit_types;
  const nameOf = (unit: Unit) => `${unit.call_sign} · ${words.label(types?.[unit.type_code]?.label, unit.type_code)}`;
  const chosen = free.find((unit) => unit.id === other);
  return (
    <>
      <label htmlFor="vehicle">{t("station.vehicle")}</label>
      <select
        id="vehicle"
        className="field"
        value={other}
        disabled={!canDecline(order)}
        onChange={(e) => setOther(e.target.value)}
      >
        <option value="">{nameOf(order.unit)}</option>
        {free.map((unit) => (
          <option key={unit.id} value={unit.id}>
            {nameOf(unit)}
          </option>
        ))}
      </select>
      {chosen !== undefined && (
        <button
          type="button"
          className="button st-wide"
          onClick={() => declineOrder(order, t("station.swap_reason", { unit: chosen.call_sign }))}
        >
          {t("station.swap", { unit: chosen.call_sign })}
        </button>
      )}
    </>
  );
}

function WhoGoes({ order, onCrewOf }: { order: Order; onCrewOf: (unitId: string) => void }) {
  const { t } = useTranslation();
  const crew = useField((s) => (order.unit.crew_id === null ? undefined : s.rows.crew.get(order.unit.crew_id)));
  return (
    <section aria-label={t("station.who")}>
      <PanelHead title={t("station.who")} />
      <div className="st-who">
        <VehiclePicker order={order} />
        <span>{t("station.crew")}</span>
        <button type="button" className="button st-crew" onClick={() => onCrewOf(order.unit.id)}>
          <span className="grow">
            {crewWords(order.unit, crew?.names, t("station.nobody"))} <span className="num note">{crew?.phone}</span>
          </span>
          <Key>F3</Key>
        </button>
      </div>
    </section>
  );
}

function CannotGo({ order }: { order: Order }) {
  const { t } = useTranslation();
  if (!canDecline(order)) return null;
  return (
    <section className="st-cannot" aria-label={t("station.cannot")}>
      <h2>
        {t("station.cannot")} <span className="note">{t("station.cannot_hint")}</span>
      </h2>
      <DeclineReasons keys onChoose={(reason) => declineOrder(order, reason)} />
    </section>
  );
}

/** A free unit that was ordered to wait elsewhere; the duty officer may answer for it. */
function MoveLine({ unit }: { unit: Unit }) {
  const { t } = useTranslation();
  const move = useField((s) => moveOf(s.rows, unit));
  if (move === null) return null;
  return (
    <p className="st-move">
      <span className="grow cut">
        {t("field.move.title")}: {move.station_name}
      </span>
      {move.accepted_at === null && (
        <button type="button" className="button" onClick={() => void tell({ type: "move.accept", move_id: move.id })}>
          {t("field.move.go")}
        </button>
      )}
    </p>
  );
}

function Units({ onCrewOf }: { onCrewOf: (unitId: string) => void }) {
  const { t } = useTranslation();
  const rows = useField((s) => s.rows);
  const words = useWords();
  const units = sortedUnits(rows);
  return (
    <section className="st-units" aria-label={t("station.units")}>
      <PanelHead title={t("station.units")} note={String(units.length)} />
      <ul>
        {units.map((unit) => (
          <li key={unit.id} className={unit.phase === "dispatched" ? "st-alarm" : ""}>
            <button type="button" className="st-unit" onClick={() => onCrewOf(unit.id)}>
              <StatusMark phase={unit.phase} inQuarters={unit.in_quarters} />
              <span className="num">{unit.call_sign}</span>
              <span className="grow cut">{words.status(unit)}</span>
              <span className="note cut">{crewWords(unit, rows.crew.get(unit.crew_id ?? "")?.names, "")}</span>
              <Age since={unit.phase_since} />
            </button>
            <MoveLine unit={unit} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Past() {
  const { t } = useTranslation();
  const rows = useField((s) => s.rows);
  const words = useWords();
  const past = pastOf(rows).slice(0, 4);
  if (past.length === 0) return null;
  return (
    <section aria-label={t("station.past")}>
      <PanelHead title={t("station.past")} />
      <ul>
        {past.map((assignment) => {
          const incident = rows.incident.get(assignment.incident_id);
          return (
            <li key={assignment.id} className="st-past">
              <span className="num note">{clockText(assignment.ended_at ?? assignment.created_at).slice(0, 5)}</span>
              <span className="num">{incident?.number.slice(-4)}</span>
              <span className="cut">
                {words.type(incident?.type_code ?? null)} · {rows.unit.get(assignment.unit_id)?.call_sign} ·{" "}
                {t(`station.ended.${assignment.ended_how ?? "cleared"}`, { otherwise: assignment.ended_how ?? "" })}
              </span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

/** A unit's crew and status, said by the duty officer. */
function UnitSheet({ unit, onClose }: { unit: Unit; onClose: () => void }) {
  const { t } = useTranslation();
  const words = useWords();
  const say = (code: string) =>
    void tell(
      unit.assignment_id === null
        ? { type: "unit.status", unit_id: unit.id, status_code: code }
        : { type: "assignment.phase", assignment_id: unit.assignment_id, status_code: code },
    ).then(onClose);
  return (
    <Sheet title={`${unit.call_sign} · ${t("field.crew.title")}`} onClose={onClose}>
      <CrewForm unit={unit} onDone={onClose} />
      <h3>{t("field.all_statuses")}</h3>
      <div className="f-list">
        {allStatuses(words.codes?.agencies[unit.agency_id], unit.assignment_id !== null).map((status) => (
          <button key={status.code} type="button" className="f-button" onClick={() => say(status.code)}>
            <StatusMark phase={status.phase as Phase} inQuarters={status.in_quarters} />
            {words.label(status.label, status.code)}
          </button>
        ))}
      </div>
    </Sheet>
  );
}

interface Props {
  order: Order | null;
  /** The unit whose crew and status are being said. */
  crewOf: string | null;
  onCrewOf: (unitId: string | null) => void;
}

export function Side({ order, crewOf, onCrewOf }: Props) {
  const unit = useField((s) => (crewOf === null ? undefined : s.rows.unit.get(crewOf)));
  return (
    <aside className="st-side">
      {order !== null && <WhoGoes key={order.assignment.id} order={order} onCrewOf={onCrewOf} />}
      {order !== null && <CannotGo order={order} />}
      <Units onCrewOf={onCrewOf} />
      <Past />
      {unit !== undefined && <UnitSheet unit={unit} onClose={() => onCrewOf(null)} />}
    </aside>
  );
}
