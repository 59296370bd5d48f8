/** Learnt addresses: found by a caller's words, on the map, put right, forgotten, taken out as a file. */
import "../i18n/areas/places";
import "../i18n/areas/supervisor";
import { useTranslation } from "../i18n/useTranslation";
import "../supervisor/figures.css";
import "./places.css";
import { useState, type SubmitEvent } from "react";

import { errorOf } from "../asked/run";
import { useCentre } from "../live/store";
import type { ErrorBody, LonLat } from "../protocol";
import { usePolled } from "../supervisor/data";
import { PageHead } from "../supervisor/pageHead";
import { Trouble } from "../supervisor/trouble";
import { download } from "../ui/download";
import { useWords } from "../ui/words";
import { exportAll, PAGE, pathOf, restore, SOURCES, type Changed, type KnownNumber, type NumberPage, type PastNumber, type PastPage, type Source } from "./data";
import { Detail } from "./detail";
import { Numbers, Past } from "./lists";
import { PlacesMap } from "./placesMap";

/** Asked again this often, for what crews and others change meanwhile, seconds. */
const AGAIN_S = 30;

const wordsOfAddress = (): string => new URLSearchParams(location.search).get("words") ?? "";

interface Wanted {
  words: string;
  source: Source;
  past: boolean;
  /** The last ids of the pages before this one. */
  before: readonly number[];
}

function Search({ wanted, onWant }: { wanted: Wanted; onWant: (part: Partial<Wanted>) => void }) {
  const { t } = useTranslation();
  const [words, setWords] = useState(wanted.words);
  const find = (event: SubmitEvent) => {
    event.preventDefault();
    onWant({ words: words.trim() });
  };
  return (
    <form role="search" className="places-search" onSubmit={find}>
      <input type="search" className="field" aria-label={t("places.words")} placeholder={t("places.words_example")} maxLength={300} value={words} onChange={(event) => setWords(event.target.value)} />
      <button type="submit" className="button primary">{t("places.find")}</button>
      <select className="select" aria-label={t("places.source_of")} disabled={wanted.past} value={wanted.source} onChange={(event) => onWant({ source: event.target.value as Source })}>
        <option value="">{t("places.any_source")}</option>
        {SOURCES.map((source) => (
          <option key={source} value={source}>{t(`places.source.${source}`)}</option>
        ))}
      </select>
      <span role="group" aria-label={t("places.which")} className="segments">
        {[false, true].map((past) => (
          <button key={String(past)} type="button" className="segment" aria-pressed={wanted.past === past} onClick={() => onWant({ past })}>{t(past ? "places.past" : "places.known")}</button>
        ))}
      </span>
    </form>
  );
}

interface PagesProps {
  first: number;
  shown: number;
  total: number | null;
  onBack: (() => void) | null;
  onOn: (() => void) | null;
}

function Pages({ first, shown, total, onBack, onOn }: PagesProps) {
  const { t } = useTranslation();
  const count = (n: number) => n.toLocaleString("vi-VN");
  return (
    <nav className="places-pages" aria-label={t("places.pages")}>
      <button type="button" className="button" disabled={onBack === null} onClick={() => onBack?.()}>{t("places.newer")}</button>
      <span className="num" role="status">
        {shown === 0 ? t("places.none") : `${count(first + 1)}–${count(first + shown)}`}
        {shown > 0 && total !== null && ` / ${count(total)}`}
      </span>
      <button type="button" className="button" disabled={onOn === null} onClick={() => onOn?.()}>{t("places.older")}</button>
    </nav>
  );
}

/** What was just done, and how a forgotten number is learnt again. */
function Done({ done, onAgain }: { done: Changed; onAgain: (again: Changed) => void }) {
  const { t } = useTranslation();
  const words = useWords();
  const [error, setError] = useState<ErrorBody | null>(null);
  const name = `${done.path} ${done.street}`;
  const said = done.stands === null ? t("places.forgotten", { name }) : done.shown ? t("places.stands", { name }) : t("places.not_shown", { name });
  const again = () => void restore(done.id).then(onAgain, (problem: unknown) => setError(errorOf(problem)));
  return (
    <p className="places-done" role="status">
      {said}
      {done.stands === null && <button type="button" className="button" onClick={again}>{t("places.again")}</button>}
      {error !== null && <span className="warn">{words.error(error)}</span>}
    </p>
  );
}

function Export() {
  const { t } = useTranslation();
  const words = useWords();
  const [error, setError] = useState<ErrorBody | null>(null);
  const [busy, setBusy] = useState(false);
  const take = () => {
    setBusy(true);
    exportAll()
      .then((file) => {
        setError(null);
        download(file, "text/csv", "learnt.csv");
      }, (problem: unknown) => setError(errorOf(problem)))
      .finally(() => setBusy(false));
  };
  return (
    <>
      {error !== null && <span className="warn" role="alert">{words.error(error)}</span>}
      <button type="button" className="button" disabled={busy} onClick={take}>{t(busy ? "places.exporting" : "places.export")}</button>
    </>
  );
}

/** The list that is wanted, and what may be chosen, put right and done in it. */
function useWanted() {
  const [wanted, setWanted] = useState<Wanted>(() => ({ words: wordsOfAddress(), source: "", past: false, before: [] }));
  const [chosen, choose] = useState<KnownNumber | PastNumber | null>(null);
  const [pin, setPin] = useState<LonLat | null>(null);
  const [done, setDone] = useState<Changed | null>(null);
  // The id that the last change took away: its row is no longer shown, though the list is not here anew yet.
  const [gone, setGone] = useState<number | null>(null);
  const path = pathOf(wanted.past, wanted.words, wanted.source, wanted.before.at(-1) ?? null);
  const known = usePolled<NumberPage>(wanted.past ? null : path, AGAIN_S);
  const past = usePolled<PastPage>(wanted.past ? path : null, AGAIN_S);
  const numbers = (known.data?.numbers ?? []).filter((row) => row.id !== gone);
  const rows = wanted.past ? (past.data?.past ?? []) : numbers;
  const unread = (wanted.past ? past.data : known.data)?.unread ?? false;
  const want = (part: Partial<Wanted>) => {
    const next = { ...wanted, before: [], ...part };
    setWanted(next);
    choose(null);
    setPin(null);
    history.replaceState(null, "", next.words === "" ? location.pathname : `?${new URLSearchParams({ words: next.words }).toString()}`);
  };
  const changed = (what: Changed) => {
    setDone(what);
    setGone(chosen !== null && !("act" in chosen) ? chosen.id : null);
    choose(null);
    setPin(null);
    setWanted((now) => ({ ...now, before: [] }));
    known.again();
    past.again();
  };
  const pick = (row: KnownNumber | PastNumber) => {
    choose(row);
    setPin(null);
    setDone(null);
  };
  return { wanted, want, known, past, rows, numbers, unread, chosen, pick, pin, setPin, done, changed };
}

function Foot({ list, mayChange }: { list: ReturnType<typeof useWanted>; mayChange: boolean }) {
  const { t } = useTranslation();
  const { wanted, want, known, rows } = list;
  const first = wanted.before.length * PAGE;
  const total = wanted.past ? null : (known.data?.total ?? 0);
  const last = rows.at(-1);
  const more = rows.length === PAGE && (total === null || first + PAGE < total);
  const listed = known.data?.listed ?? 0;
  return (
    <footer className="places-foot">
      <Pages
        first={first}
        shown={rows.length}
        total={total}
        onBack={wanted.before.length > 0 ? () => want({ before: wanted.before.slice(0, -1) }) : null}
        onOn={more && last !== undefined ? () => want({ before: [...wanted.before, last.id] }) : null}
      />
      {listed > 0 && <span className="note">{t("places.listed", { count: listed.toLocaleString("vi-VN") })}</span>}
      <span className="grow" />
      {mayChange && <Export />}
    </footer>
  );
}

export default function Places() {
  const { t } = useTranslation();
  const mayChange = useCentre((s) => s.me?.role === "administrator");
  const list = useWanted();
  const { wanted, want, known, past, rows, numbers, unread, chosen, pick, pin, setPin, done, changed } = list;
  return (
    <div className="places">
      <PageHead title={t("places.title")} links={[{ href: "/", text: t("supervisor.to_console") }, { href: "/supervisor", text: t("supervisor.to_supervisor") }]} />
      <main className="places-body" aria-busy={(wanted.past ? past : known).data === null}>
        <section className="panel places-left" aria-label={t("places.list")}>
          <Search wanted={wanted} onWant={want} />
          {done !== null && <Done key={`${done.id} ${done.stands === null}`} done={done} onAgain={changed} />}
          <Trouble polled={wanted.past ? past : known} />
          <div className="scroll">
            {unread && <p className="empty">{t("places.unread")}</p>}
            {wanted.past ? <Past rows={past.data?.past ?? []} chosen={chosen} onChoose={pick} /> : <Numbers rows={numbers} chosen={chosen} onChoose={pick} />}
          </div>
          <Foot list={list} mayChange={mayChange} />
        </section>
        <div className="places-right">
          <PlacesMap rows={rows} chosen={chosen} pin={pin} onChoose={pick} onMove={setPin} />
          {chosen === null ? <p className="empty">{t(mayChange ? "places.choose" : "places.choose_to_read")}</p> : <Detail key={`${chosen.id} ${"act" in chosen}`} row={chosen} mayChange={mayChange} pin={pin} onPin={setPin} onChanged={changed} />}
        </div>
      </main>
    </div>
  );
}
