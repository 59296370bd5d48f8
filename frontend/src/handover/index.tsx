/** Handover of a desk: the one who goes writes and signs, the one who comes reads and signs. */
import "../i18n/areas/handover";
import { useTranslation } from "../i18n/useTranslation";
import "./handover.css";
import { useMemo, useState } from "react";

import type { Outcome } from "../commands/outbox";
import { sendCommand, useCentre } from "../live/store";
import type { Desk, Handover } from "../protocol";
import { CHIEFS } from "../replay/roles";
import { usePolled, type HandoversAnswer } from "../supervisor/data";
import { PageHead } from "../supervisor/pageHead";
import { clockText, dateText } from "../ui/time";
import { useWords } from "../ui/words";
import { leftNow, leftThen, usualDesk, waitingOf } from "./left";
import { LeftSheet } from "./sheet";

const NOTES_KEY = "dispatch.handover.";

function moment(at: string): string {
  return `${dateText(at)} ${clockText(at)}`;
}

/** What was answered, refusals in words; nothing typed is lost by one. */
function Said({ outcome }: { outcome: Outcome | null }) {
  const words = useWords();
  if (outcome === null || outcome.ok) return null;
  return <p className="warn" role="alert">{words.error(outcome.error)}</p>;
}

function Signatures({ handover }: { handover: Handover }) {
  const { t } = useTranslation();
  return (
    <dl className="signatures">
      <div>
        <dt>{t("handover.gave")}</dt>
        <dd><b>{handover.written_by_name}</b> <span className="num">{moment(handover.written_at)}</span></dd>
      </div>
      <div>
        <dt>{t("handover.took")}</dt>
        <dd>
          {handover.taken_at === null
            ? <span className="warn">{t("handover.not_taken")}</span>
            : <><b>{handover.taken_by_name}</b> <span className="num">{moment(handover.taken_at)}</span></>}
        </dd>
      </div>
    </dl>
  );
}

function Write({ desk, replaces }: { desk: Desk; replaces: boolean }) {
  const { t } = useTranslation();
  const key = NOTES_KEY + desk.id;
  const [notes, setNotes] = useState(() => localStorage.getItem(key) ?? "");
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const [sending, setSending] = useState(false);
  const keep = (text: string) => {
    setNotes(text);
    localStorage.setItem(key, text);
  };
  const sign = async () => {
    setSending(true);
    const answer = await sendCommand({ type: "handover.write", desk_id: desk.id, notes }, "handover.did_write");
    setSending(false);
    setOutcome(answer);
    if (answer.ok) keep("");
  };
  return (
    <form
      className="handover-form no-print"
      onSubmit={(event) => {
        event.preventDefault();
        void sign();
      }}
    >
      <label htmlFor="handover-notes">{t("handover.notes")}</label>
      <textarea id="handover-notes" className="field" rows={7} value={notes} placeholder={t("handover.notes_hint")} onChange={(event) => keep(event.target.value)} />
      <p className="note">{t("handover.kept")}</p>
      <Said outcome={outcome} />
      <button type="submit" className="button primary" disabled={sending}>
        {t(replaces ? "handover.sign_again" : "handover.sign_out")}
      </button>
    </form>
  );
}

function Take({ handover }: { handover: Handover }) {
  const { t } = useTranslation();
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const sign = async () => {
    setOutcome(await sendCommand({ type: "handover.take", handover_id: handover.id, seen: handover.version }, "handover.did_take"));
  };
  return (
    <div className="handover-form no-print">
      <p>{t("handover.read_first")}</p>
      <Said outcome={outcome} />
      <button type="button" className="button primary" onClick={() => void sign()}>
        {t("handover.sign_in")}
      </button>
    </div>
  );
}

function Notes({ handover }: { handover: Handover }) {
  const { t } = useTranslation();
  return (
    <section className="sheet-part" aria-label={t("handover.notes")}>
      <h3>{t("handover.notes")}</h3>
      <p className="handover-notes">{handover.notes ?? t("handover.no_notes")}</p>
    </section>
  );
}

function History({ answer, shown, onShow }: { answer: HandoversAnswer | null; shown: string | null; onShow: (id: string | null) => void }) {
  const { t } = useTranslation();
  const desks = useCentre((s) => s.live.rows.desk);
  const past = answer?.handovers ?? [];
  return (
    <section className="panel no-print" aria-label={t("handover.history")}>
      <div className="panel-head"><h2>{t("handover.history")}</h2></div>
      {answer !== null && past.length === 0 && <p className="empty">{t("handover.no_history")}</p>}
      <ul className="scroll history" tabIndex={0} aria-label={t("handover.history")}>
        {past.map((handover) => (
          <li key={handover.id}>
            <button type="button" className="history-row" aria-pressed={shown === handover.id} onClick={() => onShow(shown === handover.id ? null : handover.id)}>
              <span className="num">{moment(handover.written_at).slice(0, 16)}</span>
              <b>{desks.get(handover.desk_id)?.name ?? handover.desk_id}</b>
              <span className="cut grow">
                {handover.written_by_name} → {handover.taken_by_name ?? t("handover.nobody_yet")}
              </span>
              <span className="note">{t("handover.incidents", { count: handover.left.incident_ids.length + handover.left.withheld })}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function DeskTabs({ deskId, onChoose }: { deskId: string | null; onChoose: (id: string) => void }) {
  const { t } = useTranslation();
  const rows = useCentre((s) => s.live.rows);
  const agencies = useCentre((s) => s.me?.agencies) ?? [];
  const desks = [...rows.desk.values()].filter((desk) => desk.agencies.some((id) => agencies.includes(id)));
  return (
    <span role="group" aria-label={t("handover.desk")} className="segments">
      {desks.map((desk) => (
        <button key={desk.id} type="button" className="segment" aria-pressed={desk.id === deskId} onClick={() => onChoose(desk.id)}>
          {desk.name} {waitingOf(rows, desk.id) && <span aria-hidden="true">●</span>}
          {waitingOf(rows, desk.id) && <span className="sr-only">{t("handover.waits")}</span>}
        </button>
      ))}
    </span>
  );
}

function Sheet({ desk, handover, answer }: { desk: Desk; handover: Handover | undefined; answer: HandoversAnswer | null }) {
  const { t } = useTranslation();
  const words = useWords();
  const rows = useCentre((s) => s.live.rows);
  const left = useMemo(
    () => (handover === undefined ? leftNow(rows, desk) : leftThen(rows, handover, answer?.incidents ?? {})),
    [rows, desk, handover, answer],
  );
  return (
    <article className="panel handover-sheet">
      <div className="panel-head">
        <h2>
          {t(handover === undefined ? "handover.now" : "handover.signed")} · {desk.name}
        </h2>
        <span className="note num">{desk.agencies.map(words.line).join(" · ")}</span>
        <span className="grow" />
        <button type="button" className="button no-print" onClick={() => window.print()}>
          {t("handover.print")}
        </button>
      </div>
      <div className="scroll" tabIndex={0} role="group" aria-label={t("handover.title")}>
        {handover !== undefined && <Signatures handover={handover} />}
        {handover !== undefined && <Notes handover={handover} />}
        <LeftSheet left={left} />
      </div>
    </article>
  );
}

export default function HandoverPage() {
  const { t } = useTranslation();
  const rows = useCentre((s) => s.live.rows);
  const me = useCentre((s) => s.me);
  const [chosen, choose] = useState<string | null>(null);
  const [shown, show] = useState<string | null>(null);
  const newest = Math.max(0, ...[...rows.handover.values()].map((handover) => handover.version));
  const history = usePolled<HandoversAnswer>(`/api/handovers?limit=100&v=${newest}`, 300);
  const deskId = chosen ?? (me === null ? null : usualDesk(rows, me.id));
  const past = history.data?.handovers.find((handover) => handover.id === shown);
  const desk = rows.desk.get(past?.desk_id ?? deskId ?? "");
  const waiting = deskId === null ? undefined : waitingOf(rows, deskId);
  const links = [
    { href: "/", text: t("supervisor.to_console") },
    ...(me !== null && CHIEFS.has(me.role) ? [{ href: "/supervisor", text: t("supervisor.to_supervisor") }] : []),
  ];
  return (
    <div className="handover">
      <PageHead title={t("handover.title")} links={links}>
        <DeskTabs deskId={deskId} onChoose={(id) => { choose(id); show(null); }} />
      </PageHead>
      <main className="handover-body" aria-busy={rows.desk.size === 0}>
        {desk === undefined ? <p className="empty">{t("handover.no_desk")}</p> : <Sheet desk={desk} handover={past ?? waiting} answer={history.data} />}
        <div className="handover-side">
          {desk !== undefined && past === undefined && (
            <section className="panel no-print" aria-label={t("handover.act")}>
              <div className="panel-head"><h2>{t("handover.act")}</h2></div>
              {waiting !== undefined && waiting.written_by !== me?.id && <Take handover={waiting} />}
              {waiting !== undefined && waiting.written_by === me?.id && <p className="empty">{t("handover.waiting_for_other")}</p>}
              {(waiting === undefined || waiting.written_by === me?.id) && <Write key={desk.id} desk={desk} replaces={waiting !== undefined} />}
            </section>
          )}
          <History answer={history.data} shown={shown} onShow={show} />
        </div>
      </main>
    </div>
  );
}
