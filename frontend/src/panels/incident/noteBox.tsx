/** A note to the incident. A caution, who is trapped and the way in are kinds of their own, told first. */
import { useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import { addNote, type NoteKind } from "../../commands/actions";
import { serverNow } from "../../live/store";
import type { Incident } from "../../protocol";

const KINDS: readonly NoteKind[] = ["note", "caution", "trapped", "access"];
const HOURS = [0, 1, 8, 24] as const;

interface Warning {
  source: string;
  hours: number;
}

function CautionFields({ warning, onChange }: { warning: Warning; onChange: (warning: Warning) => void }) {
  const { t } = useTranslation();
  return (
    <>
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
        value={warning.hours}
        onChange={(e) => onChange({ ...warning, hours: Number(e.target.value) })}
      >
        {HOURS.map((hours) => (
          <option key={hours} value={hours}>
            {t(hours === 0 ? "fact.no_end" : "fact.hours", { count: hours })}
          </option>
        ))}
      </select>
    </>
  );
}

export function NoteBox({ incident }: { incident: Incident }) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const [kind, setKind] = useState<NoteKind>("note");
  const [warning, setWarning] = useState<Warning>({ source: "", hours: 8 });
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (text.trim() === "") return;
    const until = kind === "caution" && warning.hours > 0 ? new Date(serverNow() + warning.hours * 3_600_000).toISOString() : null;
    void addNote(incident.id, text, kind, kind === "caution" ? warning.source : "", until).then((outcome) => {
      if (!outcome.ok) return;
      setText("");
      setKind("note");
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
      {kind === "caution" && <CautionFields warning={warning} onChange={setWarning} />}
    </form>
  );
}
