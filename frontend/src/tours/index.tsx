/** Tours of transports and patrols: asked for on the left, watched and read on the right, kept under an address. */
import "../i18n/areas/supervisor";
import "../i18n/areas/tours";
import { useTranslation } from "../i18n/useTranslation";
import "../supervisor/figures.css";
import "./tours.css";
import { useEffect, useState } from "react";

import { useFetched } from "../compare/data";
import { ask } from "../live/http";
import type { ErrorBody } from "../protocol";
import { usePolled, type Polled } from "../supervisor/data";
import { PageHead } from "../supervisor/pageHead";
import { Trouble } from "../supervisor/trouble";
import { PanelHead } from "../ui/marks";
import { clockText, dateText } from "../ui/time";
import { useWords } from "../ui/words";
import { errorOf, isOpen, NEWEST, pathOf, remove, type Plan, type Run, type Tables } from "./data";
import { Form } from "./form";
import { Result } from "./result";

const WATCHED_S = 1;
const LISTED_S = 10;

/** The plan that the address names. */
function useChosen(): [string | null, (id: string | null) => void] {
  const read = () => new URLSearchParams(location.search).get("id");
  const [id, setId] = useState(read);
  useEffect(() => {
    const back = () => setId(read());
    window.addEventListener("popstate", back);
    return () => window.removeEventListener("popstate", back);
  }, []);
  const choose = (next: string | null) => {
    history.pushState(null, "", next === null ? location.pathname : `?id=${encodeURIComponent(next)}`);
    setId(next);
  };
  return [id, choose];
}

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

/** The chosen plan, asked for again for as long as it is under way. */
function Chosen({ id, onEdit, onGone }: { id: string; onEdit: (tables: Tables) => void; onGone: () => void }) {
  const [over, setOver] = useState(false);
  const polled = usePolled<Run>(over ? null : pathOf(id), WATCHED_S);
  const run = polled.data;
  if (!over && run !== null && !isOpen(run)) setOver(true);
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

function Newest({ polled, chosen, onChoose }: { polled: Polled<{ tours: Run[] }>; chosen: string | null; onChoose: (id: string) => void }) {
  const { t } = useTranslation();
  const runs = polled.data?.tours ?? [];
  return (
    <section className="panel" aria-label={t("tours.newest")}>
      <PanelHead title={t("tours.newest")} />
      <Trouble polled={polled} />
      {polled.data !== null && runs.length === 0 && <p className="empty">{t("tours.no_newest")}</p>}
      <ul>
        {runs.map((run) => (
          <li key={run.id}>
            <button type="button" className="tours-run" aria-current={run.id === chosen} onClick={() => onChoose(run.id)}>
              <span>{t("tours.of_run", { day: dateText(`${run.day}T12:00:00+07:00`), vehicles: run.vehicles, jobs: run.jobs })}</span>
              <span className="note"><span className="num">{clockText(run.asked_at).slice(0, 5)}</span> · {run.asked_by_name} · {t(`tours.state.${run.state}`)}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
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
  return (
    <div className="tours">
      <PageHead title={t("tours.title")} links={links} />
      <main className="tours-body" aria-busy={newest.data === null}>
        <div className="tours-side no-print">
          <Form key={JSON.stringify(asked)} asked={asked} onAsked={show} />
          <Newest polled={newest} chosen={id} onChoose={choose} />
        </div>
        <div className="tours-right">
          {id === null ? <p className="empty tours-intro">{t("tours.intro")}</p> : <Chosen key={id} id={id} onEdit={setAsked} onGone={gone} />}
        </div>
      </main>
    </div>
  );
}
