/** Two policies on the same days: asked for on the left, watched and read on the right, kept under an address. */
import "../i18n/areas/compare";
import { useTranslation } from "../i18n/useTranslation";
import "./compare.css";
import { useState } from "react";

import { AskedPage, Newest } from "../asked/page";
import { errorOf, isOpen, useChosen, useFetched, useWatched } from "../asked/run";
import type { ErrorBody } from "../protocol";
import { usePolled } from "../supervisor/data";
import { Trouble } from "../supervisor/trouble";
import { clockText, dateText } from "../ui/time";
import { useWords } from "../ui/words";
import { askFor, cancel, NEWEST, OPTIONS, pathOf, playOf, policyOf, SIDES, type Comparison, type Options, type Question, type Run } from "./data";
import { Form } from "./form";
import { Result } from "./result";

const LISTED_S = 10;

function useDayText(): (question: Question) => string {
  const { t } = useTranslation();
  return ({ day }) => {
    if (day.kind === "recorded") return `${dateText(day.start)} ${clockText(day.start).slice(0, 5)} · ${t("compare.hours_long", { hours: day.hours })}`;
    const extra = [day.rain && t("compare.rain_short"), day.burst > 0 && t("compare.burst_short", { count: day.burst }), day.mass_casualty && t("compare.mass_short")];
    return [t("compare.days_from", { count: day.days, seed: day.seed, hours: day.hours }), ...extra.filter((part) => part !== false)].join(" · ");
  };
}

function Asked({ run }: { run: Run }) {
  const words = useWords();
  const dayText = useDayText();
  return (
    <>
      <span className="mono">{run.question.policy}</span> / <span className="mono">{run.question.other}</span>
      <span className="note"> · {run.question.agencies.map((id) => words.line(id)).join(", ")} · {dayText(run.question)}</span>
    </>
  );
}

/** How far it is, or why it has no result and what to do. */
function Progress({ run, onAsked, again }: { run: Run; onAsked: (run: Run) => void; again: () => void }) {
  const { t, said } = useTranslation();
  const words = useWords();
  const [error, setError] = useState<ErrorBody | null>(null);
  const open = isOpen(run);
  const stop = () => void cancel(run.id).then(again, (problem: unknown) => setError(errorOf(problem)));
  const restart = () => void askFor(run.question).then(onAsked, (problem: unknown) => setError(errorOf(problem)));
  const share = run.step === "days" ? run.share : 0;
  return (
    <div className="compare-progress">
      <p role="status">
        <b>{t(`compare.state.${run.state}`)}</b>
        {run.state === "running" && run.step !== "" && ` · ${t(`compare.step.${run.step}`)}`}
      </p>
      {open && (
        <p className="compare-bar">
          <progress max={1} value={share} aria-label={t("compare.progress")} />
          <span className="num">{Math.round(100 * share)} %</span>
        </p>
      )}
      {run.vi !== "" && <p className="warn">{said(run)}</p>}
      {error !== null && <p className="warn" role="alert">{words.error(error)}</p>}
      {open
        ? <button type="button" className="button" onClick={stop}>{t("compare.cancel")}</button>
        : <button type="button" className="button primary" onClick={restart}>{t("compare.again")}</button>}
    </div>
  );
}

/** The replay of what really happened then; a day by chance never did. */
function replayOf({ day }: Question): string | null {
  if (day.kind !== "recorded") return null;
  const end = new Date(Date.parse(day.start) + day.hours * 3_600_000).toISOString();
  return `/replay?${new URLSearchParams({ from: day.start, to: end, at: day.start }).toString()}`;
}

/** Opens the player for the day as either policy would have had it. */
function Simulated({ run, told: [from, to] }: { run: Run; told: [string, string] }) {
  const { t } = useTranslation();
  return (
    <span>
      {t("compare.simulated")}{" "}
      {SIDES.map((side) => (
        <a key={side} className="button plain" href={playOf(run, side, { from, to, at: from })} title={t("compare.simulated_title", { policy: policyOf(run, side) })}>
          {side.toUpperCase()} <span className="mono">{policyOf(run, side)}</span>
        </a>
      ))}
    </span>
  );
}

function Shown({ run, options, onAsked, again }: { run: Run; options: Options | null; onAsked: (run: Run) => void; again: () => void }) {
  const { t } = useTranslation();
  const words = useWords();
  const past = replayOf(run.question);
  const { data: found, error } = useFetched<Comparison>(run.state === "done" ? `${pathOf(run.id)}/result` : null);
  return (
    <>
      <div className="compare-asked">
        <Asked run={run} />
        <span className="grow" />
        {past !== null && <a className="button plain" href={past}>{t("compare.replay")}</a>}
        {found?.told && <Simulated run={run} told={found.told} />}
        <span className="note">{t("compare.asked_by", { name: run.asked_by_name, at: `${dateText(run.asked_at)} ${clockText(run.asked_at).slice(0, 5)}` })}</span>
      </div>
      {run.state !== "done" && <Progress key={run.id} run={run} onAsked={onAsked} again={again} />}
      {error !== null && <p className="empty warn" role="alert">{words.error(error)}</p>}
      {found !== null && <Result key={run.id} run={run} found={found} options={options} />}
    </>
  );
}

/** The chosen comparison, watched to its end. */
function Chosen({ id, options, onAsked, onOver }: { id: string; options: Options | null; onAsked: (run: Run) => void; onOver: () => void }) {
  const polled = useWatched<Run>(pathOf(id), onOver);
  if (polled.data === null) return <Trouble polled={polled} />;
  return (
    <>
      {polled.error !== null && <Trouble polled={polled} />}
      <Shown run={polled.data} options={options} onAsked={onAsked} again={polled.again} />
    </>
  );
}

function Listed({ run }: { run: Run }) {
  const { t } = useTranslation();
  return (
    <>
      <span className="cut"><Asked run={run} /></span>
      <span className="note"><span className="num">{dateText(run.asked_at).slice(0, 5)} {clockText(run.asked_at).slice(0, 5)}</span> · {t(`compare.state.${run.state}`)}</span>
    </>
  );
}

export default function Compare() {
  const { t } = useTranslation();
  const [id, choose] = useChosen();
  const options = usePolled<Options>(OPTIONS, 300);
  const newest = usePolled<{ comparisons: Run[] }>(NEWEST, LISTED_S);
  const [asked, setAsked] = useState<Question | null>(null);
  const links = [
    { href: "/", text: t("supervisor.to_console") },
    { href: "/supervisor", text: t("supervisor.to_supervisor") },
    { href: "/replay", text: t("supervisor.to_replay") },
  ];
  const show = (run: Run) => {
    choose(run.id);
    newest.again();
  };
  const open = (run: Run) => {
    setAsked(run.question);
    choose(run.id);
  };
  const left = (
    <>
      {options.data === null ? <Trouble polled={options} /> : <Form key={JSON.stringify(asked)} options={options.data} asked={asked} onAsked={show} />}
      <Newest title={t("compare.newest")} none={t("compare.no_newest")} polled={newest} runs={newest.data?.comparisons ?? []} chosen={id} onChoose={open}>
        {(run) => <Listed run={run} />}
      </Newest>
    </>
  );
  const right = id === null
    ? <p className="empty asked-intro">{t("compare.intro")}</p>
    : <Chosen key={id} id={id} options={options.data} onAsked={show} onOver={newest.again} />;
  return <AskedPage name="compare" title={t("compare.title")} links={links} busy={options.data === null} left={left} right={right} />;
}
