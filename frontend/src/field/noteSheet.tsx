/** A note or pictures for the incident; both wait on the device until they can go. */
import { useState, type ChangeEvent, type SyntheticEvent } from "react";

import { useTranslation } from "../i18n/useTranslation";
import type { Incident } from "../protocol";
import { shrink } from "./picture";
import { NOTE_MOST } from "./queue";
import { Sheet } from "./sheet";
import { addPicture, tell } from "./store";

interface Props {
  incident: Incident;
  onClose: () => void;
}

function PictureButton({ incident, onClose }: Props) {
  const { t } = useTranslation();
  const [bad, setBad] = useState(false);
  const take = (event: ChangeEvent<HTMLInputElement>) => {
    const files = [...(event.target.files ?? [])];
    event.target.value = "";
    Promise.all(files.map((file) => shrink(file).then((picture) => addPicture(incident.id, picture)))).then(
      () => files.length > 0 && onClose(),
      () => setBad(true),
    );
  };
  return (
    <>
      <label className="f-button f-file">
        {t("field.take_photo")}
        <input type="file" className="sr-only" accept="image/*" capture="environment" multiple onChange={take} />
      </label>
      {bad && <p role="alert">{t("field.bad_photo")}</p>}
    </>
  );
}

export function NoteSheet({ incident, onClose }: Props) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (text.trim() === "") return;
    void tell({ type: "incident.note", incident_id: incident.id, text: text.trim() }).then(onClose);
  };
  return (
    <Sheet title={t("field.note_title", { number: incident.number.slice(-4) })} onClose={onClose}>
      <form onSubmit={submit} className="f-form">
        <label htmlFor="field-note">{t("field.note_label")}</label>
        <textarea
          id="field-note"
          className="field f-input"
          rows={4}
          maxLength={NOTE_MOST}
          value={text}
          onChange={(e) => setText(e.target.value)}
        />
        <button type="submit" className="f-button f-primary" disabled={text.trim() === ""}>
          {t("field.send")}
        </button>
      </form>
      <PictureButton incident={incident} onClose={onClose} />
    </Sheet>
  );
}
