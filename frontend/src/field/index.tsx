/** The crew's page: one screen for a gloved hand, in the sun, at night, with or without a network. */
import "../i18n/areas/field";
import { useTranslation } from "../i18n/useTranslation";
import "./field.css";
import { useEffect } from "react";

import { useCentre } from "../live/store";
import type { Assignment, Unit } from "../protocol";
import { useAlarm, useUnlockByTouch, useWakeLock } from "./alarm";
import { installShell } from "./install";
import { useDaylight } from "./daylight";
import { FieldHeader } from "./header";
import { IncidentView } from "./incident";
import { MaydayBanner } from "./mayday";
import { Free, MoveOrder, useIsUnread } from "./moveOrder";
import { Notices, Refusals } from "./notices";
import { saidAccepted } from "./queue";
import { currentOf, moveOf, withdrawnMove, type UnitRows } from "./rows";
import { StatusBar } from "./statusBar";
import { rest, useField, wake, type Notice } from "./store";
import { watchWhereabouts } from "./whereabouts";

function useDevice(accountId: string): void {
  useEffect(() => {
    void wake(accountId);
    const stopWatching = watchWhereabouts();
    return () => {
      stopWatching();
      rest();
    };
  }, [accountId]);
}

/** The unit this device speaks for. */
export function useUnit(): Unit | null {
  const unitId = useCentre((s) => s.me?.unit_id);
  return useField((s) => (unitId ? (s.rows.unit.get(unitId) ?? null) : null));
}

function toneOf(notices: readonly Notice[], assignment: Assignment | null, accepted: boolean, moveUnread: boolean) {
  if (notices.length > 0) return "stand_down";
  return moveUnread || (assignment !== null && !accepted) ? "assignment" : null;
}

function Queued({ unit, rows }: { unit: Unit; rows: UnitRows }) {
  const { t } = useTranslation();
  const next = unit.queued.flatMap((id) => rows.assignment.get(id) ?? []);
  if (next.length === 0) return null;
  const numbers = next.map(({ incident_id }) => rows.incident.get(incident_id)?.number.slice(-4) ?? "").join(", ");
  return (
    <p className="f-line note">
      {t("field.queued")} <span className="num">{numbers}</span>
    </p>
  );
}

function FieldScreen({ unit }: { unit: Unit }) {
  const { t } = useTranslation();
  const rows = useField((s) => s.rows);
  const notices = useField((s) => s.notices);
  const assignment = currentOf(rows, unit);
  const incident = assignment === null ? undefined : rows.incident.get(assignment.incident_id);
  const move = assignment === null ? moveOf(rows, unit) : null;
  const moveUnread = useIsUnread(move);
  const saidHere = useField((s) => assignment !== null && saidAccepted(s.queue, assignment.id, 0));
  const accepted = assignment !== null && (assignment.accepted_at !== null || saidHere);
  useAlarm(toneOf(notices, assignment, accepted || Object.keys(assignment?.times ?? {}).length > 0, moveUnread));
  return (
    <main className="crew-page">
      <FieldHeader unit={unit} />
      <div className="f-body" tabIndex={0} role="group" aria-label={t("field.assignment")}>
        <MaydayBanner unit={unit} />
        <Notices />
        <Refusals />
        {assignment !== null && incident !== undefined ? (
          <IncidentView unit={unit} assignment={assignment} incident={incident} />
        ) : move !== null ? (
          <MoveOrder key={move.id} unit={unit} move={move} />
        ) : (
          <Free withdrawn={withdrawnMove(rows, unit)} />
        )}
        <Queued unit={unit} rows={rows} />
      </div>
      <StatusBar unit={unit} assignment={assignment} incident={incident ?? null} accepted={accepted} />
    </main>
  );
}

export default function FieldPage() {
  const { t } = useTranslation();
  const accountId = useCentre((s) => s.me?.id ?? "");
  useDevice(accountId);
  useUnlockByTouch();
  useWakeLock();
  useDaylight();
  useEffect(() => installShell("/field"), []);
  const unit = useUnit();
  if (unit === null) return <p className="empty" role="status">{t("field.waiting_for_rows")}</p>;
  return <FieldScreen unit={unit} />;
}
