/** A note to the incident. A caution, who is trapped and the way in are kinds of their own, told first. */
import { useState, type SyntheticEvent } from "react";

import { addNote, keepCaution, type CautionScope, type NoteKind } from "../../commands/actions";
import { useTranslation } from "../../i18n/useTranslation";
import { serverNow, useCentre } from "../../live/store";
import type { Incident } from "../../protocol";
import { callersOf } from "../../state/callers";

const KINDS: readonly NoteKind[] = ["note", "caution", "trapped", "access"];
const HOURS = [0, 1, 8, 24] as const;
const DAYS = [1, 30, 365] as const;

/** `hours` is for its incident alone, `days` for what is kept beyond it. */
interface Warning {
  scope: CautionScope;
  source: string;
  hours: number;
  days: number;
}

const NO_WARNING: Warning = { scope: "incident", source: "", hours: 8, days: 30 };

function hence(hours: number): string {
  return new Date(serverNow() + hours * 3_600_000).toISOString();
}

interface CautionProps {
  warning: Warning;
  /** The scopes that this incident has something for: a place, a number. */
  scopes: readonly CautionScope[];
  onChange: (warning: Warning) => void;
}

function CautionFields({ warning, scopes, onChange }: CautionProps) {
  const { t } = useTranslation();
  const once = warning.scope === "incident";
  return (
    <>
      <label htmlFor="note-scope" className="sr-only">
        {t("fact.scope")}
      </label>
      <select
        id="note-scope"
        className="select"
        value={warning.scope}
        onChange={(e) => onChange({ ...warning, scope: e.target.value as CautionScope })}
      >
        {scopes.map((scope) => (
          <option key={scope} value={scope}>
            {t(`fact.scopes.${scope}`)}
          </option>
        ))}
      </select>
      <label htmlFor="note-source" className="sr-only">
        {t("fact.source")}
      </label>
      <input
        id="note-source"
        className="field source"
        placeholder={t("fact.source")}
        value={warning.source}
        onChange={(e) => onChange({ ...warning, source: e.target.value })}
      />
      <label htmlFor="note-expiry" className="sr-only">
        {t("fact.expires")}
      </label>
      <select
        id="note-expiry"
        className="select"
        value={once ? warning.hours : warning.days}
        onChange={(e) => onChange({ ...warning, [once ? "hours" : "days"]: Number(e.target.value) })}
      >
        {once
          ? HOURS.map((hours) => (
              <option key={hours} value={hours}>
                {t(hours === 0 ? "fact.no_end" : "fact.hours", { count: hours })}
              </option>
            ))
          : DAYS.map((days) => (
              <option key={days} value={days}>
                {t(`fact.days.${days}`)}
              </option>
            ))}
      </select>
      {/* Enter sends a form of several fields only where it has a button for it. */}
      <button type="submit" className="button">
        {t("fact.write")}
      </button>
    </>
  );
}

export function NoteBox({ incident }: { incident: Incident }) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const [kind, setKind] = useState<NoteKind>("note");
  const [warning, setWarning] = useState(NO_WARNING);
  const hasNumber = useCentre((s) => callersOf(s.live.rows, incident.id).length > 0);
  const scopes = (["incident", "place", "number"] as const).filter(
    (scope) => scope === "incident" || (scope === "place" ? incident.place.lon_lat !== null : hasNumber),
  );
  // A place or a number that is gone meanwhile leaves this incident alone.
  const scope = scopes.find((one) => one === warning.scope) ?? "incident";
  const write = () => {
    if (kind !== "caution") return addNote(incident.id, text, kind);
    if (scope !== "incident") return keepCaution(incident.id, text, scope, warning.source, hence(warning.days * 24));
    return addNote(incident.id, text, kind, warning.source, warning.hours > 0 ? hence(warning.hours) : null);
  };
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (text.trim() === "") return;
    void write().then((outcome) => {
      if (!outcome.ok) return;
      setText("");
      setKind("note");
      setWarning(NO_WARNING);
    });
  };
  return (
    <form className="note-box" onSubmit={submit}>
      <label htmlFor="note-kind" className="sr-only">
        {t("fact.kind")}
      </label>
      <select id="note-kind" className="select" value={kind} onChange={(e) => setKind(e.target.value as NoteKind)}>
        {KINDS.map((value) => (
          <option key={value} value={value}>
            {t(`fact.${value}`)}
          </option>
        ))}
      </select>
      <label htmlFor="note" className="sr-only">
        {t("incident.note", { number: incident.number })}
      </label>
      <input
        id="note"
        className="field"
        autoComplete="off"
        placeholder={t("incident.note", { number: incident.number.slice(-4) })}
        value={text}
        onChange={(e) => setText(e.target.value)}
      />
      {kind === "caution" && <CautionFields warning={{ ...warning, scope }} scopes={scopes} onChange={setWarning} />}
    </form>
  );
}
