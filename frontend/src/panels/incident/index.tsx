/** The incident in hand. */
import { useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import { addNote } from "../../commands/actions";
import { useCentre } from "../../live/store";
import type { Incident } from "../../protocol";
import { useUi } from "../../state/ui";
import { IncidentHead } from "./head";
import { Legs } from "./legs";
import { AcceptBar, RecommendationView } from "./recommendation";
import { MovePlace } from "./movePlace";
import { NearIncidents } from "./near";
import { Reports } from "./reports";
import { Timeline } from "./timeline";

function NoteBox({ incident }: { incident: Incident }) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (text.trim() === "") return;
    void addNote(incident.id, text).then((outcome) => outcome.ok && setText(""));
  };
  return (
    <form className="note-box" onSubmit={submit}>
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
    </form>
  );
}

export function IncidentPanel({ id }: { id: string }) {
  const { t } = useTranslation();
  const incident = useCentre((s) => s.live.rows.incident.get(id));
  const moving = useUi((s) => s.moving);
  if (incident === undefined) return <p className="empty">{t("incident.gone")}</p>;
  return (
    <>
      <div className="scroll" tabIndex={0} role="group" aria-label={`${t("incident.title")} ${incident.number}`}>
        <IncidentHead incident={incident} />
        {moving?.incidentId === incident.id && <MovePlace incident={incident} text={moving.text} />}
        <Reports incident={incident} />
        <Legs incident={incident} />
        <RecommendationView incident={incident} />
        <NearIncidents incident={incident} />
        <Timeline incident={incident} />
      </div>
      <AcceptBar incident={incident} />
      <NoteBox incident={incident} />
    </>
  );
}
