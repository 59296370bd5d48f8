/** One number: what is known of it and by whom; for administrators putting it right and forgetting it. */
import { useId, useState, type ReactNode, type SubmitEvent } from "react";

import { errorOf } from "../asked/run";
import { useTranslation } from "../i18n/useTranslation";
import { useCentre } from "../live/store";
import type { ErrorBody, LonLat } from "../protocol";
import { Dialog } from "../ui/dialog";
import { PanelHead } from "../ui/marks";
import { distanceText } from "../ui/time";
import { useWords } from "../ui/words";
import { correct, forget, lonLatText, readLonLat, restore, type Changed, type KnownNumber, type PastNumber } from "./data";
import { SourceName, whenText } from "./lists";

const WORLD = [-180, -90, 180, 90] as const;

interface ActProps {
  id: number;
  name: string;
  onChanged: (changed: Changed) => void;
  onLeave: () => void;
}

/** A change that is sent, and what speaks against it. */
function useChange(onChanged: (changed: Changed) => void) {
  const [error, setError] = useState<ErrorBody | null>(null);
  const [busy, setBusy] = useState(false);
  const send = (change: () => Promise<Changed>) => {
    setBusy(true);
    change().then(onChanged, (problem: unknown) => {
      setError(errorOf(problem));
      setBusy(false);
    });
  };
  return { error, busy, send };
}

function Why({ label, value, onChange }: { label: string; value: string; onChange: (why: string) => void }) {
  return (
    <label>
      <span>{label}</span>
      <input className="field" required maxLength={300} value={value} onChange={(event) => onChange(event.target.value)} />
    </label>
  );
}

function Correct({ id, pin, onPin, onChanged, onLeave }: ActProps & { pin: LonLat; onPin: (pin: LonLat) => void }) {
  const { t } = useTranslation();
  const words = useWords();
  const hint = useId();
  const bounds = useCentre((s) => s.city?.bounds ?? WORLD);
  const [typed, setTyped] = useState<string | null>(null);
  const [why, setWhy] = useState("");
  const { error, busy, send } = useChange(onChanged);
  const text = typed ?? lonLatText(pin);
  const isRead = typed === null || readLonLat(typed, bounds) !== null;
  const type = (next: string) => {
    setTyped(next);
    const read = readLonLat(next, bounds);
    if (read !== null) onPin(read);
  };
  const save = (event: SubmitEvent) => {
    event.preventDefault();
    if (isRead && why.trim() !== "") send(() => correct(id, pin, why.trim()));
  };
  return (
    <form className="places-form" onSubmit={save}>
      <label>
        <span>{t("places.position")}</span>
        <input className="field mono" required aria-describedby={hint} aria-invalid={!isRead} value={text} onChange={(event) => type(event.target.value)} onBlur={() => isRead && setTyped(null)} />
      </label>
      <p className={isRead ? "note" : "warn"} id={hint}>{t(isRead ? "places.position_hint" : "places.position_unread")}</p>
      <Why label={t("places.why")} value={why} onChange={setWhy} />
      {error !== null && <p className="warn" role="alert">{words.error(error)}</p>}
      <div className="actions">
        <button type="submit" className="button primary" disabled={busy || !isRead || why.trim() === ""}>{t("places.save")}</button>
        <button type="button" className="button" onClick={onLeave}>{t("places.leave")}</button>
      </div>
    </form>
  );
}

function Forget({ id, name, onChanged, onLeave }: ActProps) {
  const { t } = useTranslation();
  const words = useWords();
  const [why, setWhy] = useState("");
  const { error, busy, send } = useChange(onChanged);
  const save = (event: SubmitEvent) => {
    event.preventDefault();
    if (why.trim() !== "") send(() => forget(id, why.trim()));
  };
  return (
    <Dialog title={t("places.forget_title", { name })} onClose={onLeave}>
      <form className="places-form" onSubmit={save}>
        <p>{t("places.forget_what")}</p>
        <Why label={t("places.why_forget")} value={why} onChange={setWhy} />
        {error !== null && <p className="warn" role="alert">{words.error(error)}</p>}
        <div className="actions">
          <button type="submit" className="button primary" disabled={busy || why.trim() === ""}>{t("places.forget")}</button>
          <button type="button" className="button" onClick={onLeave}>{t("places.leave")}</button>
        </div>
      </form>
    </Dialog>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

function Facts({ row }: { row: KnownNumber | PastNumber }) {
  const { t } = useTranslation();
  const past = "act" in row ? row : null;
  return (
    <dl className="places-facts">
      {past !== null && (
        <Fact name={t("places.column.act")}>
          {t(`places.act_long.${past.act}`)}{past.moved_m !== null && ` · ${distanceText(past.moved_m)}`}
          <span className="note"> · {whenText(past.at)}{past.by !== "" && ` · ${past.by}`}</span>
          {past.why !== "" && <span className="places-why">“{past.why}”</span>}
        </Fact>
      )}
      <Fact name={t(past === null ? "places.at" : past.act === "refused" ? "places.told_at" : "places.was_at")}><span className="num">{lonLatText([row.lon, row.lat])}</span></Fact>
      {past?.stands != null && <Fact name={t("places.stands_at")}><span className="num">{lonLatText(past.stands)}</span></Fact>}
      <Fact name={t("places.column.source")}><SourceName source={row.source} /> <span className="note">· {t("places.trust", { trust: Math.round(row.trust * 100) })}</span></Fact>
      <Fact name={t("places.column.learnt_at")}><span className="num">{whenText(row.learnt_at)}</span></Fact>
      {row.origin !== null && (
        <Fact name={t("places.incident")}>
          <a className="num" href={`/replay?${new URLSearchParams({ incident: row.origin.number, at: row.origin.at }).toString()}`}>{row.origin.number}</a>
        </Fact>
      )}
      {row.origin === null && row.ref !== "" && <Fact name={t("places.ref")}>{row.ref}</Fact>}
    </dl>
  );
}

interface Props {
  row: KnownNumber | PastNumber;
  mayChange: boolean;
  pin: LonLat | null;
  onPin: (pin: LonLat | null) => void;
  onChanged: (changed: Changed) => void;
}

export function Detail({ row, mayChange, pin, onPin, onChanged }: Props) {
  const { t } = useTranslation();
  const words = useWords();
  const [asks, setAsks] = useState(false);
  const again = useChange(onChanged);
  const name = `${row.number} ${row.street}`;
  const past = "act" in row ? row : null;
  const id = past === null ? row.id : past.now_id;
  const title = <PanelHead title={name} note={row.ward} />;
  return (
    <section className="panel places-detail" aria-label={name}>
      {title}
      <Facts row={row} />
      {"shown" in row && !row.shown && <p className="places-said warn">{t("places.off_long")}</p>}
      {again.error !== null && <p className="places-said warn" role="alert">{words.error(again.error)}</p>}
      {mayChange && id !== null && pin !== null && <Correct id={id} name={name} pin={pin} onPin={onPin} onChanged={onChanged} onLeave={() => onPin(null)} />}
      {mayChange && pin === null && (
        <div className="actions places-acts">
          {id !== null && <button type="button" className="button primary" onClick={() => onPin([row.lon, row.lat])}>{t(past === null ? "places.correct" : "places.take")}</button>}
          {past === null && <button type="button" className="button" onClick={() => setAsks(true)}>{t("places.forget_ask")}</button>}
          {past?.act === "forgotten" && id === null && <button type="button" className="button primary" disabled={again.busy} onClick={() => again.send(() => restore(past.id))}>{t("places.again")}</button>}
        </div>
      )}
      {asks && <Forget id={row.id} name={name} onChanged={onChanged} onLeave={() => setAsks(false)} />}
    </section>
  );
}
