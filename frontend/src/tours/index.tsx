/** Tours of transports and patrols: asked for on the left, watched and read on the right, kept under an address. */
import "../i18n/areas/supervisor";
import "../i18n/areas/tours";
import { useTranslation } from "../i18n/useTranslation";
import "./tours.css";
import { useState } from "react";

import { AskedPage, Newest } from "../asked/page";
import { errorOf, isOpen, useChosen, useFetched, useWatched } from "../asked/run";
import { ask } from "../live/http";
import type { ErrorBody } from "../protocol";
import { usePolled } from "../supervisor/data";
import { Trouble } from "../supervisor/trouble";
import { clockText, dateText } from "../ui/time";
import { useWords } from "../ui/words";
import { NEWEST, pathOf, remove, type Plan, type Run, type Tables } from "./data";
import { Form } from "./form";
import { Result } from "./result";

const LISTED_S = 10;

interface ActProps {
  run: Run;
  onEdit: (tables: Tables) => void;
  onGone: () => void;
}

/** Changing what was asked, ending it, taking it away. */
function Acts({ run, onEdit, onGone }: ActProps) {
  const { t } = useTranslation();
  const words = useWords();
  const [error, setError] = useState<ErrorBody | null>(null);
  const failed = (problem: unknown) => setError(errorOf(problem));
  return (
    <div className="tours-acts no-print">
      {!isOpen(run) && <button type="button" className="button" onClick={() => void ask<Tables>(`${pathOf(run.id)}/asked`).then(onEdit, failed)}>{t("tours.edit")}</button>}
      <button type="button" className="button" onClick={() => void remove(run.id).then(onGone, failed)}>{t(isOpen(run) ? "tours.cancel" : "tours.forget")}</button>
      <span className="note">{t("tours.asked_by", { name: run.asked_by_name, at: `${dateText(run.asked_at)} ${clockText(run.asked_at).slice(0, 5)}` })}</span>
      {error !== null && <p className="warn" role="alert">{words.error(error)}</p>}
    </div>
  );
}

function Shown({ run }: { run: Run }) {
  const { t, said } = useTranslation();
  const words = useWords();
  const { data: plan, error } = useFetched<Plan>(run.state === "done" ? `${pathOf(run.id)}/result` : null);
  return (
    <>
      {run.state !== "done" && (
        <p className="tours-said" role="status">
          <b>{t(`tours.state.${run.state}`)}</b>
          {run.state === "running" && run.step !== "" && ` · ${t(`tours.step.${run.step}`)}`}
        </p>
      )}
      {run.vi !== "" && <p className="tours-said warn">{said(run)}</p>}
      {error !== null && <p className="tours-said warn" role="alert">{words.error(error)}</p>}
      {plan !== null && <Result key={run.id} run={run} plan={plan} />}
    </>
  );
}

interface ChosenProps {
  id: string;
  onEdit: (tables: Tables) => void;
  onGone: () => void;
  onOver: () => void;
}

/** The chosen plan, watched to its end. */
function Chosen({ id, onEdit, onGone, onOver }: ChosenProps) {
  const polled = useWatched<Run>(pathOf(id), onOver);
  const run = polled.data;
  if (run === null) return <Trouble polled={polled} />;
  const gone = () => (isOpen(run) ? polled.again() : onGone());
  return (
    <>
      {polled.error !== null && <Trouble polled={polled} />}
      <Acts run={run} onEdit={onEdit} onGone={gone} />
      <Shown run={run} />
    </>
  );
}

function Listed({ run }: { run: Run }) {
  const { t } = useTranslation();
  return (
    <>
      <span>{t("tours.of_run", { day: dateText(`${run.day}T12:00:00+07:00`), vehicles: run.vehicles, jobs: run.jobs })}</span>
      <span className="note"><span className="num">{clockText(run.asked_at).slice(0, 5)}</span> · {run.asked_by_name} · {t(`tours.state.${run.state}`)}</span>
    </>
  );
}

export default function Tours() {
  const { t } = useTranslation();
  const [id, choose] = useChosen();
  const newest = usePolled<{ tours: Run[] }>(NEWEST, LISTED_S);
  const [asked, setAsked] = useState<Tables | null>(null);
  const links = [
    { href: "/", text: t("supervisor.to_console") },
    { href: "/supervisor", text: t("supervisor.to_supervisor") },
  ];
  const show = (run: Run) => {
    choose(run.id);
    newest.again();
  };
  const gone = () => {
    choose(null);
    newest.again();
  };
  const left = (
    <>
      <Form key={JSON.stringify(asked)} asked={asked} onAsked={show} />
      <Newest title={t("tours.newest")} none={t("tours.no_newest")} polled={newest} runs={newest.data?.tours ?? []} chosen={id} onChoose={(run) => choose(run.id)}>
        {(run) => <Listed run={run} />}
      </Newest>
    </>
  );
  const right = id === null
    ? <p className="empty asked-intro">{t("tours.intro")}</p>
    : <Chosen key={id} id={id} onEdit={setAsked} onGone={gone} onOver={newest.again} />;
  return <AskedPage name="tours" title={t("tours.title")} links={links} busy={newest.data === null} left={left} right={right} />;
}
