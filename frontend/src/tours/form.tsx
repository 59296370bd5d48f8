/** What is planned: the day, the vehicles and the jobs, as two tables that a spreadsheet gives. */
import { useId, useRef, useState, type ChangeEvent, type SubmitEvent } from "react";

import { useSending } from "../asked/run";
import { useTranslation } from "../i18n/useTranslation";
import { PanelHead } from "../ui/marks";
import { useWords } from "../ui/words";
import { askFor, faultsOf, type Fault, type Run, type TableName, type Tables } from "./data";

const HOURS = Array.from({ length: 24 }, (_, hour) => hour);
const DAY_MS = 86_400_000;
/** The city's calendar is UTC+7 all year. */
const tomorrow = () => new Date(Date.now() + DAY_MS + 7 * 3_600_000).toISOString().slice(0, 10);

/** Marks a line of the text, so that it is seen and can be typed over. */
function markLine(box: HTMLTextAreaElement, line: number): void {
  const lines = box.value.split("\n");
  const start = lines.slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, 0);
  box.focus();
  box.setSelectionRange(start, start + (lines[line - 1]?.length ?? 0));
}

interface TableProps {
  name: TableName;
  value: string;
  faults: Fault[];
  onChange: (text: string) => void;
}

function Table({ name, value, faults, onChange }: TableProps) {
  const { t, said } = useTranslation();
  const id = useId();
  const box = useRef<HTMLTextAreaElement>(null);
  const read = (event: ChangeEvent<HTMLInputElement>) => {
    const { files } = event.target;
    const file = files?.[0];
    if (file !== undefined) void file.text().then(onChange);
    event.target.value = "";
  };
  return (
    <fieldset className="tours-table">
      <legend>{t(`tours.${name}`)}</legend>
      <p className="note" id={`${id}-hint`}>{t(`tours.${name}_hint`)}</p>
      <textarea
        ref={box}
        className="field mono"
        rows={name === "jobs" ? 10 : 5}
        wrap="off"
        spellCheck={false}
        maxLength={120_000}
        aria-label={t(`tours.${name}`)}
        aria-describedby={`${id}-hint`}
        aria-invalid={faults.length > 0}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
      <label className="tours-file">
        <span>{t("tours.from_file")}</span>
        <input type="file" accept=".csv,.tsv,.txt,text/csv,text/plain" aria-label={`${t("tours.from_file")} · ${t(`tours.${name}`)}`} onChange={read} />
      </label>
      {faults.length > 0 && (
        <ul className="tours-faults" aria-label={t("tours.faults")}>
          {faults.map((fault, n) => (
            <li key={n}>
              <button type="button" className="tours-fault" onClick={() => box.current && markLine(box.current, fault.line)}>
                <b className="num">{t("tours.line", { line: fault.line })}</b> <span className="warn">{said(fault)}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </fieldset>
  );
}

export function Form({ asked, onAsked }: { asked: Tables | null; onAsked: (run: Run) => void }) {
  const { t } = useTranslation();
  const words = useWords();
  const [draft, setDraft] = useState<Tables>(
    () => asked ?? { day: tomorrow(), hour: null, seconds: 10, vehicles: t("tours.vehicles_example"), jobs: t("tours.jobs_example") },
  );
  const { send, isSending, error } = useSending(() => askFor(draft), onAsked);
  const change = (part: Partial<Tables>) => setDraft((now) => ({ ...now, ...part }));
  const faults = faultsOf(error);
  const run = (event: SubmitEvent) => {
    event.preventDefault();
    send();
  };
  return (
    <section className="panel" aria-label={t("tours.form")}>
      <PanelHead title={t("tours.form")} />
      <form className="asked-form" onSubmit={run}>
        <div className="tours-numbers">
          <label>
            <span>{t("tours.day")}</span>
            <input type="date" className="field num" required value={draft.day} onChange={(event) => change({ day: event.target.value })} />
          </label>
          <label>
            <span>{t("tours.roads")}</span>
            <select className="select num" value={draft.hour ?? ""} onChange={(event) => change({ hour: event.target.value === "" ? null : Number(event.target.value) })}>
              <option value="">{t("tours.free_roads")}</option>
              {HOURS.map((hour) => (
                <option key={hour} value={hour}>{t("tours.roads_at", { hour: String(hour).padStart(2, "0") })}</option>
              ))}
            </select>
          </label>
          <label>
            <span>{t("tours.seconds")}</span>
            <input type="number" className="field num" required min={1} max={120} value={Number.isNaN(draft.seconds) ? "" : draft.seconds} onChange={(event) => change({ seconds: event.target.valueAsNumber })} />
          </label>
        </div>
        {(["vehicles", "jobs"] as const).map((name) => (
          <Table key={name} name={name} value={draft[name]} faults={faults.filter((fault) => fault.table === name)} onChange={(text) => change({ [name]: text })} />
        ))}
        {error !== null && <p className="warn" role="alert">{words.error(error)}</p>}
        <button type="submit" className="button primary" disabled={isSending}>{isSending ? t("tours.reading") : t("tours.run")}</button>
        <p className="note">{t("tours.honest")}</p>
      </form>
    </section>
  );
}
