/** Where the crew stands and what it says next: one touch, five seconds to take it back. */
import { useState } from "react";

import { useTranslation } from "../i18n/useTranslation";
import { useNowS } from "../live/clock";
import { useCentre } from "../live/store";
import type { Assignment, Incident, Phase, Unit } from "../protocol";
import { StatusMark } from "../ui/marks";
import { clockText } from "../ui/time";
import { useWords } from "../ui/words";
import { destinationOf } from "./hospitals";
import { MaydayButton } from "./mayday";
import { NoteSheet } from "./noteSheet";
import { MoreSheet, OutcomeSheet } from "./moreSheet";
import { HOLD_MS, heldOf, saidStatus } from "./queue";
import { ENDING, likelyNext, type StatusCode } from "./statuses";
import { takeBack, tell, useField } from "./store";
import { geoLink } from "./way";

/** The status as this device knows it: what was said here counts before the centre has heard it. */
function useStatus(unit: Unit, assignmentId: string | null): { phase: Phase; code: string; since: string; waiting: boolean } {
  const codes = useCentre((s) => s.codes);
  const said = useField((s) => saidStatus(s.queue, unit.id, assignmentId));
  if (said !== null && "status_code" in said.body) {
    const code = said.body.status_code;
    const phase = codes?.agencies[unit.agency_id]?.statuses[code]?.phase as Phase | undefined;
    if (phase !== undefined) return { phase, code, since: said.at, waiting: said.toldSeq === undefined };
  }
  return { phase: unit.phase, code: unit.status_code, since: unit.phase_since, waiting: false };
}

/** While a status may still be taken back. Counts in its own leaf. */
function UndoBar({ label }: { label: (code: string) => string }) {
  const { t } = useTranslation();
  const queue = useField((s) => s.queue);
  const offsetMs = useCentre((s) => s.offsetMs);
  const nowMs = useNowS() * 1000 - offsetMs;
  const held = heldOf(queue, nowMs);
  if (held === null || !("status_code" in held.body)) return null;
  return (
    <button type="button" className="f-button f-undo" onClick={() => takeBack(held.id)}>
      {t("field.undo", { what: label(held.body.status_code) })}{" "}
      <span className="num">{Math.min(HOLD_S, Math.ceil((held.holdUntil - nowMs) / 1000))}</span>
    </button>
  );
}

function NextButton({ status, primary, onSay }: { status: StatusCode; primary: boolean; onSay: (s: StatusCode) => void }) {
  const words = useWords();
  return (
    <button type="button" className={`f-button ${primary ? "f-primary" : ""}`} onClick={() => onSay(status)}>
      <StatusMark phase={status.phase as Phase} inQuarters={status.in_quarters} />
      {words.label(status.label, status.code)}
    </button>
  );
}

const HOLD_S = HOLD_MS / 1000;

type Open = "none" | "more" | "note" | { ending: StatusCode };

interface Props {
  unit: Unit;
  assignment: Assignment | null;
  incident: Incident | null;
  accepted: boolean;
}

function useSay(unit: Unit, assignment: Assignment | null) {
  return (status: StatusCode, outcome: string | null) =>
    tell(
      assignment === null
        ? { type: "unit.status", unit_id: unit.id, status_code: status.code }
        : { type: "assignment.phase", assignment_id: assignment.id, status_code: status.code, outcome },
      { held: true },
    );
}

function NowLine({ unit, assignment }: { unit: Unit; assignment: Assignment | null }) {
  const { t } = useTranslation();
  const words = useWords();
  const status = useStatus(unit, assignment?.id ?? null);
  return (
    <p className="f-now" role="status">
      <StatusMark phase={status.phase} inQuarters={unit.in_quarters} />
      <span>{words.status({ ...unit, phase: status.phase, status_code: status.code })}</span>
      <span className="num">{clockText(status.since)}</span>
      {status.waiting && <span className="note">{t("field.not_sent")}</span>}
    </p>
  );
}

function Tools({ incident, assignment, unit, onNote }: Pick<Props, "incident" | "assignment" | "unit"> & { onNote: () => void }) {
  const { t } = useTranslation();
  const hospital = assignment === null ? null : destinationOf(unit, assignment);
  const map = incident === null ? null : geoLink(incident, hospital);
  return (
    <div className="f-row">
      {map !== null && (
        <a className="f-button" href={map}>
          {t("field.phone_map")}
        </a>
      )}
      {incident !== null && (
        <button type="button" className="f-button" onClick={onNote}>
          {t("field.note")}
        </button>
      )}
      <MaydayButton unit={unit} />
    </div>
  );
}

export function StatusBar({ unit, assignment, incident, accepted }: Props) {
  const { t } = useTranslation();
  const words = useWords();
  const [open, setOpen] = useState<Open>("none");
  const { phase } = useStatus(unit, assignment?.id ?? null);
  const say = useSay(unit, assignment);
  const agency = words.codes?.agencies[unit.agency_id];
  const unread = assignment !== null && !accepted && phase === "dispatched";
  const next = likelyNext(agency, phase).slice(0, unread ? 1 : 2);
  // A free crew is expected to say nothing: no button invites it to go off duty.
  const expected = !unread && phase !== "available";
  const choose = (status: StatusCode) => {
    if (assignment !== null && ENDING.has(status.phase)) setOpen({ ending: status });
    else void say(status, null).then(() => setOpen("none"));
  };
  const close = () => setOpen("none");
  return (
    <footer className="f-foot">
      <NowLine unit={unit} assignment={assignment} />
      <UndoBar label={(code) => words.label(agency?.statuses[code]?.label, code)} />
      {unread && (
        <button
          type="button"
          className="f-button f-primary"
          onClick={() => void tell({ type: "assignment.accept", assignment_id: assignment.id, n: 0 })}
        >
          {t("field.accept")}
        </button>
      )}
      {expected && next[0] && <NextButton status={next[0]} primary onSay={choose} />}
      <div className="f-row">
        {next.slice(expected ? 1 : 0).map((status) => (
          <NextButton key={status.code} status={status} primary={false} onSay={choose} />
        ))}
        <button type="button" className="f-button f-more" onClick={() => setOpen("more")}>
          {t("field.more")}
        </button>
      </div>
      <Tools unit={unit} assignment={assignment} incident={incident} onNote={() => setOpen("note")} />
      {open === "more" && <MoreSheet unit={unit} assignment={assignment} onChoose={choose} onClose={close} />}
      {open === "note" && incident !== null && <NoteSheet incident={incident} onClose={close} />}
      {typeof open === "object" && (
        <OutcomeSheet onChoose={(outcome) => void say(open.ending, outcome).then(close)} onClose={close} />
      )}
    </footer>
  );
}
