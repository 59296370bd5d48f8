/** What is compared: which days, for whom, under which two policies. */
import { useState, type ReactNode, type SubmitEvent } from "react";

import { useSending } from "../asked/run";
import { hasWords } from "../i18n";
import { useTranslation } from "../i18n/useTranslation";
import { PanelHead } from "../ui/marks";
import { useWords } from "../ui/words";
import { askFor, type GeneratedDays, type Options, type Question, type Run } from "./data";
import { incidentsOf, valueText } from "./figures";

const DAYS: GeneratedDays = { kind: "generated", seed: 1, days: 5, hours: 24, per_hour: 60, rain: false, flood: 1.4, burst: 0, mass_casualty: false };

interface Draft {
  kind: "recorded" | "generated";
  generated: GeneratedDays;
  day: string;
  from: number;
  hours: number;
  agencies: string[];
  policy: string;
  other: string;
}

/** A day of the city's calendar, which is UTC+7 all year. */
const startOf = (day: string, hour: number) => new Date(Date.parse(`${day}T00:00:00+07:00`) + hour * 3_600_000).toISOString();

function draftOf(options: Options, asked: Question | null): Draft {
  const draft: Draft = {
    kind: options.days.length > 0 ? "recorded" : "generated",
    generated: DAYS,
    day: options.days[0]?.day ?? "",
    from: 0,
    hours: 24,
    agencies: options.agencies.includes("115") ? ["115"] : options.agencies.slice(0, 1),
    policy: "default",
    other: "closest",
  };
  if (asked === null) return draft;
  const { day, agencies, policy, other } = asked;
  const own = agencies.filter((id) => options.agencies.includes(id));
  if (day.kind === "generated") return { ...draft, agencies: own, policy, other, kind: "generated", generated: day };
  const local = new Date(Date.parse(day.start) + 7 * 3_600_000);
  return { ...draft, agencies: own, policy, other, kind: "recorded", day: local.toISOString().slice(0, 10), from: local.getUTCHours(), hours: day.hours };
}

function questionOf(draft: Draft): Question {
  const { kind, generated, day, from, hours, agencies, policy, other } = draft;
  return { day: kind === "generated" ? generated : { kind, start: startOf(day, from), hours }, agencies, policy, other };
}

interface AmountProps {
  label: string;
  value: number;
  min: number;
  max: number;
  step?: number;
  onChange: (value: number) => void;
}

function Amount({ label, value, min, max, step = 1, onChange }: AmountProps) {
  return (
    <label className="compare-number">
      <span>{label}</span>
      <input type="number" className="field num" required value={Number.isNaN(value) ? "" : value} min={min} max={max} step={step} onChange={(event) => onChange(event.target.valueAsNumber)} />
    </label>
  );
}

function Check({ checked, onChange, children }: { checked: boolean; onChange: (checked: boolean) => void; children: ReactNode }) {
  return (
    <label className="compare-check">
      <input type="checkbox" checked={checked} onChange={(event) => onChange(event.target.checked)} />
      <span>{children}</span>
    </label>
  );
}

function Generated({ value, change }: { value: GeneratedDays; change: (part: Partial<GeneratedDays>) => void }) {
  const { t } = useTranslation();
  return (
    <>
      <div className="compare-numbers">
        <Amount label={t("compare.days")} value={value.days} min={1} max={20} onChange={(days) => change({ days })} />
        <Amount label={t("compare.seed")} value={value.seed} min={0} max={1_000_000} onChange={(seed) => change({ seed })} />
        <Amount label={t("compare.hours")} value={value.hours} min={1} max={24} onChange={(hours) => change({ hours })} />
        <Amount label={t("compare.per_hour")} value={value.per_hour} min={1} max={240} onChange={(per_hour) => change({ per_hour })} />
      </div>
      <div className="compare-checks">
        <Check checked={value.rain} onChange={(rain) => change({ rain })}>{t("compare.rain")}</Check>
        <Check checked={value.mass_casualty} onChange={(mass_casualty) => change({ mass_casualty })}>{t("compare.mass_casualty")}</Check>
      </div>
      <div className="compare-numbers">
        {value.rain && <Amount label={t("compare.flood")} value={value.flood} min={1} max={5} step={0.1} onChange={(flood) => change({ flood })} />}
        <Amount label={t("compare.burst")} value={value.burst} min={0} max={2000} onChange={(burst) => change({ burst })} />
      </div>
    </>
  );
}

function Recorded({ options, draft, change }: { options: Options; draft: Draft; change: (part: Partial<Draft>) => void }) {
  const { t } = useTranslation();
  if (options.days.length === 0) return <p className="compare-said warn" role="status">{t("compare.no_days")}</p>;
  const known = options.days.some(({ day }) => day === draft.day) ? options.days : [{ day: draft.day, incidents: 0 }, ...options.days];
  return (
    <>
      <label className="compare-line">
        <span>{t("compare.day")}</span>
        <select className="select num" value={draft.day} onChange={(event) => change({ day: event.target.value })}>
          {known.map(({ day, incidents }) => (
            <option key={day} value={day}>
              {day.split("-").reverse().join("/")}
              {incidents > 0 && ` · ${t("compare.of_day", { count: incidents })}`}
            </option>
          ))}
        </select>
      </label>
      <div className="compare-numbers">
        <Amount label={t("compare.from_hour")} value={draft.from} min={0} max={23} onChange={(from) => change({ from })} />
        <Amount label={t("compare.hours")} value={draft.hours} min={1} max={24} onChange={(hours) => change({ hours })} />
      </div>
    </>
  );
}

function Policy({ label, name, options, agencies, onChange }: { label: string; name: string; options: Options; agencies: string[]; onChange: (name: string) => void }) {
  const { t } = useTranslation();
  const words = useWords();
  const names = options.policies.includes(name) ? options.policies : [name, ...options.policies];
  const live = agencies.filter((id) => options.live[id] === name).map((id) => words.line(id));
  return (
    <div className="compare-policy">
      <label className="compare-line">
        <span>{label}</span>
        <select className="select mono" value={name} onChange={(event) => onChange(event.target.value)}>
          {names.map((known) => <option key={known} value={known}>{known}</option>)}
        </select>
      </label>
      <p className="note">
        {hasWords(`compare.policy.${name}`) && t(`compare.policy.${name}`)}
        {live.length > 0 && ` ${t("compare.live", { lines: live.join(", ") })}`}
      </p>
    </div>
  );
}

function Days({ options, draft, change }: { options: Options; draft: Draft; change: (part: Partial<Draft>) => void }) {
  const { t, lang } = useTranslation();
  const whole = (n: number) => valueText(n, "count", lang);
  const count = incidentsOf(draft.generated);
  return (
    <fieldset>
      <legend>{t("compare.which_days")}</legend>
      <span role="group" aria-label={t("compare.which_days")} className="segments">
        {(["recorded", "generated"] as const).map((kind) => (
          <button key={kind} type="button" className="segment" aria-pressed={draft.kind === kind} onClick={() => change({ kind })}>
            {t(`compare.kind.${kind}`)}
          </button>
        ))}
      </span>
      {draft.kind === "recorded" && <Recorded options={options} draft={draft} change={change} />}
      {draft.kind === "generated" && (
        <>
          <Generated value={draft.generated} change={(part) => change({ generated: { ...draft.generated, ...part } })} />
          <p className={count > options.most_incidents ? "warn" : "note"}>{t("compare.about", { n: whole(count), most: whole(options.most_incidents) })}</p>
        </>
      )}
    </fieldset>
  );
}

function Whom({ options, draft, change }: { options: Options; draft: Draft; change: (part: Partial<Draft>) => void }) {
  const { t } = useTranslation();
  const words = useWords();
  const toggle = (id: string, on: boolean) => change({ agencies: options.agencies.filter((known) => (known === id ? on : draft.agencies.includes(known))) });
  return (
    <fieldset>
      <legend>{t("compare.agencies")}</legend>
      <div className="compare-checks">
        {options.agencies.map((id) => (
          <Check key={id} checked={draft.agencies.includes(id)} onChange={(on) => toggle(id, on)}>
            <b className="num">{words.line(id)}</b> {words.agency(id)}
          </Check>
        ))}
      </div>
    </fieldset>
  );
}

export function Form({ options, asked, onAsked }: { options: Options; asked: Question | null; onAsked: (run: Run) => void }) {
  const { t } = useTranslation();
  const words = useWords();
  const [draft, setDraft] = useState(() => draftOf(options, asked));
  const { send, isSending, error } = useSending(() => askFor(questionOf(draft)), onAsked);
  const change = (part: Partial<Draft>) => setDraft((now) => ({ ...now, ...part }));
  const ready = draft.agencies.length > 0 && (draft.kind === "generated" || options.days.length > 0);
  const run = (event: SubmitEvent) => {
    event.preventDefault();
    send();
  };
  return (
    <section className="panel" aria-label={t("compare.form")}>
      <PanelHead title={t("compare.form")} />
      <form className="asked-form compare-form" onSubmit={run}>
        <Days options={options} draft={draft} change={change} />
        <Whom options={options} draft={draft} change={change} />
        <fieldset>
          <legend>{t("compare.policies")}</legend>
          <Policy label="A" name={draft.policy} options={options} agencies={draft.agencies} onChange={(policy) => change({ policy })} />
          <Policy label="B" name={draft.other} options={options} agencies={draft.agencies} onChange={(other) => change({ other })} />
        </fieldset>
        {draft.agencies.length === 0 && <p className="warn" role="status">{t("compare.no_agency")}</p>}
        {error !== null && <p className="warn" role="alert">{words.error(error)}</p>}
        <button type="submit" className="button primary" disabled={!ready || isSending}>{t("compare.run")}</button>
      </form>
    </section>
  );
}
