/** Who mans the unit: names, telephone, radio, end of the shift (F8). */
import { useId, useState, type SyntheticEvent } from "react";
import { v7 as uuidv7 } from "uuid";

import { useTranslation } from "../i18n/useTranslation";
import type { Crew, Unit } from "../protocol";
import { clockText } from "../ui/time";
import { tell, useField } from "./store";

/** The next moment at which the clock here shows that hour: 22:00 said at 23:00 is tomorrow's. Pure. */
export function nextTime(hhmm: string, nowMs: number): string | null {
  const [hours, minutes] = hhmm.split(":").map(Number);
  if (hours === undefined || minutes === undefined || Number.isNaN(hours + minutes)) return null;
  // Vietnam keeps UTC+7 all year.
  const shifted = new Date(nowMs + 7 * 3600_000);
  const at = Date.UTC(shifted.getUTCFullYear(), shifted.getUTCMonth(), shifted.getUTCDate(), hours - 7, minutes);
  return new Date(at > nowMs ? at : at + 24 * 3600_000).toISOString();
}

function CrewOn({ crew, onDone }: { crew: Crew; onDone: () => void }) {
  const { t } = useTranslation();
  return (
    <div className="f-form">
      <p className="f-strong">{crew.names.join(", ") || t("field.crew.nameless")}</p>
      <p className="note">
        {[crew.phone, crew.radio].filter(Boolean).join(" · ")}
        {crew.ends_at !== null && ` · ${t("field.crew.until", { at: clockText(crew.ends_at).slice(0, 5) })}`}
      </p>
      <button
        type="button"
        className="f-button"
        onClick={() => void tell({ type: "crew.sign_off", crew_id: crew.id }).then(onDone)}
      >
        {t("field.crew.sign_off")}
      </button>
    </div>
  );
}

interface FieldProps {
  name: "phone" | "radio" | "ends";
  type: "tel" | "text" | "time";
}

function CrewField({ name, type }: FieldProps) {
  const { t } = useTranslation();
  const id = useId();
  return (
    <>
      <label htmlFor={id}>{t(`field.crew.${name}`)}</label>
      <input id={id} name={name} type={type} className="field f-input" autoComplete="off" maxLength={60} />
    </>
  );
}

export function CrewForm({ unit, onDone }: { unit: Unit; onDone: () => void }) {
  const { t } = useTranslation();
  const id = useId();
  const [names, setNames] = useState("");
  const crew = useField((s) => (unit.crew_id === null ? undefined : s.rows.crew.get(unit.crew_id)));
  if (crew !== undefined) return <CrewOn crew={crew} onDone={onDone} />;
  const submit = (event: SyntheticEvent<HTMLFormElement>) => {
    event.preventDefault();
    const told = new FormData(event.currentTarget);
    const text = (name: string) => {
      const value = told.get(name);
      return typeof value === "string" ? value.trim() : "";
    };
    void tell({
      type: "crew.sign_on",
      crew_id: uuidv7(),
      unit_ids: [unit.id],
      names: names.split(/[\n,;]/).map((name) => name.trim()).filter(Boolean),
      phone: text("phone"),
      radio: text("radio"),
      ends_at: nextTime(text("ends"), Date.now()),
    }).then(onDone);
  };
  return (
    <form className="f-form" onSubmit={submit}>
      <label htmlFor={id}>{t("field.crew.names")}</label>
      <textarea id={id} className="field f-input" rows={3} required value={names} onChange={(e) => setNames(e.target.value)} />
      <CrewField name="phone" type="tel" />
      <CrewField name="radio" type="text" />
      <CrewField name="ends" type="time" />
      <button type="submit" className="f-button f-primary">
        {t("field.crew.sign_on", { unit: unit.call_sign })}
      </button>
    </form>
  );
}
