/**
 * The one question of the console that is asked before and not undone after: an incident cancelled with all its
 * units, or every unit recalled. Who it concerns stands there as it is now; whatever changes while it stands is told,
 * and has to be looked at before anything is sent.
 */
import "../i18n/areas/callOff";
import { useTranslation } from "../i18n/useTranslation";
import "./callOff.css";
import { useEffect, useRef, useState, type SyntheticEvent } from "react";

import { announce, sendCommand, useCentre } from "../live/store";
import type { ErrorBody, Incident } from "../protocol";
import { closeCallOff, useUi, type CallingOff } from "../state/ui";
import { Dialog } from "../ui/dialog";
import { Age, PriorityMark, StatusMark } from "../ui/marks";
import { useNames } from "../ui/names";
import { clockText } from "../ui/time";
import { useWords } from "../ui/words";
import { differenceOf, listLines, seenNow, type Difference, type Fate, type Line, type Seen } from "./lines";

/** Fates of those whom the act concerns. */
const GOES: ReadonlySet<Fate> = new Set(["called", "withdrawn", "dropped"]);

function Lines({ lines, kind, added }: { lines: readonly Line[]; kind: CallingOff["kind"]; added: ReadonlySet<string> }) {
  const { t } = useTranslation();
  const words = useWords();
  if (lines.length === 0) return <p className="note">{t("callOff.nobody")}</p>;
  return (
    <div className="call-off-units" tabIndex={0} role="group" aria-label={t("callOff.units")}>
      <table className="needs">
        <thead>
          <tr>
            <th scope="col">{t("unit.title")}</th>
            <th scope="col">{t("who.status")}</th>
            <th scope="col">{t("callOff.becomes")}</th>
          </tr>
        </thead>
        <tbody>
          {lines.map(({ assignment, unit, fate }) => (
            <tr key={assignment.id} className={fate === "care" ? "in-care" : ""}>
              <th scope="row">
                <StatusMark phase={unit.phase} inQuarters={unit.in_quarters} /> <strong className="num">{unit.call_sign}</strong>{" "}
                <span className="num note">{words.line(unit.agency_id)}</span>
              </th>
              <td>
                {fate === "dropped" ? t("unit.queued") : words.status(unit)}{" "}
                <Age since={fate === "dropped" ? assignment.created_at : unit.phase_since} className="note" />
              </td>
              <td>
                {added.has(assignment.id) && <span className="badge warn">{t("callOff.new")}</span>}{" "}
                {t(`callOff.${fate === "care" ? `care_${kind}` : fate}`)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** What has changed since it was asked, with who and when where that is known. */
function Changed({ difference, incident }: { difference: Difference; incident: Incident }) {
  const { t } = useTranslation();
  const nameOf = useNames();
  const units = useCentre((s) => s.live.rows.unit);
  const sign = (id: string) => units.get(id)?.call_sign ?? "";
  const { added, gone, fields } = difference;
  return (
    <div className="call-off-changed" role="alert">
      <strong>{t("callOff.changed")}</strong>
      <ul>
        {added.map(({ assignment, unit }) => (
          <li key={assignment.id}>
            {t("callOff.added", { unit: unit.call_sign, who: nameOf(assignment.dispatched_by), at: clockText(assignment.created_at) })}
          </li>
        ))}
        {gone.map((assignment) => (
          <li key={assignment.id}>{t("callOff.gone", { unit: sign(assignment.unit_id) })}</li>
        ))}
        {fields.map(({ field, actor, at }) => (
          <li key={field}>
            {t("callOff.field", { field: t(`callOff.of.${field}`, { otherwise: field }), who: nameOf(actor), at: clockText(at) })}
          </li>
        ))}
        {incident.state !== "open" && <li>{t("callOff.over", { state: t(`incident.${incident.state}`) })}</li>}
        {added.length + gone.length + fields.length === 0 && incident.state === "open" && <li>{t("callOff.news")}</li>}
      </ul>
    </div>
  );
}

function signsOf(lines: readonly Line[]): string {
  return lines.map(({ unit }) => unit.call_sign).join(", ");
}

/** Sends what was seen; the answer is told, and who was left behind since by name. */
async function send(asked: CallingOff, agencies: readonly string[], reason: string, seen: Seen): Promise<ErrorBody | null> {
  const about = { incident_id: asked.incidentId, reason, seen: seen.version, assignment_ids: [...seen.assignmentIds] };
  const outcome =
    asked.kind === "cancel"
      ? await sendCommand({ type: "incident.cancel", ...about }, "did.cancel")
      : await sendCommand({ type: "incident.recall", agencies: [...agencies], ...about }, "did.recall");
  if (!outcome.ok) return outcome.error;
  const left = outcome.data.left;
  if (Array.isArray(left) && left.length > 0) announce({ ...outcome, what: "did.recall_left", data: { left: left.join(", ") } });
  return null;
}

interface QuestionProps {
  asked: CallingOff;
  incident: Incident;
  agencies: readonly string[];
}

/** Sends what was seen. Where something differs by now, that is only taken as seen. */
function useQuestion({ asked, incident, agencies }: QuestionProps) {
  const rows = useCentre((s) => s.live.rows);
  const lines = listLines(rows, incident, asked.kind, agencies);
  const [seen, setSeen] = useState(() => seenNow(incident, lines));
  const [sending, setSending] = useState(false);
  const [refused, setRefused] = useState<ErrorBody | null>(null);
  const difference = differenceOf(rows, incident, lines, seen);
  const act = (reason: string) => {
    setRefused(null);
    if (difference !== null) return setSeen(seenNow(incident, lines));
    setSending(true);
    void send(asked, agencies, reason, seen).then((error) => {
      setSending(false);
      setRefused(error);
      if (error === null) closeCallOff();
    });
  };
  return { lines, difference, sending, refused, act };
}

function Question(props: QuestionProps) {
  const { t } = useTranslation();
  const words = useWords();
  const { incident, asked: { kind } } = props;
  const { lines, difference, sending, refused, act } = useQuestion(props);
  const [reason, setReason] = useState(props.asked.reason);
  const safe = useRef<HTMLButtonElement>(null);
  // The dialog itself takes the focus when it opens: only after that can it go where nothing happens.
  useEffect(() => safe.current?.focus(), []);

  const count = lines.filter(({ fate }) => GOES.has(fate)).length;
  const care = lines.filter(({ fate }) => fate === "care");
  const possible = incident.state === "open" && (kind === "cancel" ? care.length === 0 : count > 0);
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    act(reason.trim());
  };
  return (
    <form onSubmit={submit} className="dialog-form">
      <p className="call-off-what">
        <PriorityMark priority={incident.priority} /> <strong>{words.type(incident.type_code)}</strong> {words.place(incident.place)}
      </p>
      <Lines lines={lines} kind={kind} added={new Set((difference?.added ?? []).map(({ assignment }) => assignment.id))} />
      {kind === "cancel" && care.length > 0 && <p className="refusal">{t("callOff.blocked", { units: signsOf(care) })}</p>}
      {difference !== null && <Changed difference={difference} incident={incident} />}
      {refused !== null && <p className="refusal" role="alert">{words.error(refused)}</p>}
      <label htmlFor="call-off-reason">{t("callOff.reason")}</label>
      <input id="call-off-reason" className="field" required={difference === null} value={reason} onChange={(e) => setReason(e.target.value)} />
      <div className="actions">
        <button ref={safe} type="button" className="button" onClick={closeCallOff}>
          {t("callOff.leave")}
        </button>
        <span className="grow" />
        {possible && (
          <button type="submit" className={difference === null ? "button call-off-do" : "button primary"} disabled={sending}>
            {difference === null ? t(`callOff.do_${kind}`, { number: incident.number.slice(-4), count }) : t("callOff.look_again")}
          </button>
        )}
      </div>
    </form>
  );
}

export default function CallOff() {
  const { t } = useTranslation();
  const words = useWords();
  const asked = useUi((s) => s.callingOff);
  const incident = useCentre((s) => s.live.rows.incident.get(asked?.incidentId ?? ""));
  const own = useCentre((s) => s.me?.agencies);
  if (asked === null || incident === undefined) return null;
  const agencies = asked.agencyId === null ? (own ?? []) : [asked.agencyId];
  const of = asked.agencyId === null ? "" : ` · ${words.line(asked.agencyId)}`;
  return (
    <Dialog title={`${t(`callOff.title_${asked.kind}`, { number: incident.number.slice(-4) })}${of}`} onClose={closeCallOff}>
      <Question key={`${asked.kind} ${incident.id} ${asked.agencyId ?? ""}`} asked={asked} incident={incident} agencies={agencies} />
    </Dialog>
  );
}
